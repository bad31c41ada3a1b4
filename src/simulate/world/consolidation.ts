/** How a pool's machines are consolidated: by the scenario, or by a Karpenter NodePool. */
import { nodePoolDisruption, scheduleProblem } from '../../fleet/autoscalers/karpenter/nodePool.js';
import type { ClusterAutoscalerRules, KarpenterRules } from '../../fleet/scaling/consolidation/rules.js';
import type { DisruptionBudget, Pool } from '../../scenario/types.js';
import type { WorldFinding } from './types.js';

/** What is known before a run: prices, shares and the wall clock come with the run. */
export type PreparedConsolidation =
  | Omit<KarpenterRules, 'prices' | 'originMs'>
  | Omit<ClusterAutoscalerRules, 'shares'>;

/** @returns the rules; `undefined` where there are none, or after saying in `findings` what is wrong with them */
export function prepareConsolidation(
  name: string,
  { consolidation }: Pool,
  findings: WorldFinding[],
  warnings: string[],
): PreparedConsolidation | undefined {
  if (consolidation === undefined) return undefined;
  const at = ['pools', name, 'consolidation'];
  if ('manifest' in consolidation) {
    const read = nodePoolDisruption(consolidation.text, consolidation.manifest);
    if (!read.ok) {
      for (const { message, hint, file, line } of read.problems)
        findings.push({
          code: 'E1402',
          path: [...at, 'manifest'],
          message: `${file}:${line}: ${message}`,
          ...(hint === undefined ? {} : { hint }),
        });
      return undefined;
    }
    const { unread, ...rules } = read.value;
    if (unread.length > 0)
      warnings.push(
        `pools.${name}: of ${consolidation.manifest}, spec.disruption is read; ${unread.join(', ')} is not: the pool says which machines there are`,
      );
    return { kind: 'karpenter', ...rules };
  }
  if (consolidation.kind === 'cluster-autoscaler') {
    const { utilization_threshold, unneeded, delay_after_add } = consolidation;
    return {
      kind: 'cluster-autoscaler',
      threshold: utilization_threshold,
      unneededS: unneeded,
      delayAfterAddS: delay_after_add,
    };
  }
  const budgets = consolidation.budgets.map(asUpstream);
  let isWrong = false;
  for (const [i, budget] of budgets.entries()) {
    const wrong = scheduleProblem(budget);
    if (wrong === undefined) continue;
    isWrong = true;
    const hint = 'five fields in UTC, for example "0 9 * * mon-fri"';
    findings.push({ code: 'E1402', path: [...at, 'budgets', i, wrong.key], message: wrong.message, hint });
  }
  const { policy, after } = consolidation;
  return isWrong ? undefined : { kind: 'karpenter', policy, afterS: after, budgets };
}

const asUpstream = ({ duration, ...budget }: DisruptionBudget) => ({
  ...budget,
  ...(duration !== undefined && { duration: `${duration}s` }),
});
