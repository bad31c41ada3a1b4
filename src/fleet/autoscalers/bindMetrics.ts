import { type AutoscalerPolicy, neededMetrics } from './policy.js';

/** Which recorded column feeds which metric of a policy. */
export interface MetricBinding {
  /** The name under which the observation must hold the value. */
  readonly observedAs: string;
  /** Null: no column has it. */
  readonly column: string | null;
}

const simplified = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * Matches columns of a recorded series with the metrics that a policy reads: by name, then by name without punctuation
 * (`vllm:num_requests_waiting` is `vllm_num_requests_waiting`). A policy of one metric takes the only column there is.
 */
export function bindMetrics(policy: AutoscalerPolicy, columns: readonly string[]): readonly MetricBinding[] {
  const needed = neededMetrics(policy);
  return needed.map(({ observedAs }) => {
    const exact = observedAs.find((name) => columns.includes(name));
    if (exact !== undefined) return { observedAs: exact, column: exact };
    const primary = observedAs[0]!;
    const similar = columns.find((column) => observedAs.some((name) => simplified(name) === simplified(column)));
    const only = needed.length === 1 && columns.length === 1 ? columns[0] : undefined;
    return { observedAs: primary, column: similar ?? only ?? null };
  });
}
