/** Buckets of a histogram. Source: kubernetes/autoscaler vertical-pod-autoscaler/pkg/recommender/util/histogram_options.go (2026). */
export interface HistogramOptions {
  readonly bucketCount: number;
  /** Weights below this count as nothing. */
  readonly epsilon: number;
  readonly bucketOf: (value: number) => number;
  readonly startOf: (bucket: number) => number;
}

/** Buckets of equal width. */
export function linearOptions(maxValue: number, bucketSize: number, epsilon: number): HistogramOptions {
  const bucketCount = Math.trunc(Math.ceil(maxValue / bucketSize)) + 1;
  return {
    bucketCount,
    epsilon,
    bucketOf: (value) => clampBucket(Math.trunc(value / bucketSize), bucketCount),
    startOf: (bucket) => bucket * bucketSize,
  };
}

/** Buckets whose width grows by `ratio` from `firstBucketSize` on. */
export function exponentialOptions(
  maxValue: number,
  firstBucketSize: number,
  ratio: number,
  epsilon: number,
): HistogramOptions {
  const logRatio = (value: number): number => Math.log(value) / Math.log(ratio);
  const bucketCount = Math.trunc(Math.ceil(logRatio((maxValue * (ratio - 1)) / firstBucketSize + 1))) + 1;
  return {
    bucketCount,
    epsilon,
    bucketOf: (value) =>
      value < firstBucketSize
        ? 0
        : clampBucket(Math.trunc(logRatio((value * (ratio - 1)) / firstBucketSize + 1)), bucketCount),
    startOf: (bucket) => (bucket === 0 ? 0 : (firstBucketSize * (ratio ** bucket - 1)) / (ratio - 1)),
  };
}

function clampBucket(bucket: number, bucketCount: number): number {
  return Math.max(0, Math.min(bucket, bucketCount - 1));
}

/** Production histograms (pkg/recommender/model/aggregations_config.go): 5 % growth, weights from 1e-4. */
export const CPU_CORES_OPTIONS = exponentialOptions(1000, 0.01, 1.05, 1e-4);
export const MEMORY_BYTES_OPTIONS = exponentialOptions(1e12, 1e7, 1.05, 1e-4);
