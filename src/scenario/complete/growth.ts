import type { z } from 'zod';
import type { CurveInput, growth } from '../schema/growth.js';
import type { Growth, GrowthCurve } from '../types.js';

type GrowthInput = z.output<ReturnType<typeof growth>>;

/** Growth in canonical form: a plain rate is exponential; steps are in order of date. */
export const completeGrowth = (input: GrowthInput): Growth =>
  Object.fromEntries(
    Object.entries(input).flatMap(([driver, curve]) => (curve === undefined ? [] : [[driver, completeCurve(curve)]])),
  );

const completeCurve = (input: CurveInput): GrowthCurve => {
  if (typeof input === 'number') return { model: 'exponential', rate: input };
  if ('steps' in input)
    return { model: 'step', steps: input.steps.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
  if ('add' in input) return { model: 'linear', add: input.add };
  // Logistic growth and fitted histories are refused before a scenario is completed (support.ts).
  return { model: 'exponential', rate: 'rate' in input ? input.rate : 0 };
};
