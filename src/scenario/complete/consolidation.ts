import { parsePath } from '../path.js';
import type { PoolInput } from '../schema/pools.js';
import type { Consolidation, DisruptionBudget } from '../types.js';
import { type Context, given } from './context.js';

type Input = NonNullable<PoolInput['consolidation']>;

/** How a pool's machines are consolidated, with the defaults of the controller that does it. */
export function completeConsolidation(
  input: Input | undefined,
  path: string,
  context: Context,
): Consolidation | undefined {
  if (input === undefined) return undefined;
  if (input.manifest !== undefined) {
    const text = context.files.read(input.manifest);
    if (text === undefined && context.files.exists(input.manifest)) {
      context.report({
        code: 'E1402',
        path: parsePath(`${path}.manifest`)!,
        message: `${input.manifest} cannot be read as text`,
      });
    }
    return { manifest: input.manifest, text: text ?? '' };
  }
  return input.policy === 'cluster-autoscaler'
    ? clusterAutoscaler(input, path, context)
    : karpenter(input, path, context);
}

function karpenter(input: Input, path: string, { assume }: Context): Consolidation {
  const vendor = (shown: string) => ({
    shown,
    grade: 'vendor' as const,
    source: 'karpenter.sh, concepts/disruption, v1.15',
  });
  return {
    kind: 'karpenter',
    policy:
      (input.policy as 'WhenEmpty' | undefined) ??
      assume(
        `${path}.policy`,
        'WhenEmptyOrUnderutilized' as const,
        'Karpenter: consolidationPolicy',
        vendor('WhenEmptyOrUnderutilized'),
      ),
    after: input.after ?? assume(`${path}.after`, 0, 'Karpenter: consolidateAfter', vendor('0 s')),
    budgets:
      input.budgets?.map(budgetOf) ??
      assume(`${path}.budgets`, [{ nodes: '10%' }], 'Karpenter: a tenth of the nodes at once', vendor('nodes: 10 %')),
  };
}

function budgetOf({ nodes, schedule, duration, reasons }: NonNullable<Input['budgets']>[number]): DisruptionBudget {
  return { nodes, ...given({ schedule, duration, reasons }) };
}

function clusterAutoscaler(input: Input, path: string, { assume }: Context): Consolidation {
  const vendor = (shown: string) => ({ shown, grade: 'vendor' as const, source: 'kubernetes/autoscaler FAQ' });
  return {
    kind: 'cluster-autoscaler',
    utilization_threshold:
      input.utilization_threshold ??
      assume(`${path}.utilization_threshold`, 0.5, 'scale-down-gpu-utilization-threshold', vendor('50 %')),
    unneeded: input.unneeded ?? assume(`${path}.unneeded`, 600, 'scale-down-unneeded-time', vendor('10 min')),
    delay_after_add:
      input.delay_after_add ?? assume(`${path}.delay_after_add`, 600, 'scale-down-delay-after-add', vendor('10 min')),
  };
}
