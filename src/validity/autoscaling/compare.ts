import type { Tolerances } from './case.js';

/** Doubles of other languages' libraries (pow, log) may differ in the last digits. */
const RELATIVE_TOLERANCE = 1e-9;

/**
 * The first difference between what was expected and what was got, as `path: got … expected …`; null if they agree.
 * Keys that are not expected are not compared. Integers must be equal, other numbers agree to 1e-9. `errorContains`
 * looks for words in `got.error`.
 */
export function firstDifference(
  got: unknown,
  expected: unknown,
  tolerances: Tolerances = {},
  path = '',
): string | null {
  if (typeof expected === 'number')
    return numbersDiffer(got, expected, tolerances[path.split('.').at(-1) ?? ''] ?? 0, path);
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return difference(path, got, expected);
    if (got.length !== expected.length) return difference(`${path}.length`, got.length, expected.length);
    return firstOf(
      expected.map((item, index) => () => firstDifference(got[index], item, tolerances, `${path}[${index}]`)),
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null) return difference(path, got, expected);
    const values = got as Readonly<Record<string, unknown>>;
    return firstOf(
      Object.entries(expected).map(([key, value]) => () => {
        const at = path === '' ? key : `${path}.${key}`;
        if (key === 'errorContains') return errorDiffers(values['error'], String(value), at);
        return firstDifference(values[key], value, tolerances, at);
      }),
    );
  }
  return sameScalar(got, expected) ? null : difference(path, got, expected);
}

function firstOf(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

function numbersDiffer(got: unknown, expected: number, tolerance: number, path: string): string | null {
  const value = typeof got === 'bigint' ? Number(got) : got;
  if (typeof value !== 'number') return difference(path, got, expected);
  const isWhole = Number.isInteger(expected) && Number.isInteger(value);
  const allowed = Math.max(tolerance, isWhole ? 0 : Math.abs(expected) * RELATIVE_TOLERANCE);
  return Math.abs(value - expected) <= allowed ? null : difference(path, got, expected);
}

function errorDiffers(got: unknown, words: string, path: string): string | null {
  return typeof got === 'string' && got.includes(words) ? null : difference(path, got, words);
}

/** Integers beyond 2^53 stand as strings in the cases and as bigint here. */
function sameScalar(got: unknown, expected: unknown): boolean {
  return got === expected || (typeof got === 'bigint' && typeof expected === 'string' && got.toString() === expected);
}

function difference(path: string, got: unknown, expected: unknown): string {
  return `${path === '' ? 'result' : path}: got ${show(got)}, expected ${show(expected)}`;
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  return value === undefined
    ? 'nothing'
    : JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? inner.toString() : inner));
}
