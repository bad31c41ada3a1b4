/** What adds and removes replicas in one run of a service: an autoscaler, failures and their repair, on the machines of its pool. */
import type { InstanceRun } from '../../billing/usage.js';
import type { DrillRecord, FleetDrill } from '../../fleet/faults/drill.js';
import { type Fault, FaultyFleet, type StockOut } from '../../fleet/faults/faultyFleet.js';
import { StockClock } from '../../fleet/faults/stockClock.js';
import type { FleetController, ReplicaSeconds } from '../../fleet/llm/control.js';
import { type ConsolidationCounts, Consolidator } from '../../fleet/scaling/consolidation/consolidator.js';
import { FixedPool } from '../../fleet/scaling/fixedPool.js';
import type { FleetKeeper } from '../../fleet/scaling/keeper.js';
import { LimitedFleet, type Room } from '../../fleet/scaling/limitedFleet.js';
import type { MachineType } from '../../fleet/scaling/nodeSettings.js';
import { Nodes } from '../../fleet/scaling/nodes.js';
import { type DecisionRow, PoolScaler, type ScalingCounts } from '../../fleet/scaling/poolScaler.js';
import { stream, type Uniform } from '../../kernel/random.js';
import { exponential } from '../../kernel/variates.js';
import type { Startup } from '../../scenario/types.js';
import { sum } from '../arithmetic.js';
import type { RunSpec } from '../runSpec.js';
import { type PreparedPool, type PreparedService, typesOfPool } from '../world/types.js';
import { consolidationRules } from './consolidationRules.js';
import { replicasPerMachine, spareReplicas } from './headroom.js';
import { acceleratorsPerReplica, instancesBilled, mostReplicas } from './instances.js';
import { startupParts } from './startup.js';

/** What a fleet that varies did over the measured time. */
export interface FleetRecord {
  /** ∫ replicas dt: all that are paid, those that take requests, those that finish what they have. */
  readonly provisionedS: number;
  readonly readyS: number;
  readonly drainingS: number;
  readonly most: number;
  /** When machines ran, from the start of the measured time. */
  readonly nodes: readonly InstanceRun[];
  /** Machine-seconds in which there was power, by instance type: those that are lost or under repair draw none. */
  readonly poweredS: readonly number[];
  /** When replicas held their places, from the start of the measured time (before it: negative). */
  readonly places: readonly { readonly startS: number; readonly endS: number }[];
  /** Replicas that services of higher priority took, where any contends. */
  readonly preempted?: number;
  /** Where an autoscaler is at work. */
  readonly scaling?: ScalingCounts;
  /** Where machines are consolidated; since the run began. */
  readonly consolidation?: ConsolidationCounts;
  /** Where machines fail: what struck in the measured time. */
  readonly faults?: readonly Fault[];
  readonly drills?: readonly DrillRecord[];
  /** Where instance types can be out of stock or replaced by others: when they were, as seconds of the measured time. */
  readonly stockOuts?: readonly StockOut[];
}

export interface ScaledFleet {
  readonly controller: FleetController;
  /** @param replicas by instance type */
  readonly record: (replicas: readonly ReplicaSeconds[], fromS: number, untilS: number) => FleetRecord;
}

/**
 * @param types the service as it runs on each instance type of this pool · @param servers of a replica: it is fully busy when all are
 * @param first place of the pool's first replica · @param start date of the scenario
 * @returns `undefined` where replicas neither come nor go
 */
export function scaledFleet(
  types: readonly PreparedService[],
  servers: number,
  onPool: PreparedPool,
  spec: RunSpec,
  allDrills: readonly FleetDrill[],
  first: number,
  start: string,
): ScaledFleet | undefined {
  const { pool, spot } = onPool;
  const onTypes = typesOfPool(onPool);
  const scaling = spec.start?.held ? undefined : onPool.scaling;
  // Who keeps its machines asks for none.
  const asks = onPool.scaling !== undefined || spot !== undefined;
  const drills = asks ? allDrills : allDrills.filter(({ kind }) => kind !== 'stock-out');
  const mtbf = pool.failures?.mtbf;
  const scarce = onTypes.some(({ stock }) => stock !== undefined);
  const isStruck = mtbf !== undefined || spot !== undefined || scarce || drills.length > 0;
  const limit = spec.start?.held ? undefined : spec.limit;
  if (scaling === undefined && !isStruck && limit === undefined) return undefined;
  const prepared = types[0]!;
  const room = limit && { replicas: Infinity };
  const nodes = nodesOf(types, onPool, room);
  const initial = initialReplicas(prepared, onPool, spec);
  nodes.begin(Array.from({ length: initial }, (_, i) => first + i));
  const { onDecision } = spec;
  const typeNames = onTypes.map((each) => each.pool.instance ?? '');
  const scaler =
    scaling &&
    new PoolScaler(
      {
        ...scaling,
        enginesPerReplica: servers,
        initial: wantedAtFirst(onPool, spec),
        ...(pool.headroom && { spare: (desired: number) => spareReplicas(prepared, onPool, desired) }),
        ...(onDecision && {
          onDecision: (row: DecisionRow) => onDecision({ ...row, pool: onPool.name, types: typeNames }),
        }),
      },
      nodes,
    );
  const kept: FleetKeeper = scaler ?? new FixedPool(initial, nodes);
  const consolidator =
    onPool.consolidation && asks
      ? new Consolidator(kept, consolidationRules(onPool.consolidation, types, onPool, start, spec))
      : undefined;
  const keeper = consolidator ?? kept;
  const uniform = (what: string): Uniform => stream(spec.seed, spec.replication, `${onPool.name}/${what}`);
  const faulty = isStruck
    ? new FaultyFleet(keeper, {
        ...(mtbf !== undefined && { failures: exponential(uniform('failures'), mtbf) }),
        ...(spot && { spot: spotTimes(onTypes, uniform('spot')) }),
        ...(scarce && { stock: onTypes.map(({ stock }, i) => stock && new StockClock(stock, uniform(`stock ${i}`))) }),
        drills,
      })
    : undefined;
  const each = Math.max(1, acceleratorsPerReplica(prepared, onPool));
  const steps = limit?.map(({ atS, accelerators }) => ({ atS, replicas: Math.floor(accelerators / each) }));
  const limited = steps && room && new LimitedFleet(keeper, steps, room);
  return {
    controller: faulty ?? limited ?? keeper,
    record: (replicas, fromS, untilS) => ({
      provisionedS: sum(replicas.map(({ provisioned }) => provisioned)),
      readyS: sum(replicas.map(({ ready }) => ready)),
      drainingS: sum(replicas.map(({ draining }) => draining)),
      most: replicas.length > 1 ? nodes.mostReplicas(fromS) : replicas[0]!.most,
      nodes: scaler || spot ? nodes.runs(fromS, untilS) : fixedRuns(prepared, onPool, untilS - fromS),
      poweredS: nodes.poweredS(fromS, untilS),
      places: nodes.places(fromS, untilS),
      ...(limited && { preempted: limited.preemptedAt.filter((at) => at >= fromS && at < untilS).length }),
      ...(scaler && { scaling: scaler.counts }),
      ...(consolidator && { consolidation: consolidator.counts }),
      ...(faulty && { faults: faulty.faults.filter(({ timeS }) => timeS >= fromS) }),
      ...(faulty && drills.length > 0 && { drills: faulty.drills }),
      ...((scarce || onTypes.length > 1 || faulty?.stockOuts.length) && {
        stockOuts: stockOutsWithin(faulty?.stockOuts ?? [], fromS, untilS),
      }),
    }),
  };
}

/** Replicas at the start: as the scenario says, or as a load level of the week needs. */
function wantedAtFirst({ pool }: PreparedPool, { start }: RunSpec): number {
  return start?.replicas ?? pool.replicas.initial;
}

/** Replicas that there are at the start: with the spare ones of an autoscaled pool, as far as there may be so many. */
export function initialReplicas(prepared: PreparedService, onPool: PreparedPool, spec: RunSpec): number {
  const wanted = wantedAtFirst(onPool, spec);
  const { scaling, pool } = onPool;
  if (scaling === undefined || pool.headroom === undefined || spec.start?.held) return wanted;
  return Math.max(wanted, Math.min(mostReplicas(prepared, onPool), wanted + spareReplicas(prepared, onPool, wanted)));
}

/** Lifetimes and notices of spot machines, by instance type. */
function spotTimes(onTypes: readonly PreparedPool[], uniform: Uniform) {
  return onTypes.map(({ spot }) => ({ lifetime: exponential(uniform, spot!.meanS), noticeS: spot!.noticeS }));
}

function stockOutsWithin(outs: readonly StockOut[], fromS: number, untilS: number): StockOut[] {
  return outs
    .filter((out) => out.untilS > fromS && out.fromS < untilS)
    .map((out) => ({
      type: out.type,
      fromS: Math.max(0, out.fromS - fromS),
      untilS: Math.min(out.untilS, untilS) - fromS,
    }));
}

function nodesOf(types: readonly PreparedService[], onPool: PreparedPool, room: Room | undefined): Nodes {
  const { pool, scaling, spot, purchase } = onPool;
  const prepared = types[0]!;
  const startup = pool.startup ?? RESTART;
  const keepsMachines = scaling === undefined && spot === undefined;
  const [own, ...fallback] = typesOfPool(onPool).map((onType, i) => machineType(types[i]!, onType, startup));
  const parts = own!.startup;
  return new Nodes({
    ...own!,
    // A machine of a fixed pool comes back when it is repaired, and has the image.
    startup: keepsMachines ? { ...parts, provisionS: pool.failures?.repair ?? 0, pullS: 0 } : parts,
    ...(fallback.length > 0 && { fallback }),
    // Services that share machines count accelerators, not machines of their own.
    quota: scaling && !onPool.isShared ? (pool.quota ?? Infinity) : Infinity,
    ...(room && { room }),
    warmNodes: startup.warm_nodes,
    retentionS: onPool.consolidation ? Infinity : startup.keep_nodes,
    zones: pool.zones,
    ...(spot && { spotShare: spot.share, committed: purchase.committed1y + purchase.committed3y }),
    ...(keepsMachines && { mostNodes: fixedMachines(prepared, onPool) }),
  });
}

function machineType(prepared: PreparedService, onType: PreparedPool, startup: Startup): MachineType {
  const perReplica = acceleratorsPerReplica(prepared, onType);
  const { acceleratorsPerInstance } = onType.hardware;
  return {
    startup: startupParts(prepared, onType, startup),
    replicasPerNode: replicasPerMachine(prepared, onType),
    acceleratorsPerNode: perReplica === 0 ? 0 : acceleratorsPerInstance,
  };
}

/** Machines of a fixed pool are paid throughout, those under repair as well. */
function fixedRuns(prepared: PreparedService, onPool: PreparedPool, windowS: number): readonly InstanceRun[] {
  const length = fixedMachines(prepared, onPool);
  return Array.from({ length }, () => ({ startS: 0, endS: windowS, isPart: true }));
}

function fixedMachines(prepared: PreparedService, onPool: PreparedPool): number {
  const { pool, hardware } = onPool;
  return instancesBilled(
    pool.replicas.initial,
    acceleratorsPerReplica(prepared, onPool),
    hardware.acceleratorsPerInstance,
  );
}

/** A replica that starts again where the scenario says nothing of starts: a drill has taken its machine away. */
export const RESTART: Startup = {
  provision: 0,
  pull: 0,
  load: 'auto',
  init: 'auto',
  storage: 'block-volume',
  loader: 'page-cache',
  warm_nodes: 0,
  keep_nodes: 0,
};
