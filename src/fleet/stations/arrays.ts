/** Copies `from` into the longer array `to` and returns it. */
export function extended<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
