/** Drills as the parts of a simulation see them, and what is wrong with them. */
import type { FleetDrill } from '../fleet/faults/drill.js';
import { poolsOf } from '../scenario/runsOn.js';
import type { Drill } from '../scenario/types.js';
import type { Intensity } from '../workload/intensity.js';
import type { RunSpec } from './runSpec.js';
import { poolFor, tenantsOf } from './sharing/shares.js';
import { runPlan } from './window.js';
import type { PreparedPool, PreparedService, World } from './world/types.js';

/** The drills that a service goes through; none in the run that looks for the warm-up. */
export function drillsOf(
  world: World,
  { name, pool }: Pick<PreparedService, 'name' | 'pool'>,
  { replication }: RunSpec,
): readonly Drill[] {
  if (replication < 0) return [];
  const strikes = ({ kind, target }: Drill): boolean =>
    target === undefined || target === (kind === 'traffic-spike' ? name : pool);
  return (world.scenario.drills ?? []).filter(strikes);
}

/** Drills in seconds of the run, whose window begins after the warm-up. */
export function fleetDrills(drills: readonly Drill[], { warmupS }: RunSpec): FleetDrill[] {
  return drills.map(({ text, kind, at, lasts = Infinity }) => ({
    name: text,
    kind,
    startS: warmupS + at,
    endS: warmupS + at + lasts,
  }));
}

/** The demand with the spikes of the drills on top. */
export function withSpikes(intensity: Intensity, drills: readonly Drill[], { warmupS }: RunSpec): Intensity {
  const spikes = drills
    .filter(({ kind }) => kind === 'traffic-spike')
    .map(({ at, lasts = 0, factor }) => ({ startS: warmupS + at, endS: warmupS + at + lasts, factor }));
  if (spikes.length === 0) return intensity;
  return {
    at(t) {
      let { factor, until } = intensity.at(t);
      for (const spike of spikes) {
        if (t < spike.startS) until = Math.min(until, spike.startS);
        else if (t < spike.endS) {
          factor *= spike.factor;
          until = Math.min(until, spike.endS);
        }
      }
      return { factor, until };
    },
  };
}

/** Whether a drill of spot or stock means something to a pool. */
function canStrike(kind: Drill['kind'], { spot, scaling, pool }: PreparedPool): boolean {
  if (kind === 'spot-drought') return spot !== undefined;
  return pool.instance !== undefined && (scaling !== undefined || spot !== undefined);
}

/** What is wrong with the drills of a world: each must strike something within the window. */
export function drillProblems(world: World): { readonly message: string; readonly hint: string }[] {
  return (world.scenario.drills ?? []).flatMap((drill) => {
    const { kind, target, at, text } = drill;
    const say = (message: string, hint: string) => [{ message: `--drill ${text}: ${message}`, hint }];
    const isSpike = kind === 'traffic-spike';
    const names = isSpike ? world.services.map(({ name }) => name) : Object.keys(world.pools);
    if (target !== undefined && !names.includes(target))
      return say(`no ${isSpike ? 'service' : 'pool'} is named "${target}"`, `there is ${names.join(', ')}`);
    const pools = (service: PreparedService): readonly string[] =>
      poolsOf(service.service).filter((pool) => target === undefined || target === pool);
    const struck = world.services.filter((service) =>
      isSpike ? target === undefined || target === service.name : pools(service).length > 0,
    );
    const fitting = struck.filter((service) =>
      isSpike
        ? service.service.traffic.rate !== undefined
        : service.kind !== 'queue' &&
          (kind === 'zone-loss' || pools(service).some((pool) => canStrike(kind, poolFor(world, service.name, pool)))),
    );
    const shared = isSpike ? undefined : struck.flatMap(pools).find((pool) => tenantsOf(world, pool).length > 1);
    if (shared !== undefined)
      return say(`not supported yet: drills on a pool that several services share (${shared})`, 'name another pool');
    if (fitting.length === 0) {
      if (isSpike) return say('it multiplies a rate, and no service it strikes has one', 'give traffic.rate');
      if (kind === 'spot-drought')
        return say('no pool of a model that it strikes is on spot', 'give the pool purchase: { spot: 50 % }');
      if (kind === 'stock-out')
        return say(
          'no pool of a model that it strikes starts machines of an instance type later',
          'give the pool an instance and an autoscaler, or purchase: { spot: 50 % }',
        );
      return say('it strikes no pool of a model', 'servers of a queue cannot be lost yet');
    }
    const late = fitting.find(({ service }) => at >= (runPlan(world.scenario, service).windowS ?? Infinity));
    if (late === undefined) return [];
    const windowS = runPlan(world.scenario, late.service).windowS ?? 0;
    return say(`it comes after the window of ${windowS} s`, 'an earlier time, or a longer window');
  });
}
