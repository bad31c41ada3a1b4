import type { Assumption, Grade } from './types.js';

/** Collects the defaults that are used while a scenario is completed. */
export interface Assumptions {
  readonly list: readonly Assumption[];
  /** Returns the value, and notes that the scenario did not give it. `shown` is how a user would type it. */
  readonly assume: <T>(
    path: string,
    value: T,
    why: string,
    options?: { readonly shown?: string; readonly grade?: Grade; readonly source?: string },
  ) => T;
}

export const newAssumptions = (): Assumptions => {
  const list: Assumption[] = [];
  return {
    list,
    assume: (path, value, why, options = {}) => {
      const shown = options.shown ?? (typeof value === 'object' ? JSON.stringify(value) : value);
      list.push({
        path,
        value: shown as Assumption['value'],
        grade: options.grade ?? 'assumed',
        why,
        source: options.source ?? 'Plimsoll',
      });
      return value;
    },
  };
};
