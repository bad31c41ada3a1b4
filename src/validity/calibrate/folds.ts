/** Groups for cross-validation: what is left out together. */
import type { ServingConditions } from '../measurements/servingRow.js';

export interface Scheme {
  readonly by: 'hardware' | 'model family' | 'run' | 'row';
  /** Indices of the items that are left out together. */
  readonly groups: readonly (readonly number[])[];
}

/** More groups than this are merged, in turn: each costs a fit. */
const mostGroups = 6;

/** The family of a model by its name: organisation, size and version apart (`Meta-Llama-3.1-70B` → `llama-3`). */
export const modelFamily = (model: string): string => {
  const name = model
    .split('/')
    .at(-1)!
    .toLowerCase()
    .replace(/^meta-/, '');
  const match = /^([a-z]+)-?(\d*)/.exec(name);
  return match === null ? name : `${match[1]}${match[2] === '' ? '' : `-${match[2]}`}`;
};

const grouped = <T>(items: readonly T[], key: (item: T) => string): readonly (readonly number[])[] => {
  const groups = new Map<string, number[]>();
  items.forEach((item, at) => {
    const name = key(item);
    groups.set(name, [...(groups.get(name) ?? []), at]);
  });
  const all = [...groups.values()];
  if (all.length <= mostGroups) return all;
  return Array.from({ length: mostGroups }, (_, at) => all.filter((__, index) => index % mostGroups === at).flat());
};

/** Fewer runs than this cannot stand in for each other: rows are left out instead. */
export const fewRuns = 3;

/** The schemes that a table allows, the hardest first: hardware, model family, and runs (or rows) in turn where it has one of each. */
export const folds = <T>(
  items: readonly T[],
  conditionsOf: (item: T) => ServingConditions,
  inTurn: 'run' | 'row' = 'run',
): readonly Scheme[] => {
  const byHardware = grouped(items, (item) => conditionsOf(item).hardware);
  const byFamily = grouped(items, (item) => modelFamily(conditionsOf(item).model));
  const schemes: Scheme[] = [];
  if (byHardware.length > 1) schemes.push({ by: 'hardware', groups: byHardware });
  if (byFamily.length > 1) schemes.push({ by: 'model family', groups: byFamily });
  if (schemes.length > 0) return schemes;
  let at = 0;
  return [{ by: inTurn, groups: grouped(items, () => String(at++ % Math.min(5, items.length))) }];
};
