/** Runs one replication of a `kind: llm` service. */
import { type GroupRun, type LlmRun, runLlmFleet } from '../../fleet/llm/fleet.js';
import { LaneScalers } from '../../fleet/scaling/laneScalers.js';
import { stream, type Uniform } from '../../kernel/random.js';
import { sum } from '../arithmetic.js';
import { drillsOf, fleetDrills } from '../drills.js';
import type { GroupRecord, LaneRecord, PartRecord, RunRecord } from '../results/record.js';
import type { RunSpec } from '../runSpec.js';
import { poolFor } from '../sharing/shares.js';
import type { World } from '../world/world.js';
import { groupsOf, type LaneGroup, type LlmPrepared, llmFleet, prioritiesOf } from './llmFleet.js';
import { initialReplicas, type ScaledFleet, scaledFleet } from './scaledFleet.js';
import { expectedRequests, requestSource } from './sources.js';

export function runLlm(world: World, prepared: LlmPrepared, spec: RunSpec): RunRecord {
  const { service, name } = prepared;
  const random = (what: string): Uniform => stream(spec.seed, spec.replication, `${name}/${what}`);
  const config = llmFleet(world, prepared, spec, random);
  const priorities = prioritiesOf(prepared);
  const drills = drillsOf(world, prepared, spec);
  const scaled = scaledLanes(world, prepared, spec);
  const controller = controllerOf(scaled, groupsOf(prepared.lanes));
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
  const groups = groupsOf(prepared.lanes);
  const lanes = prepared.lanes.map((_, i) => {
    const own = run.groups.filter((_, group) => groups[group]!.of === i);
    const servers = sum(config.groups.filter((_, group) => groups[group]!.of === i).map(({ engines }) => engines));
    return laneRecord(run, own, servers, scaled[i]);
  });
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
    origins: metrics.byOrigin.map((part) => partOfLanes(part, groups, lanes.length)),
    tenants: metrics.byTenant.map((part) => partOfLanes(part, groups, lanes.length)),
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
    const pool = poolFor(world, prepared.name, lane.pool);
    const place = first;
    first += initialReplicas({ ...prepared, ...lane }, pool, spec);
    const drills = drillsOf(world, { name: prepared.name, pool: lane.pool }, spec);
    const types = [lane, ...(lane.fallback ?? [])].map((each) => ({ ...prepared, ...each }));
    return scaledFleet(types, lane.plan.engines, pool, spec, fleetDrills(drills, spec), place, world.scenario.start);
  });
}

function controllerOf(scaled: readonly (ScaledFleet | undefined)[], groups: readonly LaneGroup[]) {
  const groupsOfLane = (lane: number): number[] => [...groups.keys()].filter((group) => groups[group]!.of === lane);
  const lanes = scaled.flatMap((lane, i) => (lane ? [{ groups: groupsOfLane(i), controller: lane.controller }] : []));
  if (lanes.length === 0) return undefined;
  return scaled.length === 1 ? lanes[0]!.controller : new LaneScalers(lanes);
}

/** What a pool did, on all its instance types. */
function laneRecord(
  run: LlmRun,
  groups: readonly GroupRun[],
  servers: number,
  scaled: ScaledFleet | undefined,
): LaneRecord {
  const parts = groups.map(groupRecord);
  const all = groups.map(({ replicaSeconds }) => replicaSeconds);
  return {
    busyS: sum(parts.map(({ busyS }) => busyS)),
    servers,
    placed: sum(groups.map(({ placed }) => placed)),
    batch: {
      weight: sum(parts.map(({ batch }) => batch.weight)),
      over: sum(parts.map(({ busyS }) => busyS)),
      max: Math.max(...parts.map(({ batch }) => batch.max)),
    },
    types: parts,
    ...(scaled && { fleet: scaled.record(all, run.fromS, run.untilS) }),
  };
}

function groupRecord({ retired, engines, replicaSeconds }: GroupRun): GroupRecord {
  const total = (of: 'busyS' | 'sequenceSeconds' | 'tokenSeconds'): number =>
    retired[of] + sum(engines.map((engine) => engine[of]));
  const most = (of: 'maxSequencesSeen' | 'maxTokensSeen'): number =>
    Math.max(retired[of], ...engines.map((engine) => engine[of]));
  return {
    busyS: total('busyS'),
    workingS: replicaSeconds.ready + replicaSeconds.draining,
    batch: { weight: total('sequenceSeconds'), max: most('maxSequencesSeen') },
    kv: { tokenSeconds: total('tokenSeconds'), maxTokens: most('maxTokensSeen') },
  };
}

/** Counts by group as counts by lane. */
function partOfLanes(part: PartRecord, groups: readonly LaneGroup[], lanes: number): PartRecord {
  if (groups.length === lanes) return part;
  const byLane = (counts: readonly number[]): number[] => [
    ...Array.from({ length: lanes }, (_, lane) => sum(counts.filter((_, group) => groups[group]?.of === lane))),
    // A token API comes after the groups.
    ...counts.slice(groups.length),
  ];
  return { ...part, answeredBy: byLane(part.answeredBy), tokensFrom: byLane(part.tokensFrom) };
}
