import type { Problem } from '../../../scenario/types.js';
import { goDurationS } from '../duration.js';
import { KNATIVE_DEFAULTS, type KnativePolicy } from '../knative/policy.js';
import { resolveTarget, TARGET_DEFAULTS } from '../knative/target.js';
import { asMap, type Checked, type ManifestDocument, type Path, problemAt } from './document.js';

export const KNATIVE_PREFIX = 'autoscaling.knative.dev/';

/** Annotations that are read, in both spellings where an older one exists (knative.dev docs, autoscaling, read 2026). */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  class: ['class'],
  metric: ['metric'],
  algorithm: ['metric-aggregation-algorithm', 'metricAggregationAlgorithm'],
  target: ['target'],
  utilization: ['target-utilization-percentage', 'targetUtilizationPercentage'],
  burst: ['target-burst-capacity', 'targetBurstCapacity'],
  window: ['window'],
  panicWindow: ['panic-window-percentage', 'panicWindowPercentage'],
  panicThreshold: ['panic-threshold-percentage', 'panicThresholdPercentage'],
  minScale: ['min-scale', 'minScale'],
  maxScale: ['max-scale', 'maxScale'],
  initialScale: ['initial-scale', 'initialScale'],
  activationScale: ['activation-scale', 'activationScale'],
  delay: ['scale-down-delay', 'scaleDownDelay'],
  retention: ['scale-to-zero-pod-retention-period', 'scaleToZeroPodRetentionPeriod'],
};

/** Autoscaling annotations of a Knative Service, Revision or PodAutoscaler, or a bare map of them, as a policy of the KPA. */
export function knativeFromManifest(manifest: ManifestDocument): Checked<KnativePolicy> {
  const { annotations, at, containerConcurrency } = locate(asMap(manifest.data) ?? {});
  const problems: Problem[] = [];
  const bad = (key: string, code: string, message: string): null => {
    problems.push(problemAt(manifest, [...at, key], code, message));
    return null;
  };
  const known = new Set(Object.values(KNOWN).flat());
  for (const key of Object.keys(annotations)) {
    if (key.startsWith(KNATIVE_PREFIX) && !known.has(key.slice(KNATIVE_PREFIX.length)))
      bad(key, 'E1203', `the annotation ${key} is unknown here`);
  }
  const keyOf = (name: string): string | undefined =>
    KNOWN[name]!.map((spelling) => KNATIVE_PREFIX + spelling).find((key) => Object.hasOwn(annotations, key));
  const text = (name: string): string | null => {
    const key = keyOf(name);
    return key === undefined ? null : String(annotations[key]);
  };
  const number = (name: string, min: number, max = Number.POSITIVE_INFINITY): number | null => {
    const value = text(name);
    if (value === null) return null;
    const parsed = value.trim() === '' ? Number.NaN : Number(value);
    if (parsed >= min && parsed <= max) return parsed;
    return bad(keyOf(name)!, 'E1101', `${value} is not a number from ${min} to ${max}`);
  };
  const seconds = (name: string, max: number): number | null => {
    const value = text(name);
    if (value === null) return null;
    const parsed = goDurationS(value);
    if (parsed !== null && parsed <= max) return parsed;
    return bad(keyOf(name)!, 'E1102', `"${value}" is not a duration up to ${max} s, such as 60s or 15m`);
  };

  const className = text('class');
  if (className !== null && className !== 'kpa.autoscaling.knative.dev') {
    bad(
      keyOf('class')!,
      'E1501',
      `the autoscaler class ${className} is not supported yet; export its HorizontalPodAutoscaler instead`,
    );
  }
  const metric = text('metric') ?? 'concurrency';
  if (metric !== 'concurrency' && metric !== 'rps')
    bad(keyOf('metric')!, 'E1105', `${metric} is no metric of the KPA: concurrency or rps`);
  const algorithm = text('algorithm') ?? 'linear';
  if (algorithm !== 'linear' && algorithm !== 'weightedExponential') {
    bad(keyOf('algorithm')!, 'E1105', `${algorithm} is no algorithm: linear or weightedExponential`);
  }
  const utilization = number('utilization', 1, 100);
  const read = {
    target: number('target', 0.01),
    burst: number('burst', -1),
    window: seconds('window', 3600),
    panicWindow: number('panicWindow', 1, 100),
    panicThreshold: number('panicThreshold', 110, 1000),
    minScale: number('minScale', 0),
    maxScale: number('maxScale', 0),
    activationScale: number('activationScale', 1),
    delay: seconds('delay', 3600),
    retention: seconds('retention', 3600),
  };
  number('initialScale', 0);
  if (problems.length > 0) return { ok: false, problems };

  const isRps = metric === 'rps';
  const share = utilization === null ? null : utilization / 100;
  const { target, total } = resolveTarget(
    { metric: isRps ? 'rps' : 'concurrency', containerConcurrency, target: read.target, utilization: share },
    TARGET_DEFAULTS,
  );
  const stableWindowS = read.window ?? KNATIVE_DEFAULTS.stableWindowS;
  return {
    ok: true,
    value: {
      kind: 'knative',
      metric: isRps ? 'rps' : 'concurrency',
      observedAs: isRps
        ? ['rps', 'requests_per_second', 'rate_per_s']
        : ['concurrency', 'in_flight', 'ongoing_requests'],
      algorithm: algorithm === 'weightedExponential' ? 'weightedExponential' : 'linear',
      panicWindowS: (stableWindowS * (read.panicWindow ?? KNATIVE_DEFAULTS.panicWindowPercent)) / 100,
      minScale: read.minScale ?? 0,
      maxScale: read.maxScale ?? 0,
      spec: {
        targetValue: target,
        totalValue: total,
        targetBurstCapacity: read.burst ?? KNATIVE_DEFAULTS.targetBurstCapacity,
        panicThreshold: (read.panicThreshold ?? KNATIVE_DEFAULTS.panicThresholdPercent) / 100,
        maxScaleUpRate: KNATIVE_DEFAULTS.maxScaleUpRate,
        maxScaleDownRate: KNATIVE_DEFAULTS.maxScaleDownRate,
        stableWindowSeconds: stableWindowS,
        reachable: true,
        activationScale: read.activationScale ?? 0,
        scaleDownDelaySeconds: read.delay ?? 0,
      },
      zero: {
        stableWindowS,
        gracePeriodS: KNATIVE_DEFAULTS.gracePeriodS,
        podRetentionS: read.retention ?? KNATIVE_DEFAULTS.podRetentionS,
        isScaleToZeroEnabled: true,
      },
    },
  };
}

interface Located {
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly at: Path;
  readonly containerConcurrency: number;
}

/** Annotations stand on the template of a Service, on a Revision itself, or alone. */
function locate(root: Readonly<Record<string, unknown>>): Located {
  const spec = asMap(root['spec']);
  const template = asMap(spec?.['template']);
  const onTemplate = asMap(asMap(template?.['metadata'])?.['annotations']);
  const limitOf = (holder: Readonly<Record<string, unknown>> | null): number => {
    const limit = holder?.['containerConcurrency'];
    return typeof limit === 'number' ? limit : 0;
  };
  if (template !== null) {
    return {
      annotations: onTemplate ?? {},
      at: ['spec', 'template', 'metadata', 'annotations'],
      containerConcurrency: limitOf(asMap(template['spec'])),
    };
  }
  const own = asMap(asMap(root['metadata'])?.['annotations']);
  if (own !== null) return { annotations: own, at: ['metadata', 'annotations'], containerConcurrency: limitOf(spec) };
  const nested = asMap(root['annotations']);
  if (nested !== null) return { annotations: nested, at: ['annotations'], containerConcurrency: limitOf(root) };
  return { annotations: root, at: [], containerConcurrency: limitOf(root) };
}

/** Whether a map holds Knative's autoscaling annotations, anywhere that `knativeFromManifest` looks. */
export function hasKnativeAnnotations(root: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(locate(root).annotations).some((key) => key.startsWith(KNATIVE_PREFIX));
}
