/** Recorded growth turned into curves that can be followed. The fitting libraries load only where a history asks for them. */
import type { Growth, GrowthCurve, Scenario } from '../scenario/types.js';

export interface Fitted {
  readonly scenario: Scenario;
  /** What was fitted, in words. */
  readonly notes: readonly string[];
}

/** The scenario with every `history` curve replaced by its fit: growth continues from the last observation on. */
export async function fittedGrowth(scenario: Scenario): Promise<Fitted> {
  const curves = Object.entries(scenario.growth) as [keyof Growth, GrowthCurve][];
  if (!curves.some(([, curve]) => curve.model === 'history')) return { scenario, notes: [] };
  const { fitGrowth } = await import('../workload/growthFit.js');
  const notes: string[] = [];
  const growth = Object.fromEntries(
    curves.map(([driver, curve]): [string, GrowthCurve] => {
      if (curve.model !== 'history') return [driver, curve];
      const fit = fitGrowth(curve.months, curve.values);
      notes.push(
        `growth.${driver}: fitted ${fit.model}, ${(100 * fit.perMonth).toFixed(1)} % a month from ${fit.observations} observations (error on the last quarter ${(100 * fit.heldOutError).toFixed(0)} %, scatter ±${(100 * fit.spread80).toFixed(0)} %)`,
      );
      return [
        driver,
        fit.model === 'exponential'
          ? { model: 'exponential', rate: fit.perMonth }
          : { model: 'linear', add: fit.perMonth },
      ];
    }),
  );
  return { scenario: { ...scenario, growth }, notes };
}
