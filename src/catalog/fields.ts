import type { Row } from './table.js';
import type { Provenance } from './types.js';

/** The number in a cell; `undefined` for an empty or unreadable one, never zero. */
export const numberIn = (row: Row, column: string): number | undefined => {
  const text = row[column]?.trim();
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
};

/** The text in a cell; `undefined` for an empty one. */
export const textIn = (row: Row, column: string): string | undefined => {
  const text = row[column]?.trim();
  return text === undefined || text === '' ? undefined : text;
};

export const provenanceOf = (row: Row): Provenance => ({
  source: row['source'] ?? '',
  asOf: row['as_of'] ?? '',
  notes: row['notes'] ?? '',
});

/** Drops the keys whose value is undefined, so that an absent fact is an absent key. */
export const known = <T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
