import { currentMax, type MaxWindow, recordMaxAt, timeWindow } from './maxWindow.js';

/** The Knative Pod Autoscaler's decision. Source: knative/serving pkg/autoscaler/scaling/autoscaler.go (2026). */
export interface DeciderSpec {
  /** What a pod should carry. */
  readonly targetValue: number;
  /** What a pod can carry. */
  readonly totalValue: number;
  /** Spare requests to keep room for; 0 never involves the activator, −1 always. */
  readonly targetBurstCapacity: number;
  /** Panic starts when the panic window asks for this many times the ready pods. */
  readonly panicThreshold: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly stableWindowSeconds: number;
  /** A revision without a route may fall to zero at once. */
  readonly reachable: boolean;
  readonly activationScale: number;
  readonly scaleDownDelaySeconds: number;
}

/** Granularity of the scale-down delay: the autoscaler's tick. */
export const TICK_S = 2;

export interface DeciderState {
  /** Null: not in panic. */
  readonly panicTimeS: number | null;
  /** Most pods wanted since the panic began; it never decreases in panic. */
  readonly maxPanicPods: number;
  /** Null without a scale-down delay. */
  readonly delayWindow: MaxWindow | null;
}

/** A new decider; with more than one ready pod it starts in panic, so that a restart does not scale down blindly. */
export function initialDeciderState(readyPods: number, spec: DeciderSpec, timeS: number): DeciderState {
  return {
    panicTimeS: readyPods > 1 ? timeS : null,
    maxPanicPods: readyPods,
    delayWindow: spec.scaleDownDelaySeconds > 0 ? timeWindow(spec.scaleDownDelaySeconds, TICK_S) : null,
  };
}

export interface DeciderLook {
  readonly timeS: number;
  readonly readyPods: number;
  /** Average over the stable window, all pods together; null when there is no data. */
  readonly stableValue: number | null;
  readonly panicValue: number | null;
}

export interface ScaleResult {
  readonly valid: boolean;
  readonly desiredPodCount: number;
  readonly excessBurstCapacity: number;
  readonly isPanicking: boolean;
  /** What each window alone asks for after the rate limits. */
  readonly stablePods: number;
  readonly panicPods: number;
  readonly why: string;
  readonly limit: string | null;
}

const NO_DATA: ScaleResult = {
  valid: false,
  desiredPodCount: 0,
  excessBurstCapacity: 0,
  isPanicking: false,
  stablePods: 0,
  panicPods: 0,
  why: 'no data to scale on yet',
  limit: null,
};

export function decideScale(
  spec: DeciderSpec,
  state: DeciderState,
  look: DeciderLook,
): { readonly result: ScaleResult; readonly state: DeciderState } {
  const { timeS, stableValue, panicValue } = look;
  if (stableValue === null || panicValue === null) return { result: NO_DATA, state };
  const ready = Math.max(1, look.readyPods);
  const upLimit = Math.ceil(spec.maxScaleUpRate * ready);
  const downLimit = spec.reachable ? Math.floor(ready / spec.maxScaleDownRate) : 0;
  const wantedStable = Math.ceil(stableValue / spec.targetValue);
  const wantedPanic = Math.ceil(panicValue / spec.targetValue);
  const limited = (wanted: number): number => {
    const pods = Math.min(Math.max(wanted, downLimit), upLimit);
    return spec.activationScale > 1 && wanted > 0 ? Math.max(pods, spec.activationScale) : pods;
  };
  const stablePods = limited(wantedStable);
  const panicPods = limited(wantedPanic);

  const panic = nextPanic(spec, state, timeS, wantedPanic / ready >= spec.panicThreshold);
  let desired = stablePods;
  let { maxPanicPods } = panic;
  if (panic.panicTimeS !== null) {
    maxPanicPods = Math.max(maxPanicPods, stablePods, panicPods);
    desired = maxPanicPods;
  }
  const undelayed = desired;
  let { delayWindow } = state;
  if (delayWindow !== null) {
    delayWindow = recordMaxAt(delayWindow, TICK_S, timeS, desired);
    desired = currentMax(delayWindow);
  }
  const isPanicking = panic.panicTimeS !== null;
  return {
    state: { panicTimeS: panic.panicTimeS, maxPanicPods, delayWindow },
    result: {
      valid: true,
      desiredPodCount: desired,
      excessBurstCapacity: excessBurst(spec, look.readyPods, panicValue),
      isPanicking,
      stablePods,
      panicPods,
      why: `stable window ${stableValue} asks for ${wantedStable}, panic window ${panicValue} for ${wantedPanic}`,
      limit: limitInWords({ desired, undelayed, stablePods, panicPods, wantedStable, upLimit, downLimit, isPanicking }),
    },
  };
}

/** Each look above the threshold re-arms the panic; it ends strictly later than one stable window without one. */
function nextPanic(
  spec: DeciderSpec,
  state: DeciderState,
  timeS: number,
  isOverThreshold: boolean,
): { readonly panicTimeS: number | null; readonly maxPanicPods: number } {
  if (isOverThreshold) return { panicTimeS: timeS, maxPanicPods: state.maxPanicPods };
  if (state.panicTimeS !== null && state.panicTimeS + spec.stableWindowSeconds < timeS) {
    return { panicTimeS: null, maxPanicPods: 0 };
  }
  return state;
}

/** Free capacity after the burst reserve; negative: the activator stays in the path. */
function excessBurst(spec: DeciderSpec, readyPods: number, panicValue: number): number {
  if (spec.targetBurstCapacity === 0) return 0;
  if (spec.targetBurstCapacity < 0) return -1;
  return Math.floor(readyPods * spec.totalValue - spec.targetBurstCapacity - panicValue);
}

function limitInWords(parts: {
  readonly desired: number;
  readonly undelayed: number;
  readonly stablePods: number;
  readonly panicPods: number;
  readonly wantedStable: number;
  readonly upLimit: number;
  readonly downLimit: number;
  readonly isPanicking: boolean;
}): string | null {
  if (parts.desired !== parts.undelayed) return 'scale-down delay: the largest count of the delay window applies';
  if (parts.isPanicking && parts.undelayed > Math.max(parts.stablePods, parts.panicPods))
    return 'panic: no scale-down before it ends';
  if (parts.wantedStable > parts.upLimit) return `scale-up rate: at most ${parts.upLimit} pods now`;
  if (parts.wantedStable < parts.downLimit) return `scale-down rate: at least ${parts.downLimit} pods now`;
  return null;
}
