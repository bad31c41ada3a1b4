import { type AnyCase, isRecord } from './referenceFile.js';

/** Positions of the cases by falling load, the longest runs first, so that no worker is left alone with one at the end. */
export function longestFirst(cases: readonly AnyCase[]): number[] {
  const loads = cases.map(loadOf);
  return cases.map((_, at) => at).sort((a, b) => loads[b]! - loads[a]! || a - b);
}

/** The load that the case states or implies, 0 where it does neither; an overload does not take long. */
function loadOf(one: AnyCase): number {
  const params = isRecord(one['params']) ? one['params'] : {};
  const number = (name: string): number => (typeof params[name] === 'number' ? params[name] : Number.NaN);
  const stated = [number('rho'), number('lambda') / number('capacity'), number('lambda') / number('batchMax')];
  const load = stated.find(Number.isFinite) ?? 0;
  return load < 1 ? load : 0;
}
