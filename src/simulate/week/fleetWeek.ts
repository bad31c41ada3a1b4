/** A fleet that varies, over a normal week: its load levels weighted by their hours. */
import { sum } from '../arithmetic.js';
import type { FleetOfWeek, WeekResult } from '../result.js';
import { monthBill } from '../results/cost.js';
import type { PoolPart } from '../sharing/jointUse.js';
import type { PreparedPool } from '../world/types.js';

export function fleetOfWeek(week: readonly PoolPart[]): FleetOfWeek {
  const hours = sum(week.map((part) => part.hours));
  const mean = (of: (part: PoolPart) => number): number => sum(week.map((part) => part.hours * of(part))) / hours;
  return {
    replicas: {
      mean: mean((part) => part.use.replicas.mean),
      max: Math.max(...week.map((part) => part.use.replicas.max)),
    },
    instances: mean((part) => part.use.instances.mean),
  };
}

/** The same with the bill of its month. */
export function billedWeek(pool: PreparedPool, week: readonly PoolPart[]): NonNullable<WeekResult['fleet']> {
  const { usd, items } = monthBill(pool, week);
  return { ...fleetOfWeek(week), usd_per_month: usd, by_item: items };
}
