/** Gangs: replicas that only work in groups of `gangSize`. A decision is rounded up to whole gangs, then bounded. */
export function roundToGang(
  replicas: number,
  gangSize: number,
  bounds: { readonly min?: number; readonly max?: number } = {},
): number {
  const whole = gangSize <= 1 ? replicas : Math.ceil(replicas / gangSize) * gangSize;
  return Math.max(bounds.min ?? Number.NEGATIVE_INFINITY, Math.min(whole, bounds.max ?? Number.POSITIVE_INFINITY));
}
