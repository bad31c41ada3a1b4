import { isWindowOpen, parseCron } from '../cron.js';
import { goDurationS } from '../duration.js';

export interface Budget {
  /** A count, or a percentage of the nodes (`"10%"`), rounded up. */
  readonly nodes: string;
  /** Null or absent: always active. UTC. */
  readonly schedule?: string | null;
  readonly duration?: string | null;
  /** Absent: all reasons. */
  readonly reasons?: readonly string[] | null;
}

/** No budget limits the disruption. */
export const UNLIMITED = 2_147_483_647;

export type BudgetActivity =
  | { readonly ok: true; readonly active: boolean }
  | { readonly ok: false; readonly error: string };

/** Whether a budget is active: its schedule was hit within its duration. */
export function isBudgetActive(budget: Pick<Budget, 'schedule' | 'duration'>, nowMs: number): BudgetActivity {
  const schedule = budget.schedule ?? null;
  const duration = budget.duration ?? null;
  if (schedule === null && duration === null) return { ok: true, active: true };
  const durationS = duration === null ? 0 : goDurationS(duration);
  if (durationS === null) return { ok: false, error: `"${duration}" is not a duration such as 1h30m` };
  const cron = parseCron(schedule ?? '');
  if (!cron.ok) return { ok: false, error: cron.error };
  return { ok: true, active: isWindowOpen(cron, durationS * 1000, nowMs) };
}

export interface DisruptionState {
  readonly totalNodes: number;
  /** Nodes that are being deleted or are not ready; they use the budget up. */
  readonly deletingNodes?: number;
  readonly notReadyNodes?: number;
}

/**
 * Nodes that may be disrupted now for a reason: the strictest active budget. A budget that cannot be read allows nothing,
 * for any reason.
 */
export function allowedDisruptions(
  budgets: readonly Budget[],
  reason: string,
  state: DisruptionState,
  nowMs: number,
): number {
  let allowed = UNLIMITED;
  for (const budget of budgets) {
    const nodes = budgetNodes(budget, state.totalNodes, nowMs);
    if (nodes === null) return 0;
    const reasons = budget.reasons ?? null;
    if (reasons === null || reasons.includes(reason)) allowed = Math.min(allowed, nodes);
  }
  if (allowed === UNLIMITED) return allowed;
  return Math.max(0, allowed - (state.deletingNodes ?? 0) - (state.notReadyNodes ?? 0));
}

function budgetNodes(budget: Budget, totalNodes: number, nowMs: number): number | null {
  const activity = isBudgetActive(budget, nowMs);
  if (!activity.ok) return null;
  if (!activity.active) return UNLIMITED;
  if (/^[+-]?\d+$/.test(budget.nodes)) return Number(budget.nodes);
  const percent = /^(\d+)%$/.exec(budget.nodes)?.[1];
  return percent === undefined ? null : Math.ceil((Number(percent) * totalNodes) / 100);
}
