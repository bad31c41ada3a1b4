/**
 * The week of services that share a pool. Each was simulated at the load levels of its own week; hour by hour the levels of all of them
 * stand side by side, and the machines of that hour are those under what they held together. Levels fluctuate independently of each other.
 */

import type { PoolUse } from '../results/poolUse.js';
import type { WeekPart } from '../results/serviceRun.js';
import { HOUR_S, WEEK_H } from '../week/hours.js';
import type { PreparedPool } from '../world/types.js';
import { jointUse, type PoolPart, partOn, type Tenant } from './jointUse.js';

/** A stretch of a run that stands for an hour. */
interface Slice {
  readonly key: string;
  readonly use: PoolUse;
  readonly offsetS: number;
  readonly lengthS: number;
}

/** @returns `undefined` where no service has a week: months are like the window */
export function jointWeek(pool: PreparedPool, tenants: readonly Tenant[]): readonly PoolPart[] | undefined {
  if (tenants.every(({ run }) => run.week === undefined)) return undefined;
  const slices = tenants.map((tenant) => slicesOf(tenant));
  const hours = new Map<string, { hours: number; readonly slices: readonly Slice[] }>();
  for (let hour = 0; hour < WEEK_H; hour++) {
    const at = slices.map((each) => each[hour]!);
    const key = at.map((slice) => slice.key).join('|');
    const known = hours.get(key);
    if (known) known.hours++;
    else hours.set(key, { hours: 1, slices: at });
  }
  return [...hours.values()].map(({ hours: count, slices: at }) => {
    const windowS = Math.min(...at.map(({ lengthS }) => lengthS));
    const uses = tenants.map(({ service }, i) => ({ service, use: cut(at[i]!, windowS) }));
    return { hours: count, use: jointUse(pool, uses, windowS), windowS };
  });
}

/** What stands for each hour of the week. */
function slicesOf({ service, run, use }: Tenant): readonly Slice[] {
  const { week } = run;
  if (!week) {
    const one = { key: 'window', use, offsetS: 0, lengthS: Math.min(HOUR_S, run.windowS) };
    return Array.from({ length: WEEK_H }, () => one);
  }
  const { weights } = service.service.traffic.shape;
  const parts = week.map((part, i) => ({ part, key: String(i), use: partOn(part.run, use.pool) }));
  const [whole] = parts;
  if (parts.length === 1 && whole!.part.startHour !== undefined)
    return Array.from({ length: WEEK_H }, (_, hour) => piece(whole!, hour));
  const byHour: Slice[] = [];
  if (week.every(({ at }) => at)) {
    for (const { part, key, use: own } of parts)
      for (const hour of part.at!)
        byHour[hour] = { key, use: own, offsetS: 0, lengthS: Math.min(HOUR_S, part.run.windowS) };
    return byHour;
  }
  // Hours and levels in the same order, the busiest first: each level takes as many hours as it stands for.
  const hours = weights
    .map((weight, hour) => ({ weight, hour }))
    .sort((a, b) => b.weight - a.weight || a.hour - b.hour);
  const levels = [...parts].sort((a, b) => levelOf(b.part, weights) - levelOf(a.part, weights));
  let next = 0;
  for (const level of levels) {
    for (let i = 0; i < level.part.hours && next < hours.length; i++) {
      byHour[hours[next++]!.hour] = {
        key: level.key,
        use: level.use,
        offsetS: 0,
        lengthS: Math.min(HOUR_S, level.part.run.windowS),
      };
    }
  }
  return byHour;
}

/** An hour of a week that was simulated as one piece. */
function piece({ part, use }: { readonly part: WeekPart; readonly use: PoolUse }, hour: number): Slice {
  return { key: `hour ${hour}`, use, offsetS: ((hour - part.startHour! + WEEK_H) % WEEK_H) * HOUR_S, lengthS: HOUR_S };
}

function levelOf({ level, startHour = 0, run }: WeekPart, weights: readonly number[]): number {
  if (level !== undefined) return level;
  const length = Math.max(1, Math.round(run.windowS / HOUR_S));
  let total = 0;
  for (let i = 0; i < length; i++) total += weights[(startHour + i) % weights.length]!;
  return total / length;
}

function cut({ use, offsetS }: Slice, windowS: number): PoolUse {
  if (!use.places) return use;
  const places = use.places.map((each) =>
    each
      .map(({ startS, endS }) => ({ startS: startS - offsetS, endS: Math.min(endS - offsetS, windowS) }))
      .filter(({ endS }) => endS > -HOUR_S),
  );
  return { ...use, places };
}
