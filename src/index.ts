/**
 * Plimsoll as a library: the functions that the commands call, on a scenario and the built-in catalogs.
 *
 * ```ts
 * import { loadScenario, simulate } from 'plimsoll';
 *
 * const loaded = await loadScenario('scenarios/support-assistant.yaml', { set: ['pools.us-gpu.replicas=3'] });
 * if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
 * const result = await simulate(loaded.scenario);
 * console.log(result.services.chat?.ttft_ms?.p95, result.cost.per_month_usd);
 * ```
 */
import { type Catalog, openCatalog } from './catalog/open.js';
import { type ForecastOptions, forecast as forecastScenario } from './plan/forecast.js';
import { type ApplyEdits, type RecommendOptions, recommend as recommendFor } from './plan/recommend.js';
import type { ForecastResult, RecommendResult } from './plan/results.js';
import type { Scenario } from './scenario/types.js';
import { atStart } from './simulate/drivers.js';
import type { SimulationResult } from './simulate/result.js';
import { type SimulateOptions, simulate as simulateWorld } from './simulate/simulate.js';
import { buildWorld, type WorldFinding } from './simulate/world/world.js';

export { planTraining, trainingTerms } from './latency/training/planTraining.js';
export { timeToTrain } from './latency/training/timeToTrain.js';
export type { ForecastResult, RecommendResult } from './plan/results.js';
export { editScenario, editsOn, type Loaded, loadScenario, parseScenario } from './scenario/load.js';
export type { Edit, Problem, Scenario } from './scenario/types.js';
export type { SimulationResult } from './simulate/result.js';
export { type Catalog, openCatalog };

/** A scenario that is valid by itself but not with the catalogs: an unknown name, a model that does not fit. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';

  constructor(readonly findings: readonly WorldFinding[]) {
    super(findings.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  }
}

/** Simulates the scenario over its window. @throws ScenarioError */
export async function simulate(
  scenario: Scenario,
  options: SimulateOptions & { readonly catalog?: Catalog } = {},
): Promise<SimulationResult> {
  const built = await buildWorld(scenario, options.catalog ?? openCatalog(), atStart);
  if (!built.ok) throw new ScenarioError(built.findings);
  return simulateWorld(built.world, options);
}

/** Forecasts each month of the scenario's horizon. @throws ScenarioError */
export async function forecast(
  scenario: Scenario,
  options: ForecastOptions & { readonly catalog?: Catalog } = {},
): Promise<ForecastResult> {
  const outcome = await forecastScenario(scenario, options.catalog ?? openCatalog(), options);
  if (!outcome.ok) throw new ScenarioError(outcome.findings);
  return outcome.result;
}

/**
 * Finds cheaper or faster ways to meet the scenario's objectives. `apply` turns edits into an edited scenario: `editsOn(source)` of a
 * loaded one. @throws ScenarioError
 */
export async function recommend(
  scenario: Scenario,
  apply: ApplyEdits,
  options: RecommendOptions & { readonly catalog?: Catalog } = {},
): Promise<RecommendResult> {
  const outcome = await recommendFor(scenario, options.catalog ?? openCatalog(), apply, options);
  if (!outcome.ok) throw new ScenarioError(outcome.findings);
  return outcome.result;
}
