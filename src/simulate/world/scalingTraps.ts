/** Traps of autoscaled fleets that show before anything is simulated, each with its reason and a way out. Cases: what users report upstream. */
import { scaleInDelayS } from '../../fleet/scaling/settling.js';
import type { StartupParts } from '../../fleet/scaling/startup.js';
import { type ScaleTarget, targetsOf } from '../../fleet/scaling/targets.js';
import { meanTokens } from '../../workload/draws.js';
import { acceleratorsPerReplica, mostReplicas, wholeAccelerators, wholeIn } from '../services/instances.js';
import { meanPromptTokens } from '../services/media.js';
import { startupParts } from '../services/startup.js';
import { onlyPoolFor } from '../sharing/shares.js';
import { fluidCapacityPerS } from '../week/strata.js';
import { meanPerS } from '../window.js';
import type { PreparedScaling } from './scaling.js';
import type { PreparedPool, PreparedService, World } from './types.js';

interface Setting {
  readonly world: World;
  readonly prepared: PreparedService;
  readonly onPool: PreparedPool;
  readonly scaling: PreparedScaling;
  readonly startup: StartupParts;
  /** Of a replica on a new node, and on one that is kept. */
  readonly coldS: number;
  readonly keptS: number;
}

/** The traps of a service's autoscaler, as warnings that begin with where it stands; none for a fixed fleet. */
export function scalingTraps(world: World, prepared: PreparedService): readonly string[] {
  const onPool = onlyPoolFor(world, prepared);
  const scaling = onPool?.scaling;
  if (!onPool || !scaling) return [];
  const startup = startupParts(prepared, onPool, onPool.pool.startup!);
  const keptS = startup.loadS + startup.initS;
  const coldS = startup.provisionS + startup.pullS + keptS;
  const setting: Setting = { world, prepared, onPool, scaling, startup, coldS, keptS };
  const { autoscaler } = onPool.pool;
  const file = autoscaler && 'manifest' in autoscaler ? ` (${autoscaler.manifest})` : '';
  const found = [
    ...neverWakes(setting),
    ...cooldownBeforeStart(setting),
    ...cannotExceed(setting),
    ...busySignal(setting),
    ...runaway(setting),
    ...flapping(setting),
    ...beyondQuota(setting),
  ];
  return found.map((text) => `${scaling.at.join('.')}${file}: ${text}`);
}

/** Exporters live in replicas: without one, a metric that only they export has no value. */
function neverWakes({ scaling: { min, readings } }: Setting): string[] {
  if (min > 0 || readings.length === 0 || readings.some(({ atGateway }) => atGateway)) return [];
  const names = readings.map(({ observedAs }) => `"${observedAs}"`).join(', ');
  return [
    `it scales to zero on ${names}, which only replicas export: at zero nobody reports it and the fleet never wakes; scale on a metric of the gateway (queue_length, in_flight), or keep one replica (min: 1)`,
  ];
}

/** superlinked/sie#293: activity is stamped when the metric is seen, and a load that has passed is not seen while the model loads. */
function cooldownBeforeStart({ scaling: { policy, min, readings }, coldS }: Setting): string[] {
  if (min > 0 || readings.length === 0) return [];
  const cooldown =
    policy.kind === 'keda'
      ? { name: 'cooldownPeriod', seconds: policy.cooldownPeriodS }
      : policy.kind === 'knative'
        ? {
            name: 'stable window and grace period',
            seconds: policy.zero.stableWindowS + Math.max(policy.zero.gracePeriodS, policy.zero.podRetentionS),
          }
        : undefined;
  // Requests held at the gateway keep a metric that counts them active for as long as they wait.
  const seesHeld = readings.some(({ atGateway, signal }) => atGateway && signal !== 'rate');
  if (cooldown === undefined || cooldown.seconds >= coldS || seesHeld) return [];
  return [
    `its ${cooldown.name} (${seconds(cooldown.seconds)}) is over before a replica has started (${seconds(coldS)}): a burst that has passed by then is never served, the fleet goes back to zero first; make it longer than the cold start, or scale on requests that wait (queue_length)`,
  ];
}

/** defilantech/LLMKube#482: the metric is capped below its target, so that it never asks for a replica. */
function cannotExceed(setting: Setting): string[] {
  const { scaling } = setting;
  return targetsOf(scaling.policy, scaling.readings).flatMap((target) => {
    const cap = capOf(setting, target);
    if (cap === undefined || cap.most > target.target * (1 + target.tolerance)) return [];
    const band = target.tolerance > 0 ? ` by more than the tolerance of ${Math.round(target.tolerance * 100)} %` : '';
    return [
      `"${target.metric}" cannot exceed its target of ${number(target.target)}${band}: ${cap.why}; it never asks for another replica: choose a target well below, or a metric that grows with what waits (vllm:num_requests_waiting, queue_length)`,
    ];
  });
}

/** The most that a metric can read, where something caps it. */
function capOf({ prepared, scaling }: Setting, { reading, perReplica }: ScaleTarget) {
  const { signal, scale, aggregation } = reading;
  const replicas = perReplica || aggregation !== 'total' ? 1 : scaling.max;
  switch (signal) {
    case 'kv':
      return { most: scale * replicas, why: `it is a share of KV memory, at most ${number(scale)}` };
    case 'busy':
      return { most: scale * replicas, why: `it is a share of time, at most ${number(scale)}` };
    case 'running':
      return batchOf(prepared, scale * replicas);
    case 'waiting':
    case 'in-flight':
    case 'rate':
      return undefined;
  }
}

function batchOf(prepared: PreparedService, factor: number) {
  if (prepared.kind === 'inference') {
    const batch = prepared.plan.servers * prepared.service.batching.max_batch;
    return { most: batch * factor, why: `a replica serves at most ${batch} at once (instances × max_batch)` };
  }
  if (prepared.kind !== 'llm') return undefined;
  const { plan, service } = prepared;
  const sequences = Math.min(plan.maxSequences, plan.maxBatchedTokens) * plan.engines;
  const context = meanPromptTokens(service.traffic, prepared.model) + meanTokens(service.traffic.output_tokens) / 2;
  const inMemory = Math.floor((plan.kvBlocks * plan.blockTokens * plan.engines) / Math.max(1, context));
  return inMemory < sequences
    ? { most: inMemory * factor, why: `KV memory of a replica holds about ${inMemory} requests of mean length` }
    : { most: sequences * factor, why: `a replica runs at most ${sequences} at once (max_num_seqs)` };
}

/** NVIDIA/dcgm-exporter#301: a device is busy whenever a kernel runs, whatever the batch. */
function busySignal({ prepared, scaling: { readings } }: Setting): string[] {
  if (prepared.kind !== 'llm') return [];
  return readings
    .filter(({ signal }) => signal === 'busy')
    .map(
      ({ observedAs }) =>
        `"${observedAs}" is the share of time that the accelerator is busy: one request saturates it, a full batch reads the same, so it says nothing of the load; scale on requests that wait or run (vllm:num_requests_waiting, vllm:num_requests_running)`,
    );
}

/** What piles up before a replica can help may not ask for more than this many times the replicas that would serve it. */
const RUNAWAY = 2;
/** Nothing runs away while a replica starts within so many looks. */
const LOOKS = 4;

/** vllm-project/aibrix#2670: a total that grows while replicas start asks for more of them at every look. */
function runaway({ world, prepared, onPool, scaling, coldS }: Setting): string[] {
  const { policy } = scaling;
  if (policy.kind !== 'hpa' && policy.kind !== 'keda') return [];
  if ((policy.behavior?.scaleUp.stabilizationWindowSeconds ?? 0) >= coldS) return [];
  if (coldS < LOOKS * CONTROL_PERIOD_S) return [];
  const most = mostReplicas(prepared, onPool);
  const { traffic } = prepared.service;
  const peakPerS = meanPerS(traffic) * world.drivers.users * Math.max(...traffic.shape.weights);
  const eachPerS = fluidCapacityPerS(world, prepared) / most;
  const need = Math.max(1, Math.ceil(peakPerS / eachPerS));
  // All of a burst waits that the smallest fleet cannot serve, until what would serve it has started.
  const lackPerS = Math.max(0, peakPerS - scaling.min * eachPerS);
  return targetsOf(policy, scaling.readings).flatMap(({ metric, reading, target, perReplica }) => {
    const grows = reading.aggregation === 'total' && (reading.signal === 'waiting' || reading.signal === 'in-flight');
    const piled = lackPerS * coldS * reading.scale;
    const asked = Math.min(most, Math.ceil(piled / target));
    if (!grows || !perReplica || asked <= RUNAWAY * need) return [];
    return [
      `"${metric}" is a total, and grows while replicas start (${seconds(coldS)}): the ${number(piled)} requests that a rise to ${number(peakPerS)}/s piles up meanwhile ask for ${asked} replicas at ${number(target)} each, where ${need} would serve it; limit scale-up (behavior.scaleUp: stabilizationWindowSeconds, or 1 pod a period), raise the target, or lower max`,
    ];
  });
}

/** The control loop of the HPA. */
const CONTROL_PERIOD_S = 15;

/** What goes before what replaces it could have started comes back at the price of a cold start. */
function flapping({ onPool, scaling: { policy, min, max }, coldS, keptS }: Setting): string[] {
  if (min === max || policy.kind === 'predictive' || policy.kind === 'schedule' || policy.kind === 'wva') return [];
  const delayS = scaleInDelayS(policy);
  const isKept = onPool.pool.startup!.keep_nodes > delayS;
  const backS = isKept ? keptS : coldS;
  if (delayS >= backS) return [];
  return [
    `it scales in after ${seconds(delayS)}, and a replica takes ${seconds(backS)} to come back${isKept ? ' on a node that is kept' : ''}: a short dip costs more than it saves (flapping); wait at least as long before scaling in`,
  ];
}

function beyondQuota({ prepared, onPool, scaling: { max } }: Setting): string[] {
  const { quota } = onPool.pool;
  const each = acceleratorsPerReplica(prepared, onPool);
  if (quota === undefined || !Number.isFinite(max) || wholeAccelerators(max, each) <= quota) return [];
  const size =
    each < 1 ? `a ${Math.round(1 / each)}th of an accelerator` : `${each} accelerator${each === 1 ? '' : 's'}`;
  return [
    `it may start ${max} replicas of ${size}, the quota is ${quota}: beyond ${wholeIn(quota / each)} they stay pending; raise the quota, or lower max`,
  ];
}

const seconds = (value: number): string => `${Number(value.toPrecision(3))} s`;
const number = (value: number): string => String(Number(value.toPrecision(3)));
