/** What moves the total cost: each growth driver a fifth slower and faster. */
import type { Catalog } from '../catalog/open.js';
import type { GrowthCurve, Scenario } from '../scenario/types.js';
import { atStart, growthFactor } from '../simulate/drivers.js';
import { storedCostUsd } from '../simulate/results/cost.js';
import { preparedData } from '../simulate/world/data.js';
import type { ForecastResult } from './results.js';

const SWING = 0.2;

/**
 * Total cost over the horizon when a driver grows 20 % slower and faster. Pools with a fixed number of replicas cost the same at any
 * load, so of the drivers only stored data moves their bill; the others are listed with no effect rather than left out. Where fleets follow
 * the load, `loadSensitivity` tells what the other drivers do.
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

/** A month's bill with a driver that grew otherwise; `undefined` where that no longer fits the hardware. */
export type BillAt = (scenario: Scenario, month: number) => Promise<number | undefined>;

/**
 * The same of the drivers of load where autoscalers follow it: the middle and the last month are simulated anew (the start does not change),
 * and the months between lie on straight lines through them.
 */
export async function loadSensitivity(
  scenario: Scenario,
  monthlyUsd: readonly number[],
  known: ForecastResult['sensitivity'],
  billAt: BillAt,
): Promise<ForecastResult['sensitivity']> {
  const base = monthlyUsd.reduce((total, usd) => total + usd, 0);
  const last = monthlyUsd.length - 1;
  const knots = [...new Set([0, Math.round(last / 2), last])];
  const totalAt = async (driver: string, curve: GrowthCurve, swing: number): Promise<number> => {
    const grown = { ...scenario, growth: { ...scenario.growth, [driver]: scaled(curve, swing) } };
    const changes = await Promise.all(
      knots.map(async (month) =>
        month === 0 ? 0 : ((await billAt(grown, month)) ?? monthlyUsd[month]!) - monthlyUsd[month]!,
      ),
    );
    return base + monthlyUsd.reduce((total, _, month) => total + between(knots, changes, month), 0);
  };
  return Promise.all(
    known.map(async (bar) => {
      const driver = bar.driver.replace(/^growth\./, '');
      const curve = (scenario.growth as Readonly<Record<string, GrowthCurve>>)[driver];
      if (driver === 'data' || !curve) return bar;
      return {
        driver: bar.driver,
        low: await totalAt(driver, curve, 1 - SWING),
        high: await totalAt(driver, curve, 1 + SWING),
      };
    }),
  );
}

/** On the straight line between the knots around `x`. */
function between(knots: readonly number[], values: readonly number[], x: number): number {
  const i = Math.max(
    1,
    knots.findIndex((knot) => knot >= x),
  );
  const [a, b] = [knots[i - 1]!, knots[i]];
  if (b === undefined || b === a) return values[i - 1]!;
  return values[i - 1]! + ((values[i]! - values[i - 1]!) * (x - a)) / (b - a);
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
