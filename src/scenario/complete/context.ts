import type { Assumptions } from '../assume.js';
import type { Files } from '../files.js';
import type { Finding } from '../source.js';

/** What completing a scenario needs beside the scenario. */
export interface Context {
  readonly assume: Assumptions['assume'];
  readonly files: Files;
  /** Reports a problem with the content of a file, or a warning. */
  readonly report: (finding: Finding) => void;
}

/** Leaves out the keys whose value is undefined, as `exactOptionalPropertyTypes` wants. */
export const given = <T extends object>(
  values: T,
): { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
