/** ScaledJob: how many jobs to create at a poll. Source: kedacore/keda pkg/scaling/executor/scale_jobs.go and pkg/scaling/scaledjob (2026). */

export type JobStrategy =
  | { readonly strategy: 'default' | 'accurate' | 'eager' }
  | {
      readonly strategy: 'custom';
      /** Taken off the queue length; null counts as 0. */
      readonly queueLengthDeduction: number | null;
      /** Share of the running jobs that is taken off; null (not a number) falls back to `default`. */
      readonly runningJobPercentage: number | null;
    };

export interface JobCounts {
  /** Jobs that the queue asks for, at most `maxReplicaCount`. */
  readonly maxScale: number;
  readonly runningJobCount: number;
  readonly pendingJobCount: number;
  readonly maxReplicaCount: number;
  readonly minReplicaCount: number;
  /** Jobs that the scalers would create now; `eager` and a missing minimum replace it. */
  readonly scaleTo: number;
}

export interface JobScale {
  /** Upper bound of new jobs; negative or zero creates none. */
  readonly effectiveMaxScale: number;
  readonly scaleTo: number;
  /** New jobs. */
  readonly created: number;
}

export function scaleJobs(strategy: JobStrategy, counts: JobCounts): JobScale {
  const missing = counts.minReplicaCount - counts.runningJobCount;
  if (missing > 0) return { effectiveMaxScale: missing, scaleTo: missing, created: missing };
  const running = counts.runningJobCount - counts.minReplicaCount;
  const effectiveMaxScale = effectiveMax(strategy, running, counts);
  const scaleTo = strategy.strategy === 'eager' ? counts.maxReplicaCount : counts.scaleTo;
  return { effectiveMaxScale, scaleTo, created: Math.max(0, Math.min(scaleTo, effectiveMaxScale)) };
}

function effectiveMax(strategy: JobStrategy, running: number, counts: JobCounts): number {
  const { maxScale, pendingJobCount, maxReplicaCount } = counts;
  switch (strategy.strategy) {
    case 'custom': {
      if (strategy.runningJobPercentage === null) return maxScale - running;
      const deduction = (strategy.queueLengthDeduction ?? 0) + Math.trunc(running * strategy.runningJobPercentage);
      return Math.min(maxScale - deduction, maxReplicaCount);
    }
    case 'accurate':
      return maxScale + running > maxReplicaCount ? maxReplicaCount - running : maxScale - pendingJobCount;
    case 'eager':
      return Math.min(maxReplicaCount - running - pendingJobCount, maxScale);
    case 'default':
      return maxScale - running;
  }
}

export interface JobScaler {
  readonly queueLength: number;
  readonly targetAverageValue: number;
}

/** Jobs that several scalers ask for together. `max` is KEDA's default. */
export function jobsWanted(
  scalers: readonly JobScaler[],
  maxReplicaCount: number,
  combine: 'max' | 'min' | 'avg' | 'sum',
): number {
  const wanted = scalers.map((scaler) =>
    Math.min(
      maxReplicaCount,
      scaler.targetAverageValue === 0 ? scaler.queueLength : Math.ceil(scaler.queueLength / scaler.targetAverageValue),
    ),
  );
  if (wanted.length === 0) return 0;
  const total = wanted.reduce((sum, jobs) => sum + jobs, 0);
  switch (combine) {
    case 'max':
      return Math.max(...wanted);
    case 'min':
      return Math.min(...wanted);
    case 'avg':
      return Math.min(maxReplicaCount, Math.ceil(total / wanted.length));
    case 'sum':
      return Math.min(maxReplicaCount, total);
  }
}
