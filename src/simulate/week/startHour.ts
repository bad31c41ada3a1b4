/** The hours of the week that a service's window covers. */
import { busiestHours } from '../../workload/intensity.js';
import { sum } from '../arithmetic.js';
import { acceleratorsPerReplica, mostReplicas } from '../services/instances.js';
import { onlyPoolFor, tenantsOf } from '../sharing/shares.js';
import { busiestWindow, meanPerS, runPlan } from '../window.js';
import type { PreparedService, World } from '../world/types.js';
import { WEEK_H } from './hours.js';
import { fluidCapacityPerS } from './strata.js';

/**
 * The busiest hours of the service's own week. Services that share a pool on which replicas come and go are simulated in the same hours,
 * those in which they need most accelerators together.
 */
export function windowOf(
  world: World,
  prepared: PreparedService,
): { readonly startHour: number; readonly factor: number } {
  const { windowS } = runPlan(world.scenario, prepared.service);
  const { weights } = prepared.service.traffic.shape;
  const tenants = prepared.pool === undefined ? [] : tenantsOf(world, prepared.pool);
  const isJoint = tenants.length > 1 && tenants.some((each) => onlyPoolFor(world, each)?.scaling);
  if (!isJoint || windowS === null) return busiestWindow(weights, windowS);
  const hours = Math.min(weights.length, Math.max(1, Math.ceil(windowS / 3600)));
  const together = needsTogether(world, tenants);
  const { startHour } = busiestHours(together, hours);
  const covered = Array.from({ length: hours }, (_, i) => weights[(startHour + i) % weights.length]!);
  return { startHour, factor: sum(covered) / hours };
}

/** Accelerators that services need together, about, by hour of the week. */
export function needsTogether(world: World, tenants: readonly PreparedService[]): readonly number[] {
  const needs = tenants.map((each) => acceleratorsNeeded(world, each));
  return Array.from({ length: WEEK_H }, (_, hour) =>
    sum(tenants.map(({ service }, i) => needs[i]! * service.traffic.shape.weights[hour]!)),
  );
}

/** Accelerators (machines, where there are none) for the mean demand of a service, about. */
function acceleratorsNeeded(world: World, prepared: PreparedService): number {
  const onPool = onlyPoolFor(world, prepared)!;
  const perS = meanPerS(prepared.service.traffic) * world.drivers.users;
  const each = Math.max(1, acceleratorsPerReplica(prepared, onPool));
  return (perS / fluidCapacityPerS(world, prepared)) * mostReplicas(prepared, onPool) * each;
}
