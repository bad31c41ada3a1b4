import type { ServiceResult } from './result.js';

/** One service simulated over its replications: its part of the result and what its pool and the bill need to know. */
export interface ServiceRun {
  readonly result: ServiceResult;
  readonly windowS: number;
  readonly warmupS: number;
  readonly replications: number;
  /** Absent for a queue without a pool. */
  readonly use?: PoolUse;
  readonly warnings: readonly string[];
  /** Tokens in and out over the window; 0 where tokens mean nothing. */
  readonly tokens: number;
  readonly completed: number;
  /** Servers' mean utilisation, for the bottleneck of services without a pool. */
  readonly utilization: number;
}

export interface PoolUse {
  readonly utilization: number;
  readonly replicas: number;
  readonly acceleratorsPerReplica: number;
  readonly kvUtilization?: { readonly mean: number; readonly max: number };
  readonly batchSize?: { readonly mean: number; readonly max: number };
}

/** Share of arrivals that may be in flight at the end of a window before a growing backlog is called one. */
const BACKLOG_SHARE = 0.05;
const BACKLOG_LEAST = 50;

/** A warning when the number in system keeps growing over the window. */
export function overload(
  name: string,
  counts: { readonly arrived: number; readonly inFlight: number; readonly carriedIn: number; readonly seconds: number },
): string[] {
  const growth = (counts.inFlight - counts.carriedIn) / counts.seconds;
  const rate = counts.arrived / counts.seconds;
  if (counts.inFlight <= BACKLOG_SHARE * counts.arrived + BACKLOG_LEAST || growth <= 0.01 * rate) return [];
  return [
    `services.${name}: demand exceeds capacity, the backlog grows by ${growth.toPrecision(3)} requests/s; latencies depend on the length of the window`,
  ];
}
