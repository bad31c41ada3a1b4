/** Electricity and carbon of the accelerators, from rated power: an estimate, and said to be one. */
import { carbonKg } from '../billing/carbon.js';
import { hoursPerMonth } from '../billing/price.js';
import type { SimulationResult } from './result.js';
import type { ServiceRun } from './serviceRun.js';
import type { World } from './world.js';

/**
 * Share of rated power that an idle data-centre GPU with its memory clocked up draws. Assumed (2026-11): NVIDIA A100 and H100 idle at
 * 50–120 W of 400–700 W with a model loaded.
 */
const IDLE_SHARE = 0.2;

/** `null` figures where a device's power, or a region's grid, is not known. */
export function energyOf(
  world: World,
  runs: ReadonlyMap<string, ServiceRun>,
  windowS: number,
): SimulationResult['energy'] {
  let kwh: number | null = 0;
  let carbon: number | null = 0;
  let any = false;
  for (const service of world.services) {
    for (const use of runs.get(service.name)?.uses ?? []) {
      any = true;
      const { hardware, grid } = world.pools[use.pool]!;
      const watts = hardware.accelerator?.tdpWatts;
      if (watts === undefined) {
        kwh = carbon = null;
        continue;
      }
      // Whole instances are powered, whether or not a replica uses each accelerator.
      const devices = use.instances.mean * hardware.acceleratorsPerInstance;
      const share = IDLE_SHARE + (1 - IDLE_SHARE) * use.utilization;
      const drawn = (devices * watts * share * windowS) / 3600 / 1000;
      if (kwh !== null) kwh += drawn;
      if (carbon !== null) carbon = grid ? carbon + carbonKg(drawn, grid) : null;
    }
  }
  const months = windowS / 3600 / hoursPerMonth;
  return {
    kwh: any ? kwh : null,
    per_month_kwh: any && kwh !== null && months > 0 ? kwh / months : null,
    carbon_kg_per_month: any && carbon !== null && months > 0 ? carbon / months : null,
  };
}
