/** Ray Serve's `autoscaling_config`. Durations in seconds. Defaults: ray.serve.config.AutoscalingConfig (2.5x, read 2026). */
export interface RayConfig {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetOngoingRequests: number;
  readonly upscalingFactor: number;
  readonly downscalingFactor: number;
  readonly upscaleDelayS: number;
  readonly downscaleDelayS: number;
  /** Null: the same as `downscaleDelayS`. */
  readonly downscaleToZeroDelayS: number | null;
  readonly lookBackPeriodS: number;
}

export const RAY_DEFAULTS: RayConfig = {
  minReplicas: 1,
  maxReplicas: 1,
  targetOngoingRequests: 2,
  upscalingFactor: 1,
  downscalingFactor: 1,
  upscaleDelayS: 30,
  downscaleDelayS: 600,
  downscaleToZeroDelayS: null,
  lookBackPeriodS: 30,
};

/** The controller decides this often (CONTROL_LOOP_INTERVAL_S). */
export const RAY_LOOP_INTERVAL_S = 0.1;
