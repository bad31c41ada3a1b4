/** How long a recommended plan holds, beside how long today's does. */
import type { Catalog } from '../catalog/open.js';
import type { Scenario } from '../scenario/types.js';
import type { Simulator } from '../simulate/simulator.js';
import { forecast } from './forecast.js';
import type { ApplyEdits } from './recommend.js';
import type { Breach, RecommendResult } from './results.js';

/** The recommendation with the breaches that the horizon's growth brings, before and after. */
export async function withOutlook(
  result: RecommendResult,
  scenario: Scenario,
  catalog: Catalog,
  apply: ApplyEdits,
  simulator: Simulator,
): Promise<RecommendResult> {
  const breachesOf = async (of: Scenario | undefined): Promise<readonly Breach[]> => {
    const outcome = of && (await forecast(of, catalog, { replications: 1, simulator }));
    return outcome?.ok ? outcome.result.breaches : [];
  };
  const { recommended } = result;
  if (Object.keys(scenario.growth).length === 0) return result;
  return {
    ...result,
    base: { ...result.base, breaches: await breachesOf(scenario) },
    recommended: recommended && { ...recommended, breaches: await breachesOf(apply(recommended.edits)) },
  };
}
