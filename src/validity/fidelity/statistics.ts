/** What a simulated run says about the metrics that tables measure. */
import type { RequestSink } from '../../fleet/llm/metrics.js';

/** Latencies of the requests of a run, one entry a request, seconds. */
export interface RequestLatencies {
  readonly ttftS: number[];
  readonly tpotS: number[];
  readonly e2eS: number[];
  outputTokens: number;
  rejected: number;
}

export const collect = (): { readonly latencies: RequestLatencies; readonly sink: RequestSink } => {
  const latencies: RequestLatencies = { ttftS: [], tpotS: [], e2eS: [], outputTokens: 0, rejected: 0 };
  const sink: RequestSink = (row) => {
    if (row.outcome !== 'completed') {
      latencies.rejected++;
      return;
    }
    latencies.ttftS.push(row.ttftS);
    latencies.e2eS.push(row.e2eS);
    latencies.outputTokens += row.outputTokens;
    if (row.outputTokens > 1) latencies.tpotS.push((row.e2eS - row.ttftS) / (row.outputTokens - 1));
  };
  return { latencies, sink };
};

export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Quantile by linear interpolation between order statistics (numpy's default, which benchmark clients use). */
export const quantileOf = (values: readonly number[], p: number): number => {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
};

/** `mean`, `p50` … `p99` of a list. Undefined for another name. */
export const statisticOf = (values: readonly number[], name: string): number | undefined => {
  if (name === 'mean') return meanOf(values);
  const p = /^p(\d{2,3})$/.exec(name)?.[1];
  return p === undefined ? undefined : quantileOf(values, Number(p) / 10 ** p.length);
};
