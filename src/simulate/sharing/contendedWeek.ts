/**
 * The week of services that contend for a quota: hours in which they need about as many accelerators together are simulated once, all of
 * them at their levels of those hours, so that each meets the others as they are then.
 */
import { sum } from '../arithmetic.js';
import type { RunTask } from '../tasks.js';
import { needsTogether } from '../week/startHour.js';
import { grouped } from '../week/strata.js';
import { warmStart } from '../week/warmStart.js';
import { stratumTask } from '../week/weekTasks.js';
import { meanPerS } from '../window.js';
import type { PreparedService, World } from '../world/types.js';
import { servicesBefore } from './sharedQuota.js';
import { onlyPoolFor, tenantsOf } from './shares.js';

/** The tasks of a contending service, one for each group of hours. */
export function contendedWeekTasks(
  world: World,
  prepared: PreparedService,
  seed: number,
  replication: number,
): RunTask[] {
  return groupsOfHours(world, prepared.pool!).map((at, index) => {
    const level = meanOver(prepared, at);
    const task = stratumTask(world, prepared, { level, hours: at.length }, seed, replication, index);
    const before = servicesBefore(world, prepared).map((service) => {
      const own = meanOver(service, at);
      const perS = meanPerS(service.service.traffic) * world.drivers.users * own;
      const start = onlyPoolFor(world, service)?.scaling ? warmStart(world, service, perS) : undefined;
      return [
        service.name,
        { level: own, ...(start && { start: { replicas: start.replicas, held: false } }) },
      ] as const;
    });
    return { ...task, hoursOfWeek: at, before: Object.fromEntries(before) };
  });
}

/** Hours of the week by what services need together, the busiest first. */
function groupsOfHours(world: World, pool: string): readonly (readonly number[])[] {
  const together = needsTogether(world, tenantsOf(world, pool));
  const hours = together.map((need, hour) => ({ need, hour })).sort((a, b) => b.need - a.need || a.hour - b.hour);
  let next = 0;
  return grouped(together).map(({ hours: count }) => hours.slice(next, (next += count)).map(({ hour }) => hour));
}

const meanOver = ({ service }: PreparedService, at: readonly number[]): number =>
  sum(at.map((hour) => service.traffic.shape.weights[hour]!)) / at.length;
