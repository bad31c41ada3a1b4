/** The rules of a pool's consolidation with what a run adds: prices, shares, and what time it is. */
import type { ConsolidationRules } from '../../fleet/scaling/consolidation/rules.js';
import type { RunSpec } from '../runSpec.js';
import type { PreparedConsolidation } from '../world/consolidation.js';
import { type PreparedPool, type PreparedService, typesOfPool } from '../world/types.js';
import { acceleratorsPerReplica } from './instances.js';

/** @param types the service on each instance type of the pool · @param start date of the scenario */
export function consolidationRules(
  prepared: PreparedConsolidation,
  types: readonly PreparedService[],
  onPool: PreparedPool,
  start: string,
  { startHour, warmupS }: Pick<RunSpec, 'startHour' | 'warmupS'>,
): ConsolidationRules {
  const onTypes = typesOfPool(onPool);
  if (prepared.kind === 'cluster-autoscaler') {
    const shares = onTypes.map((onType, i) => {
      const { acceleratorsPerInstance } = onType.hardware;
      const each = acceleratorsPerReplica(types[i]!, onType);
      return each === 0 ? 1 : Math.min(1, each / acceleratorsPerInstance);
    });
    return { ...prepared, shares };
  }
  return { ...prepared, prices: onTypes.map(priceOf), originMs: mondayOf(start) + (startHour * 3600 - warmupS) * 1000 };
}

/** USD an hour of a machine, on demand or as the scenario says. */
function priceOf({ prices, pool, hardware }: PreparedPool): number | undefined {
  if (prices) return prices.onDemand.kind === 'priced' ? prices.onDemand.usdPerHour : undefined;
  return pool.price === undefined ? undefined : pool.price * hardware.acceleratorsPerInstance;
}

const DAY_MS = 86_400_000;

/** Monday 00:00 UTC of the week of a date (epoch milliseconds): the hour 0 of weekly shapes. */
function mondayOf(date: string): number {
  const at = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  const daysSinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  return at - daysSinceMonday * DAY_MS;
}
