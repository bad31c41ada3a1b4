/** Cluster-wide settings that a revision's target starts from (config-autoscaler, knative.dev docs, read 2026). */
export interface TargetConfig {
  readonly containerConcurrencyTargetDefault: number;
  /** Share of the concurrency that is aimed at. */
  readonly containerConcurrencyTargetFraction: number;
  readonly rpsTargetDefault: number;
  readonly targetUtilization: number;
}

export const TARGET_DEFAULTS: TargetConfig = {
  containerConcurrencyTargetDefault: 100,
  containerConcurrencyTargetFraction: 0.7,
  rpsTargetDefault: 200,
  targetUtilization: 0.7,
};

/** The smallest target that the autoscaler accepts. */
export const TARGET_MIN = 0.01;

export interface TargetRequest {
  readonly metric: 'concurrency' | 'rps';
  /** Hard limit of the container; 0 is unlimited. */
  readonly containerConcurrency: number;
  /** `autoscaling.knative.dev/target`; null when absent. */
  readonly target: number | null;
  /** `…/target-utilization-percentage` as a fraction; null when absent. */
  readonly utilization: number | null;
}

/**
 * What a pod should carry (`target`) and what it can carry (`total`), in requests in flight or per second. A target
 * above the container's hard limit is cut to the limit. Source: knative/serving pkg/reconciler/autoscaling/resources/target.go.
 */
export function resolveTarget(
  request: TargetRequest,
  config: TargetConfig,
): { readonly target: number; readonly total: number } {
  const isRps = request.metric === 'rps';
  const limit = request.containerConcurrency;
  const fallback = isRps ? config.rpsTargetDefault : limit === 0 ? config.containerConcurrencyTargetDefault : limit;
  const utilization =
    request.utilization ?? (isRps ? config.targetUtilization : config.containerConcurrencyTargetFraction);
  let total = request.target ?? fallback;
  if (request.target !== null && !isRps && limit !== 0) total = Math.min(request.target, limit);
  return { target: Math.max(TARGET_MIN, total * utilization), total };
}
