/**
 * Servers with dynamic batching (Triton, TorchServe, embedding servers): each replica has a queue and several model instances. An idle
 * instance takes up to `maxBatch` items once that many wait or the oldest has waited there for `maxDelayS`.
 *
 * INV-conservation and INV-little hold as in the LLM fleet.
 */
import type { Histogram } from '../kernel/histogram.js';
import type { TimeAverage } from '../kernel/timeAverage.js';
import type { RequestSource } from '../workload/source.js';
import { BatchRun } from './batching/run.js';
import type { FleetController, ReplicaSeconds } from './llm/control.js';
import type { RequestSink } from './llm/metrics.js';
import type { Router } from './llm/routing.js';

/** How fast replicas of one instance type are. */
export interface BatchGroup {
  readonly instances: number;
  /** Seconds of a batch by requests in it; index 1..maxBatch. */
  readonly batchTimeS: Float64Array;
}

export interface BatchServerConfig extends BatchGroup {
  /** Replicas at the start. */
  readonly replicas: number;
  readonly maxBatch: number;
  readonly maxDelayS: number;
  /** Groups of replicas on other hardware, which a controller may add to: 1 and on. */
  readonly others?: readonly BatchGroup[];
  readonly router: Router;
  readonly e2eLimitS: number;
}

export interface BatchServerOptions {
  readonly warmupS: number;
  readonly untilS: number;
  readonly batches: number;
  readonly batchSize: number;
  readonly probe?: { readonly everyS: number; readonly observe: (inSystem: number) => void };
  /** Adds and removes replicas as the run goes. */
  readonly controller?: FleetController;
  /** Receives each request that leaves while measuring. */
  readonly sink?: RequestSink;
}

export interface BatchServerRun {
  readonly fromS: number;
  readonly untilS: number;
  readonly e2e: readonly Histogram[];
  /** Seconds until a batch took a request; each time, where its replica was taken away and it started anew. */
  readonly queue: readonly Histogram[];
  readonly arrived: number;
  readonly completed: number;
  /** Lost with a replica that failed. */
  readonly failed: number;
  readonly good: number;
  readonly carriedIn: number;
  readonly carriedOut: number;
  readonly inFlight: number;
  /** How long those that are in flight at the end have waited, seconds. */
  readonly pending: Histogram;
  readonly busyInstanceSeconds: number;
  readonly batchesStarted: number;
  readonly requestsStarted: number;
  readonly largestBatch: number;
  readonly inSystem: TimeAverage;
  readonly waiting: TimeAverage;
  /** By group of replicas. */
  readonly replicaSeconds: readonly ReplicaSeconds[];
  /** Measured seconds with at least one replica that takes requests. */
  readonly servingS: number;
}

/** @throws an `INV-…` error where the simulator contradicts itself */
export function runBatchServers(
  config: BatchServerConfig,
  source: RequestSource,
  options: BatchServerOptions,
): BatchServerRun {
  const run = new BatchRun(config, source, options);
  while (run.step());
  return run.end();
}
