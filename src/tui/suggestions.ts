/** From the planner's answer to changes that can be applied with one key. */
import type { RecommendResult } from '../plan/results.js';
import type { Edit } from '../scenario/types.js';
import { editsKey } from './leverValues.js';

export interface SuggestedChange {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** USD a month; negative where the change costs more (and meets what was missed). */
  readonly saving: number;
  readonly ci95: readonly [number, number] | null;
  readonly effect: Readonly<Record<string, { readonly before: number | null; readonly after: number | null }>>;
  readonly risk: string;
}

/** The suggestions that can be applied, best single change first, the planner's whole plan last. */
export function suggestionsOf(result: RecommendResult): readonly SuggestedChange[] {
  const single = result.levers
    .filter(({ feasible, edits }) => feasible && edits.length > 0)
    .filter(({ saving_per_month_usd: saving }) => saving > 0 || !result.base.feasible)
    .toSorted((a, b) => b.saving_per_month_usd - a.saving_per_month_usd)
    .map(({ name, edits, saving_per_month_usd, ci95, effect, risk }) => ({
      name,
      edits,
      saving: saving_per_month_usd,
      ci95,
      effect,
      risk,
    }));
  const plan = result.recommended;
  const isNew =
    plan !== null && plan.edits.length > 0 && !single.some(({ edits }) => editsKey(edits) === editsKey(plan.edits));
  if (!isNew) return single;
  const saving = result.base.cost_per_month_usd - plan.cost_per_month_usd;
  return [...single, { name: 'whole plan', edits: plan.edits, saving, ci95: plan.saving_ci95, effect: {}, risk: '' }];
}
