import type { Kept, Stretch } from '../../fleet/stations/statistics.js';
import type { StationEngine } from '../../fleet/stations/types.js';
import type { Uniform } from '../../kernel/random.js';

/** What a reference value is, in terms of what a run observes. */
export type Target =
  /** A function of the mean record of a batch; `scale` is its natural size (what 1e-4 of it is measured against). */
  | { readonly kind: 'sums'; readonly of: RecordFunction; readonly scale: RecordFunction }
  | { readonly kind: 'quantile'; readonly histogram: 'wait' | 'sojourn'; readonly p: number }
  | { readonly kind: 'share'; readonly histogram: 'wait' | 'sojourn'; readonly limit: number }
  /** Quantile of the number in the system over time. */
  | { readonly kind: 'level'; readonly p: number; readonly at: number; readonly levels: number };

export type RecordFunction = (record: Float64Array) => number;

export interface PlannedValue {
  /** The reference's key, with the position in a list. */
  readonly label: string;
  readonly expected: number;
  readonly target: Target;
}

/** A run under way that gives one batch after another. */
export interface PlanRun {
  /** Simulates `arrivals` more arrivals. */
  next(arrivals: number): Stretch;
}

/** Known means of draws, for control variates; absent where a draw is not used or its mean not known. */
export interface KnownMeans {
  readonly gap?: number;
  readonly service?: number;
  readonly setup?: number;
}

/** One simulation that answers some or all of a case's values. */
export interface Plan {
  readonly name: string;
  readonly values: readonly PlannedValue[];
  readonly load: number;
  readonly means: KnownMeans;
  /** Arrivals in which the station forgets its past, roughly: batches are much longer. */
  readonly memoryArrivals: number;
  /** Starts a run with streams by name. */
  readonly start: (streamOf: (name: string) => Uniform, kept: Kept) => PlanRun;
}

/** A run of one engine. */
export function runOf(engine: StationEngine): PlanRun {
  return {
    next(arrivals) {
      engine.advance(Infinity, engine.statistics.arrived + arrivals);
      engine.statistics.assertLittle();
      return engine.statistics.take();
    },
  };
}
