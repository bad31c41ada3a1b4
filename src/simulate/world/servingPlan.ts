/** The plan of an LLM service: one replica's step time and memory, with drafts and host memory where the scenario asks for them. */
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { ServingConfig } from '../../latency/config.js';
import { withSwap } from '../../latency/hostMemory.js';
import { isRefusal, planServing } from '../../latency/planServing.js';
import { withDrafts } from '../../latency/speculative.js';
import type { ServingPlan } from '../../latency/types.js';
import type { LlmService } from '../../scenario/types.js';
import { hintOf, type WorldFinding } from './types.js';

/** @returns the plan, or undefined after saying in `findings` why there is none */
export function servingPlan(
  name: string,
  service: LlmService,
  config: ServingConfig,
  catalog: Catalog,
  findings: WorldFinding[],
): ServingPlan | undefined {
  const { speculative, batching } = service;
  let plan = planServing(config);
  if (speculative !== undefined && !isRefusal(plan)) {
    const draft = speculative.draft_model === undefined ? undefined : findModel(catalog, speculative.draft_model);
    if (draft !== undefined && draft.kind !== 'found') {
      const path = ['services', name, 'speculative', 'draft_model'];
      const message = `no model "${speculative.draft_model}" in the catalog`;
      findings.push({ path, message, ...hintOf(draft.suggestions, 'models') });
      return undefined;
    }
    plan = withDrafts(config, plan, speculative, draft?.value);
  }
  if (isRefusal(plan)) {
    findings.push({
      code: 'E1304',
      path: ['services', name, ...(plan.at ?? ['model'])],
      message: plan.message,
      hint: plan.hint,
    });
    return undefined;
  }
  if (batching.preemption !== 'swap') return plan;
  return withSwap(config, plan, batching.swap_space ?? 0);
}
