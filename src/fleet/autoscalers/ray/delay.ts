import type { RayConfig } from './config.js';

/** A decision that waits to be carried out: its direction and since when it has been wanted without interruption. */
export type PendingDecision = { readonly direction: 'up' | 'down'; readonly sinceS: number } | null;

/** Subtracting large clock values falls short of the true interval by rounding; upstream allows a microsecond. */
const ELAPSED_TOLERANCE_S = 1e-6;

/** Scales the step towards `desired` by the factor of its direction. From zero the factor has no meaning. */
export function applyFactors(
  desired: number,
  current: number,
  config: Pick<RayConfig, 'upscalingFactor' | 'downscalingFactor'>,
): number {
  if (current === 0) return Math.ceil(desired);
  const step = desired - current;
  const factor = step > 0 ? config.upscalingFactor : config.downscalingFactor;
  const scaled = Math.ceil(current + factor * step);
  // A small factor would round back to where it was: move by one, so that idle replicas go away in the end.
  return Math.ceil(desired) < current && scaled === current ? scaled - 1 : scaled;
}

/**
 * Holds a decision until it has been wanted for the delay; any contrary look starts the wait again. Zero is reached from
 * one only, after its own delay. Source: ray python/ray/serve/autoscaling_policy.py (2026).
 */
export function applyDelay(
  desired: number,
  target: number,
  config: Pick<RayConfig, 'upscaleDelayS' | 'downscaleDelayS' | 'downscaleToZeroDelayS'>,
  pending: PendingDecision,
  nowS: number,
): { readonly replicas: number; readonly pending: PendingDecision; readonly why: string } {
  if (desired === target) return { replicas: target, pending: null, why: 'the target already holds' };
  const direction = desired > target ? 'up' : 'down';
  const isToZero = direction === 'down' && target === 1;
  const downDelayS = isToZero ? (config.downscaleToZeroDelayS ?? config.downscaleDelayS) : config.downscaleDelayS;
  const delayS = direction === 'up' ? config.upscaleDelayS : downDelayS;
  const goal = direction === 'down' && !isToZero ? Math.max(1, desired) : desired;
  const sinceS = pending?.direction === direction ? pending.sinceS : nowS;
  const waitedS = nowS - sinceS;
  if (waitedS + ELAPSED_TOLERANCE_S >= delayS) return { replicas: goal, pending: null, why: `wanted for ${delayS} s` };
  return { replicas: target, pending: { direction, sinceS }, why: `waits: ${waitedS.toFixed(1)} s of ${delayS} s` };
}
