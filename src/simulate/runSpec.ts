import type { RequestSink } from '../fleet/llm/metrics.js';
import type { DecisionRow } from '../fleet/scaling/poolScaler.js';

/** How one replication of one service is run. */
export interface RunSpec {
  readonly seed: number;
  readonly replication: number;
  readonly warmupS: number;
  /** Measured seconds after the warm-up; `null` runs until every request is answered. */
  readonly windowS: number | null;
  /** Batches of requests that stand for replications in a single run. */
  readonly batches: number;
  /** Hour of the week at which the window starts. */
  readonly startHour: number;
  /** Replaces the weekly shape by one constant multiplier (a load level of the week). */
  readonly level?: number;
  /** Requests that wait already when the run begins. */
  readonly backlog?: number;
  /** Replicas that are there when the run begins, in place of the pool's own; held: whatever an autoscaler may think of it. */
  readonly start?: { readonly replicas: number; readonly held: boolean };
  /** Accelerators that services of higher priority leave on the pool, from the start of the run; absent where none contends. */
  readonly limit?: readonly { readonly atS: number; readonly accelerators: number }[];
  readonly sink?: RequestSink;
  /** Receives each look of the pool's autoscaler. */
  readonly onDecision?: (row: DecisionRow) => void;
  /** Records the number in system this often (`RunRecord.levels`). */
  readonly probeEveryS?: number;
}
