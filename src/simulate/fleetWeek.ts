/** A fleet that varies, over a normal week: its load levels weighted by their hours. */
import { sum } from './arithmetic.js';
import { monthBill } from './cost.js';
import type { FleetOfWeek, WeekResult } from './result.js';
import { type PoolUse, useOf, type WeekPart } from './serviceRun.js';
import type { PreparedPool } from './worldTypes.js';

export function fleetOfWeek(pool: string, week: readonly WeekPart[]): FleetOfWeek {
  const use = ({ run }: WeekPart): PoolUse => useOf(run, pool);
  const hours = sum(week.map((part) => part.hours));
  const mean = (of: (part: WeekPart) => number): number => sum(week.map((part) => part.hours * of(part))) / hours;
  return {
    replicas: {
      mean: mean((part) => use(part).replicas.mean),
      max: Math.max(...week.map((part) => use(part).replicas.max)),
    },
    instances: mean((part) => use(part).instances.mean),
  };
}

/** The same with the bill of its month. */
export function billedWeek(pool: PreparedPool, week: readonly WeekPart[]): NonNullable<WeekResult['fleet']> {
  const { usd, items } = monthBill(pool, week);
  return { ...fleetOfWeek(pool.name, week), usd_per_month: usd, by_item: items };
}
