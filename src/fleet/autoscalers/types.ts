/**
 * What every autoscaler sees and says. An autoscaler is a pure function of (state, observation, policy): it returns the
 * replica count it wants, the reasons in words, and its next state. The caller owns the clock; nothing here reads one.
 */

/**
 * One look at a workload.
 *
 * `metrics` holds each metric as that autoscaler reads it, by name: an HPA `Pods` or `Resource` metric is the average
 * over ready replicas (a utilisation in percent of the request), everything else is the total of the workload. `null`
 * means that the source failed; a missing name means that nobody measures it.
 */
export interface Observation {
  readonly timeS: number;
  /** What the workload's owner is set to (`spec.replicas`), ready or not. */
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  /** Replicas that start or are not ready; they export no metric unless `pods` says so. */
  readonly unreadyReplicas: number;
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** What one metric asks for, before any limit. */
export interface MetricProposal {
  readonly metric: string;
  /** The value read, in the metric's own unit; null when it could not be read. */
  readonly value: number | null;
  readonly target: number | null;
  /** Null when the metric gives no answer. */
  readonly replicas: number | null;
  readonly why: string;
}

/** The limit that shaped the decision: its name as upstream calls it, and why it applied. */
export interface AppliedLimit {
  readonly name: string;
  readonly why: string;
}

export interface Explanation {
  readonly proposals: readonly MetricProposal[];
  /** Absent when nothing limited the decision. */
  readonly limit?: AppliedLimit;
  /** One sentence: what was decided and why. */
  readonly words: string;
}

export interface Decision<State> {
  readonly desired: number;
  readonly explanation: Explanation;
  readonly state: State;
}

/** Says a change of replicas in words: `4 → 6`, or `stays at 4`. */
export function changeInWords(current: number, desired: number): string {
  return desired === current ? `stays at ${current}` : `${current} → ${desired}`;
}

/** Keeps `value` within `[min, max]`; `min` wins if the two cross, as Kubernetes' checks do. */
export function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(value, max));
}

/** A ceiling that forgives rounding noise (0.1 × 6 / 0.6), for models that need not agree with upstream's doubles. */
export function ceilCount(value: number): number {
  return Math.ceil(value - 1e-9);
}

/**
 * The value of the first name that the observation holds. Null if its source failed or it is not a finite number,
 * undefined if nobody measures any of the names.
 */
export function metricValue(observation: Observation, ...names: readonly string[]): number | null | undefined {
  const name = names.find((candidate) => Object.hasOwn(observation.metrics, candidate));
  if (name === undefined) return undefined;
  const value = observation.metrics[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
