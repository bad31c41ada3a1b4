/** What an autoscaler would have decided on recorded metrics: one decision a sync, with its reasons. */
import { bindMetrics } from '../fleet/autoscalers/bindMetrics.js';
import { decide, initialState } from '../fleet/autoscalers/decide.js';
import { type AutoscalerPolicy, syncPeriodS } from '../fleet/autoscalers/policy.js';
import type { AppliedLimit, MetricProposal, Observation } from '../fleet/autoscalers/types.js';
import type { Series } from '../workload/seriesReader.js';

export interface ReplayDecision {
  readonly time_s: number;
  readonly current: number;
  readonly desired: number;
  readonly proposals: readonly MetricProposal[];
  readonly limit: AppliedLimit | null;
  readonly why: string;
}

export interface ReplayResult {
  readonly schema_version: '1';
  readonly policy: string;
  readonly sync_period_s: number;
  /** Whether recorded replicas were given; otherwise each decision is obeyed at once. */
  readonly closed_loop: boolean;
  readonly decisions: readonly ReplayDecision[];
  readonly replicas: { readonly mean: number; readonly min: number; readonly max: number; readonly changes: number };
}

export type ReplayOutcome =
  | { readonly ok: true; readonly result: ReplayResult }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Columns that pin the state instead of measuring something. */
const STATE = ['ready', 'unready', 'current_replicas'];

/**
 * Replays `series` from its first to its last time. Between rows the last value holds; an empty cell is a failed reading. Without a
 * column `current_replicas` the loop is closed: what was decided is there, ready, at the next sync.
 *
 * @param initial replicas before the first decision, when the loop is closed
 */
export function replay(policy: AutoscalerPolicy, series: Series, initial: number): ReplayOutcome {
  const measured = [...series.columns.keys()].filter((name) => !STATE.includes(name));
  const bindings = bindMetrics(policy, measured);
  const missing = bindings.filter(({ column }) => column === null);
  if (missing.length > 0) {
    return {
      ok: false,
      message: `the policy reads ${missing.map(({ observedAs }) => `"${observedAs}"`).join(', ')}, which no column of the series has`,
      hint: measured.length > 0 ? `columns: ${measured.join(', ')}` : 'the series has no metric columns',
    };
  }
  const period = syncPeriodS(policy);
  const { timeS, columns } = series;
  const pinned = columns.get('current_replicas');
  const decisions: ReplayDecision[] = [];
  let replicas = initial;
  let row = 0;
  let state: ReturnType<typeof initialState> | undefined;
  const start = timeS[0]!;
  const syncs = Math.floor((timeS[timeS.length - 1]! - start) / period + 1e-9);
  for (let i = 0; i <= syncs; i++) {
    const now = start + i * period;
    while (row + 1 < timeS.length && timeS[row + 1]! <= now + 1e-9) row++;
    const at = (name: string, otherwise: number): number => {
      const value = columns.get(name)?.[row];
      return value === undefined || Number.isNaN(value) ? otherwise : value;
    };
    const current = pinned ? at('current_replicas', replicas) : replicas;
    const unready = at('unready', 0);
    const observation: Observation = {
      timeS: now,
      currentReplicas: current,
      readyReplicas: at('ready', Math.max(0, current - unready)),
      unreadyReplicas: unready,
      metrics: Object.fromEntries(
        bindings.map(({ observedAs, column }) => {
          const value = columns.get(column!)![row]!;
          return [observedAs, Number.isNaN(value) ? null : value];
        }),
      ),
    };
    const decision = decide(policy, state ?? initialState(policy, observation), observation);
    state = decision.state;
    replicas = decision.desired;
    decisions.push({
      time_s: now,
      current,
      desired: decision.desired,
      proposals: decision.explanation.proposals,
      limit: decision.explanation.limit ?? null,
      why: decision.explanation.words,
    });
  }
  return {
    ok: true,
    result: {
      schema_version: '1',
      policy: policy.kind,
      sync_period_s: period,
      closed_loop: pinned === undefined,
      decisions,
      replicas: summaryOf(decisions),
    },
  };
}

function summaryOf(decisions: readonly ReplayDecision[]): ReplayResult['replicas'] {
  const desired = decisions.map((decision) => decision.desired);
  return {
    mean: desired.reduce((sum, value) => sum + value, 0) / desired.length,
    min: Math.min(...desired),
    max: Math.max(...desired),
    changes: decisions.filter(({ current, desired: to }) => to !== current).length,
  };
}
