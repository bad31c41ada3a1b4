import { readFileSync } from 'node:fs';

/** A case of a reference file, before anything is known of it. */
export interface AnyCase {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A reference file cannot be used at all. */
export class UnusableFile extends Error {}

/** The cases of a reference file: `{ cases: [{ id, kind | model, params | input, expected | steps }] }`. */
export function readReferenceFile(path: string): readonly AnyCase[] {
  const text = readText(path);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UnusableFile(`${path}: not JSON (${(error as Error).message})`);
  }
  const cases = Array.isArray(parsed) ? parsed : isRecord(parsed) ? parsed['cases'] : undefined;
  if (!Array.isArray(cases)) throw new UnusableFile(`${path}: no list of cases (expected {"cases": […]})`);
  return cases.map((one: unknown, at) => {
    if (!isRecord(one)) throw new UnusableFile(`${path}: case ${at + 1} is not an object`);
    return { ...one, id: typeof one['id'] === 'string' ? one['id'] : `case ${at + 1}` };
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnusableFile(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
