/** A trace of requests: parallel columns, times in seconds from the first request on, in order of arrival. */
export interface Trace {
  readonly arrivedAtS: Float64Array;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  readonly format: string;
  /** Rows that were left out, and why. */
  readonly skipped: readonly { readonly reason: string; readonly rows: number }[];
}

/** A problem in a trace file; `line` counts from 1. */
export interface TraceProblem {
  readonly kind: 'trace-problem';
  readonly message: string;
  readonly line: number;
  readonly hint?: string;
}

/** Seconds of the trace from its first to its last request. */
export function traceSpanS(trace: Trace): number {
  const n = trace.arrivedAtS.length;
  return n > 0 ? trace.arrivedAtS[n - 1]! - trace.arrivedAtS[0]! : 0;
}
