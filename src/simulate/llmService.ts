/** Runs one replication of a `kind: llm` service. */
import { type GroupRun, type LlmRun, runLlmFleet } from '../fleet/llm/fleet.js';
import { LaneScalers } from '../fleet/scaling/laneScalers.js';
import { stream, type Uniform } from '../kernel/random.js';
import { sum } from './arithmetic.js';
import { drillsOf, fleetDrills } from './drills.js';
import { type LlmPrepared, llmFleet, prioritiesOf } from './llmFleet.js';
import type { LaneRecord, RunRecord } from './record.js';
import type { RunSpec } from './runSpec.js';
import { initialReplicas, type ScaledFleet, scaledFleet } from './scaledFleet.js';
import { expectedRequests, requestSource } from './sources.js';
import type { World } from './world.js';

export function runLlm(world: World, prepared: LlmPrepared, spec: RunSpec): RunRecord {
  const { service, name } = prepared;
  const random = (what: string): Uniform => stream(spec.seed, spec.replication, `${name}/${what}`);
  const config = llmFleet(world, prepared, spec, random);
  const priorities = prioritiesOf(prepared);
  const drills = drillsOf(world, prepared, spec);
  const scaled = scaledLanes(world, prepared, spec);
  const controller = controllerOf(scaled);
  const expected = expectedRequests(service.traffic, prepared.trace, world.drivers.users, spec);
  const levels: number[] = [];
  const source = requestSource(prepared, world.drivers, spec, prepared.plan.maxModelTokens, drills);
  const run = runLlmFleet(config, source, {
    warmupS: spec.warmupS,
    untilS: spec.windowS === null ? Infinity : spec.warmupS + spec.windowS,
    batches: spec.batches,
    batchSize: spec.batches > 1 ? Math.max(1, Math.ceil(expected / spec.batches)) : 0,
    ...(spec.sink && { sink: spec.sink }),
    ...(controller && { controller }),
    ...(spec.probeEveryS !== undefined && {
      probe: { everyS: spec.probeEveryS, observe: (inSystem: number) => levels.push(inSystem) },
    }),
  });
  const { metrics, untilS } = run;
  const lanes = run.groups.map((group, i) => laneRecord(run, group, config.groups[i]!.engines, scaled[i]));
  return {
    fromS: run.fromS,
    untilS,
    counts: {
      arrived: metrics.arrived,
      carriedIn: run.carriedIn,
      carriedOut: metrics.carriedOut,
      completed: metrics.completed,
      rejected: metrics.rejected,
      abandoned: metrics.abandoned,
      failed: metrics.failed,
      timeouts: metrics.timeouts,
      retries: metrics.retries,
      refusals: metrics.refusals,
      hedges: metrics.hedges,
      hedgesWon: metrics.hedgesWon,
      hedgeTokens: metrics.hedgeTokens,
      circuitOpened: metrics.circuitOpened,
      inFlight: run.inFlight,
      good: metrics.good,
      preemptions: metrics.preemptions,
      swaps: metrics.swaps,
      tooLong: metrics.tooLong,
      // What is answered for the service, by whomever.
      inputTokens: metrics.inputTokens + metrics.apiInputTokens,
      // With drafts, tokens of steps that straddle the window's ends are counted in parts.
      outputTokens: Math.round(metrics.outputTokens) + metrics.apiOutputTokens,
      hitTokens: metrics.hitTokens,
      lookedUpTokens: metrics.lookedUpTokens,
    },
    histograms: { ttft: metrics.ttft, tpot: metrics.tpot, itl: metrics.itl, queue: metrics.queue, e2e: metrics.e2e },
    ...(priorities && {
      priorities: priorities.map((_, i) => ({ ttft: metrics.ttftByLevel[i]!, e2e: metrics.e2eByLevel[i]! })),
    }),
    rejections: metrics.rejectedFor,
    ...(config.tokenApi && {
      api: { calls: metrics.apiCalls, inputTokens: metrics.apiInputTokens, outputTokens: metrics.apiOutputTokens },
    }),
    circuitOpenS: metrics.circuitOpen.integral(untilS),
    origins: metrics.byOrigin,
    tenants: metrics.byTenant,
    waiting: { integral: metrics.waiting.integral(untilS), max: metrics.waiting.max },
    inSystem: { integral: metrics.inSystem.integral(untilS), max: metrics.inSystem.max },
    busyS: sum(lanes.map((lane) => lane.busyS)),
    servers: sum(lanes.map((lane) => lane.servers)),
    pending: run.pending,
    lanes,
    // Where prompts and answers are computed apart, both must be there.
    servingS: prepared.link ? Math.min(...run.groups.map((group) => group.replicaSeconds.serving)) : run.servingS,
    ...(spec.probeEveryS !== undefined && { levels }),
    events: run.events,
  };
}

/** The autoscalers of the lanes that have one, by lane. */
function scaledLanes(world: World, prepared: LlmPrepared, spec: RunSpec): (ScaledFleet | undefined)[] {
  let first = 0;
  return prepared.lanes.map((lane) => {
    const pool = world.pools[lane.pool]!;
    const place = first;
    first += initialReplicas(pool, spec);
    const drills = drillsOf(world, { name: prepared.name, pool: lane.pool }, spec);
    return scaledFleet({ ...prepared, ...lane }, lane.plan.engines, pool, spec, fleetDrills(drills, spec), place);
  });
}

function controllerOf(scaled: readonly (ScaledFleet | undefined)[]) {
  const lanes = scaled.flatMap((lane, group) => (lane ? [{ group, controller: lane.controller }] : []));
  if (lanes.length === 0) return undefined;
  return scaled.length === 1 ? lanes[0]!.controller : new LaneScalers(lanes);
}

function laneRecord(run: LlmRun, group: GroupRun, servers: number, scaled: ScaledFleet | undefined): LaneRecord {
  const { retired, engines, placed } = group;
  const total = (of: 'busyS' | 'sequenceSeconds' | 'tokenSeconds'): number =>
    retired[of] + sum(engines.map((engine) => engine[of]));
  const most = (of: 'maxSequencesSeen' | 'maxTokensSeen'): number =>
    Math.max(retired[of], ...engines.map((engine) => engine[of]));
  return {
    busyS: total('busyS'),
    servers,
    placed,
    batch: { weight: total('sequenceSeconds'), over: total('busyS'), max: most('maxSequencesSeen') },
    kv: { tokenSeconds: total('tokenSeconds'), maxTokens: most('maxTokensSeen') },
    ...(scaled && { fleet: scaled.record(group.replicaSeconds, run.fromS, run.untilS) }),
  };
}
