/** The Kubernetes HPA as data: pods, metric samples, targets, behaviour. Milli-units are thousandths, as in the API. */

/** A count in milli-units. Values above 2^53 must be bigint. */
export type Milli = number | bigint;

/** Largest values of Go's int64 and int32, where the controller saturates. */
export const MAX_INT64 = 9_223_372_036_854_775_807n;
export const MAX_INT32 = 2_147_483_647;

export interface Pod {
  readonly name: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Seconds; null when the pod has not started. */
  readonly startTime: number | null;
  readonly readyCondition: {
    readonly status: 'True' | 'False' | 'Unknown';
    readonly lastTransitionTime: number;
  } | null;
  readonly deleted?: boolean;
  /** Request of the resource summed over containers; null when a container has none. */
  readonly requestMilli?: Milli | null;
}

export interface PodSample {
  readonly valueMilli: Milli;
  /** When the sample's window ended, in seconds. */
  readonly timestamp: number;
  /** Length of the sample's window, in seconds. */
  readonly window: number;
}

export type PodSamples = Readonly<Record<string, PodSample>>;

/** Ratios within `[1 − scaleDown, 1 + scaleUp]` change nothing. */
export interface Tolerance {
  readonly scaleDown: number;
  readonly scaleUp: number;
}

export interface ReadinessPeriods {
  /** While a pod is younger, its CPU sample counts only if the pod is ready and a whole window has passed. */
  readonly cpuInitializationPeriodS: number;
  /** A pod whose readiness last changed within this time of its start has never been ready. */
  readonly initialReadinessDelayS: number;
}

/** Defaults of kube-controller-manager (`--horizontal-pod-autoscaler-*`, v1.33 reference, read 2026). */
export const CONTROLLER_DEFAULTS = {
  syncPeriodS: 15,
  tolerance: { scaleDown: 0.1, scaleUp: 0.1 },
  cpuInitializationPeriodS: 300,
  initialReadinessDelayS: 30,
  downscaleStabilizationS: 300,
  /** Without `behavior` one step at most doubles, or reaches 4. */
  scaleUpLimitFactor: 2,
  scaleUpLimitMinimum: 4,
} as const;

export type CalculatorMetric =
  | {
      readonly type: 'ResourceUtilization' | 'ContainerResourceUtilization';
      readonly resource: string;
      readonly targetUtilizationPercent: number;
      readonly podMetrics: PodSamples;
    }
  | {
      readonly type: 'ResourceAverageValue';
      readonly resource: string;
      readonly targetMilli: Milli;
      readonly podMetrics: PodSamples;
    }
  | { readonly type: 'PodsAverageValue'; readonly targetMilli: Milli; readonly podMetrics: PodSamples }
  | {
      readonly type: 'ObjectValue' | 'ObjectAverageValue';
      readonly targetMilli: Milli;
      readonly valuesMilli: readonly Milli[];
    }
  | {
      readonly type: 'ExternalValue' | 'ExternalAverageValue';
      readonly targetMilli: Milli;
      readonly valuesMilli: readonly Milli[];
    };

export interface CalculatorInput {
  readonly timeS: number;
  readonly pods: readonly Pod[];
  /** `spec.replicas`. */
  readonly currentReplicas: number;
  /** `status.replicas`; the same as `currentReplicas` unless the owner lags behind. */
  readonly statusReplicas?: number;
  readonly tolerance: Tolerance;
  readonly readiness: ReadinessPeriods;
}

export type ReplicaProposal =
  | {
      readonly ok: true;
      readonly replicas: number;
      readonly utilizationPercent?: number;
      readonly rawAverageMilli?: bigint;
      readonly usageMilli?: bigint;
      readonly why: string;
    }
  | { readonly ok: false; readonly error: string };

export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
}

export interface Behavior {
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/** API defaults of `spec.behavior` (autoscaling/v2 reference, read 2026): the server fills them in for missing rules. */
export const DEFAULT_SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
export const DEFAULT_SCALE_DOWN: ScalingRules = {
  stabilizationWindowSeconds: CONTROLLER_DEFAULTS.downscaleStabilizationS,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

export interface TimedRecommendation {
  readonly replicas: number;
  readonly atS: number;
}

/** A past change, always positive; its list says the direction. */
export interface ScaleEvent {
  readonly change: number;
  readonly atS: number;
  readonly outdated: boolean;
}
