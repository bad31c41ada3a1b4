/** What moves the total cost: each growth driver a fifth slower and faster. */
import type { Catalog } from '../catalog/open.js';
import type { GrowthCurve, Scenario } from '../scenario/types.js';
import { storedCostUsd } from '../simulate/cost.js';
import { atStart, growthFactor } from '../simulate/drivers.js';
import { preparedData } from '../simulate/worldData.js';
import type { ForecastResult } from './results.js';

const SWING = 0.2;

/**
 * Total cost over the horizon when a driver grows 20 % slower and faster. Pools with a fixed number of replicas cost the same at any
 * load, so of the drivers only stored data moves their bill; the others are listed with no effect rather than left out.
 */
export function dataSensitivity(
  scenario: Scenario,
  catalog: Catalog,
  starts: readonly string[],
  monthlyUsd: readonly number[],
): ForecastResult['sensitivity'] {
  const base = monthlyUsd.reduce((total, usd) => total + usd, 0);
  return Object.entries(scenario.growth).map(([driver, curve]: [string, GrowthCurve]) => {
    const totalAt = (swing: number): number => {
      if (driver !== 'data') return base;
      const change = monthlyUsd.map((_, month) => {
        const at = (of: GrowthCurve): number =>
          storedCostUsd(preparedData(scenario, catalog, { ...atStart, data: growthFactor(of, month, starts[month]!) }));
        return at(scaled(curve, swing)) - at(curve);
      });
      return base + change.reduce((total, usd) => total + usd, 0);
    };
    return { driver: `growth.${driver}`, low: totalAt(1 - SWING), high: totalAt(1 + SWING) };
  });
}

function scaled(curve: GrowthCurve, factor: number): GrowthCurve {
  switch (curve.model) {
    case 'exponential':
      return { ...curve, rate: curve.rate * factor };
    case 'logistic':
      return { ...curve, rate: curve.rate * factor };
    case 'history':
      return curve;
    case 'linear':
      return { ...curve, add: curve.add * factor };
    case 'step':
      return { ...curve, steps: curve.steps.map((step) => ({ ...step, factor: 1 + (step.factor - 1) * factor })) };
  }
}
