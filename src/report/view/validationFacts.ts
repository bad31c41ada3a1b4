/** What `validate` shows of a world: services, pools, memory fit and every assumption. */

import { shareOutOfStock } from '../../fleet/faults/stockClock.js';
import { poolsOf } from '../../scenario/runsOn.js';
import type { Pool, Problem, QueueService, Assumption as ScenarioAssumption } from '../../scenario/types.js';
import { weekTimeText } from '../../simulate/jobs/jobResult.js';
import { mostWorkers } from '../../simulate/jobs/jobTasks.js';
import { meanPromptTokens } from '../../simulate/services/media.js';
import { poolFor, tenantsOf } from '../../simulate/sharing/shares.js';
import { windowOf } from '../../simulate/week/startHour.js';
import { typesOfPool } from '../../simulate/world/types.js';
import type { PreparedJob, PreparedPool, PreparedService, World } from '../../simulate/world/world.js';
import { meanTokens } from '../../workload/draws.js';
import { formatMs, formatSpan } from '../format/duration.js';
import { formatCount } from '../format/numbers.js';
import { formatShare } from '../format/quantity.js';
import type { Assumption, JobFacts, MemoryFit, PoolFacts, ServiceFacts, ValidationReport } from '../text/validation.js';
import { autoscalerFacts } from './autoscalerFacts.js';
import { plural } from './labels.js';

export function validationOf(
  file: string,
  world: World,
  assumptions: readonly ScenarioAssumption[],
  warnings: readonly Problem[],
): ValidationReport {
  const { scenario } = world;
  return {
    name: scenario.name,
    file,
    services: world.services.map((service) => serviceFacts(world, service)),
    pools: Object.values(world.pools).map((prepared): PoolFacts => {
      const { name, pool, hardware } = prepared;
      const { tensor, pipeline, expert, data } = pool.parallelism;
      return {
        name,
        hardware: `${
          hardware.instance ? `${hardware.instance.provider}/${hardware.instance.type}` : (pool.accelerator ?? '')
        }${hardware.slice ? ` · ${hardware.slice.profile}` : ''}`,
        region: hardware.region ?? null,
        parallelism: `tp ${tensor} · pp ${pipeline}${expert > 1 ? ` · ep ${expert}` : ''}${data > 1 ? ` · dp ${data}` : ''}`,
        replicas: replicasText(world, name),
        quotaAccelerators: pool.quota ?? null,
        standIns: standInsOf(prepared),
        consolidation: consolidationText(prepared),
      };
    }),
    ...(world.jobs.length > 0 && { jobs: world.jobs.map((job) => jobFacts(world, job)) }),
    autoscalers: autoscalerFacts(world),
    memory: world.services.flatMap((service) =>
      service.kind === 'llm' ? service.lanes.map((lane) => memoryFit({ ...service, ...lane })) : [],
    ),
    assumptions: [
      ...assumptions.map(stated),
      ...world.services.flatMap(mediaAssumptions),
      ...world.services.flatMap(profileAssumptions),
    ],
    warnings: [...warnings.map((warning) => warning.message), ...world.warnings],
  };
}

/** `3`, `from 2`, or by service where several share the pool: `chat 3, embed from 1`. */
function replicasText(world: World, pool: string): string {
  const text = ({ replicas, autoscaler }: Pool): string =>
    autoscaler ? `from ${replicas.initial}` : String(replicas.initial);
  const tenants = tenantsOf(world, pool);
  const [only] = tenants;
  if (tenants.length > 1)
    return tenants.map(({ name }) => `${name} ${text(poolFor(world, name, pool).pool)}`).join(', ');
  return text(only ? poolFor(world, only.name, pool).pool : world.pools[pool]!.pool);
}

function jobFacts(world: World, prepared: PreparedJob): JobFacts {
  const { name, job, pool, work, unit, accelerators, ratePerS, worker } = prepared;
  const pace = unit === 'steps' ? ` of ${formatSpan(1 / ratePerS!)}` : '';
  const card = job.kind === 'training' ? job.model : worker!.model.name;
  return {
    name,
    kind: job.kind,
    model: typeof card === 'string' ? card : 'its own architecture',
    runsOn: pool,
    work: `${formatCount(work)} ${unit}${pace}`,
    workers: `${mostWorkers(world, prepared)} × ${plural(accelerators, 'accelerator')}`,
    start: weekTimeText(job.start),
    deadlineS: job.deadline ?? null,
  };
}

/** `gpu: aws/g6e.xlarge (out of stock 25 % of the time), then aws/g6e.12xlarge`. */
function standInsOf(pool: PreparedPool): string | null {
  const types = typesOfPool(pool);
  if (types.length === 1 && pool.stock === undefined) return null;
  const named = types.map(({ pool: { instance = '' }, stock }) =>
    stock === undefined ? instance : `${instance} (out of stock ${formatShare(shareOutOfStock(stock))} of the time)`,
  );
  return `${pool.name}: ${named.join(', then ')}`;
}

/** `gpu: WhenEmpty, 2 min after the last change, budget 20% of nodes`. */
function consolidationText({ name, consolidation: of }: PreparedPool): string | null {
  if (of === undefined) return null;
  if (of.kind === 'cluster-autoscaler')
    return `${name}: cluster-autoscaler, nodes less than ${formatShare(of.threshold)} used for ${formatSpan(of.unneededS)}, not within ${formatSpan(of.delayAfterAddS)} of a start`;
  const after = of.afterS === Infinity ? 'never' : `${formatSpan(of.afterS)} after the last change`;
  const budgets = of.budgets.map(({ nodes, schedule, duration, reasons }) =>
    [
      `budget ${nodes}${nodes.endsWith('%') ? ' of nodes' : nodes === '1' ? ' node' : ' nodes'}`,
      ...(reasons ? [`for ${reasons.join(' and ')}`] : []),
      ...(schedule ? [`at ${schedule} UTC for ${duration}`] : []),
    ].join(' '),
  );
  return `${name}: ${[of.policy, after, ...budgets].join(', ')}`;
}

function serviceFacts(world: World, prepared: PreparedService): ServiceFacts {
  const { service, name, kind, trace } = prepared;
  const { traffic } = service;
  const { factor } = windowOf(world, prepared);
  const demand = traffic.users
    ? `${traffic.users.concurrent} users`
    : trace
      ? `trace of ${trace.arrivedAtS.length} requests (${trace.format})`
      : factor !== 1
        ? `busiest hour ${((traffic.rate ?? 0) * factor).toPrecision(3)} /s`
        : '';
  return {
    name,
    kind,
    model: prepared.kind === 'queue' ? serversText(prepared.service) : prepared.model.name,
    engine: prepared.kind === 'queue' ? null : prepared.service.engine,
    runsOn: poolsOf(service).join(', ') || null,
    ratePerS: traffic.rate ?? null,
    demand,
  };
}

/** `2 servers`, or the stations of a chain: `gateway 2, search 4`. */
function serversText(service: QueueService): string {
  const text = (servers: number): string => (Number.isFinite(servers) ? String(servers) : 'infinite');
  if (service.stations === undefined) return service.servers === 1 ? '1 server' : `${text(service.servers)} servers`;
  return Object.entries(service.stations)
    .map(([name, { servers }]) => `${name} ${text(servers)}`)
    .join(', ');
}

function memoryFit({ name, pool, plan, model, service }: Extract<PreparedService, { kind: 'llm' }>): MemoryFit {
  const tokens = plan.kvBlocks * plan.blockTokens * plan.engines;
  const { traffic } = service;
  return {
    service: name,
    pool,
    capacityBytes: plan.memory.totalBytes,
    weightsBytes: plan.memory.weightBytes,
    activationBytes: plan.memory.activationBytes,
    adapterBytes: plan.memory.adapterBytes ?? 0,
    kvCacheBytes: plan.memory.kvBytes,
    kvCacheTokens: tokens,
    sequences: Math.floor(tokens / (meanPromptTokens(traffic, model) + meanTokens(traffic.output_tokens) / 2)),
    fits: true,
  };
}

function stated({ path, value, grade, why, source }: ScenarioAssumption): Assumption {
  return { path, value: String(value), grade, source: source === '' ? why : `${why} (${source})`, asOf: null };
}

/** What an image, or a second of audio, is to the model. */
function mediaAssumptions(prepared: PreparedService): Assumption[] {
  if (prepared.kind !== 'llm' || prepared.plan.encoder === undefined) return [];
  const { name, plan, model } = prepared;
  const { image, audio } = plan.encoder!;
  const row = (what: string, value: string): Assumption => ({
    path: `services.${name} (${what})`,
    value,
    grade: model.mediaSource === undefined ? 'assumed' : 'vendor',
    source: model.mediaSource ?? 'the inline model',
    asOf: null,
  });
  return [
    ...(image ? [row('an image', `${image.tokens} tokens, ${formatMs(1000 * image.seconds)} to encode`)] : []),
    ...(audio
      ? [
          row(
            'audio',
            `${audio.tokensPerS} tokens a second, ${formatMs(1000 * audio.secondsPerWindow)} to encode ${audio.windowS} s`,
          ),
        ]
      : []),
  ];
}

/** How times are predicted, and where that prediction is stretched beyond what was measured. */
function profileAssumptions(prepared: PreparedService): Assumption[] {
  if (prepared.kind === 'queue') return [];
  const lanes = prepared.kind === 'llm' ? prepared.lanes : [prepared];
  return lanes.map(({ pool, plan: { profile } }) => ({
    path: `services.${prepared.name} (latency profile${lanes.length > 1 ? ` on ${pool}` : ''})`,
    value: profile.name,
    grade: profile.grade === 'measured' ? 'measured' : 'assumed',
    source: [
      ...(profile.calibration ? [`calibrated by ${profile.calibration.name}: ${profile.calibration.errors}`] : []),
      profile.extrapolates.length > 0
        ? `stretched: ${profile.extrapolates.join('; ')}`
        : 'tested on measurements of this engine and device',
    ].join('; '),
    asOf: null,
  }));
}
