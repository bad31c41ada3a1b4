/** How a provider rounds the running time of one instance, from start to stop. */
export interface MeterRule {
  /** Billed in whole multiples of this many seconds. */
  readonly granularityS: number;
  /** Billed at least, for every start. */
  readonly minimumS: number;
  readonly source: string;
  readonly asOf: string;
  readonly grade: 'vendor' | 'assumed';
}

const perSecondAfterAMinute = { granularityS: 1, minimumS: 60 } as const;
const unread = { asOf: '2025', grade: 'assumed' } as const;

const rules: Readonly<Record<string, MeterRule>> = {
  aws: {
    ...perSecondAfterAMinute,
    source: 'EC2 on-demand and Spot, Linux: per second, 60 s minimum',
    asOf: '2025',
    grade: 'vendor',
  },
  gcp: { ...perSecondAfterAMinute, source: 'Compute Engine: per second, 60 s minimum', asOf: '2025', grade: 'vendor' },
  azure: { granularityS: 1, minimumS: 0, source: 'Azure virtual machines: per second', ...unread },
  oci: { ...perSecondAfterAMinute, source: 'OCI Compute: per second, 60 s minimum', ...unread },
  lambda: { granularityS: 60, minimumS: 60, source: 'Lambda: per minute, from boot to termination', ...unread },
  coreweave: {
    granularityS: 60,
    minimumS: 0,
    source: 'docs.coreweave.com: per minute, no minimum',
    asOf: '2025',
    grade: 'vendor',
  },
  runpod: {
    granularityS: 1,
    minimumS: 0,
    source: 'RunPod pods: per second (secondary sources disagree: up to a minute)',
    ...unread,
  },
};

const cloudTpu: MeterRule = {
  granularityS: 1,
  minimumS: 0,
  source: 'Cloud TPU: per second while the node is READY, whole slice',
  asOf: '2025',
  grade: 'vendor',
};

/** For owned hardware and for providers whose terms were not found (Nebius, Crusoe): the running time itself. */
const exact: MeterRule = {
  granularityS: 1,
  minimumS: 0,
  source: 'no published rule found: per second, no minimum',
  ...unread,
};

/** The metering rule of a provider (and of TPU slices on GCP, which have their own). */
export const meterRule = (provider: string, type = ''): MeterRule =>
  provider === 'gcp' && type.startsWith('tpu-') ? cloudTpu : (rules[provider] ?? exact);

/** Rounding of the running time itself (0.1 + 0.2) must not add a billed unit. */
const slackS = 1e-6;

/**
 * Seconds billed for one start that ran `runtimeS` seconds (boot, image pull and model load included):
 * ⌈max(runtime, minimum)/granularity⌉ · granularity. Zero for zero.
 */
export const billedSeconds = (rule: MeterRule, runtimeS: number): number =>
  runtimeS <= 0 ? 0 : Math.ceil((Math.max(runtimeS, rule.minimumS) - slackS) / rule.granularityS) * rule.granularityS;
