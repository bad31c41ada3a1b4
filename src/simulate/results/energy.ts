/** Electricity and carbon of the accelerators, from rated power: an estimate, and said to be one. */
import { carbonKg } from '../../billing/carbon.js';
import { hoursPerMonth } from '../../billing/price.js';
import { sum } from '../arithmetic.js';
import type { SimulationResult } from '../result.js';
import { type PreparedPool, typesOfPool } from '../world/types.js';
import { monthsOf } from './cost.js';
import type { PoolRun } from './poolRuns.js';
import type { PoolUse } from './poolUse.js';

/**
 * Share of rated power that an idle data-centre GPU with its memory clocked up draws. Assumed (2026-11): NVIDIA A100 and H100 idle at
 * 50–120 W of 400–700 W with a model loaded.
 */
const IDLE_SHARE = 0.2;

/** `null` figures where a device's power, or a region's grid, is not known. */
export function energyOf(pools: readonly PoolRun[], windowS: number): SimulationResult['energy'] {
  const toMonth = (hoursPerMonth * 3600) / windowS;
  let kwh: number | null = 0;
  let month: number | null = 0;
  let carbon: number | null = 0;
  let any = false;
  for (const { pool, use, week } of pools) {
    any = true;
    const { grid } = pool;
    const each = typesOfPool(pool).map(wattsOf);
    if (each.includes(undefined)) {
      kwh = month = carbon = null;
      continue;
    }
    const watts = each as readonly number[];
    const drawn = drawnKwh(use, watts, windowS);
    const ofMonth = week
      ? sum(week.map((part) => drawnKwh(part.use, watts, part.windowS) * monthsOf(part, week)))
      : drawn * toMonth;
    if (kwh !== null) kwh += drawn;
    if (month !== null) month += ofMonth;
    if (carbon !== null) carbon = grid ? carbon + carbonKg(ofMonth, grid) : null;
  }
  return {
    kwh: any ? kwh : null,
    per_month_kwh: any && windowS > 0 ? month : null,
    carbon_kg_per_month: any && windowS > 0 ? carbon : null,
  };
}

const wattsOf = ({ hardware }: PreparedPool): number | undefined =>
  hardware.accelerator?.tdpWatts && hardware.accelerator.tdpWatts * hardware.acceleratorsPerInstance;

/** Whole instances are powered, whether or not a replica uses each accelerator; those that are lost are not. @param watts of an instance, by type */
function drawnKwh({ instances, powered, utilization }: PoolUse, watts: readonly number[], windowS: number): number {
  const share = IDLE_SHARE + (1 - IDLE_SHARE) * utilization;
  const total = sum((powered ?? [instances.mean]).map((machines, type) => machines * watts[type]!));
  return (total * share * windowS) / 3600 / 1000;
}
