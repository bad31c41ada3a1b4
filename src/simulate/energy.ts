/** Electricity and carbon of the accelerators, from rated power: an estimate, and said to be one. */
import { carbonKg } from '../billing/carbon.js';
import { hoursPerMonth } from '../billing/price.js';
import { sum } from './arithmetic.js';
import { monthsOf } from './cost.js';
import type { PoolRun } from './poolRuns.js';
import type { SimulationResult } from './result.js';
import type { PoolUse } from './serviceRun.js';

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
    const { hardware, grid } = pool;
    const watts = hardware.accelerator?.tdpWatts;
    if (watts === undefined) {
      kwh = month = carbon = null;
      continue;
    }
    const each = watts * hardware.acceleratorsPerInstance;
    const drawn = drawnKwh(use, each, windowS);
    const ofMonth = week
      ? sum(week.map((part) => drawnKwh(part.use, each, part.windowS) * monthsOf(part, week)))
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

/** Whole instances are powered, whether or not a replica uses each accelerator. */
function drawnKwh({ instances, utilization }: PoolUse, wattsPerInstance: number, windowS: number): number {
  const share = IDLE_SHARE + (1 - IDLE_SHARE) * utilization;
  return (instances.mean * wattsPerInstance * share * windowS) / 3600 / 1000;
}
