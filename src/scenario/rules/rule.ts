import type { Path } from '../path.js';
import { find } from '../path.js';
import type { Finding } from '../source.js';

/**
 * A rule that involves more than one key. Rules run on the plain data, not on the schema's output, so that they report
 * beside other errors: each looks only at what it needs and leaves wrong types to the schema.
 */
export type Rule = (data: unknown) => readonly Finding[];

export type Data = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a map has a key of its own with a value. */
export const has = (value: unknown, key: string): boolean =>
  isMap(value) && Object.hasOwn(value, key) && value[key] !== undefined;

/** The maps that stand where a pattern says. */
export const maps = (data: unknown, pattern: string): readonly { readonly path: Path; readonly value: Data }[] =>
  find(data, pattern).flatMap(({ path, value }) => (isMap(value) ? [{ path, value }] : []));
