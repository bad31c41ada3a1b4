import { readFile, stat } from 'node:fs/promises';
import { MAX_BYTES, openDocument, TOO_LARGE_HINT } from './document.js';
import { decode, type Files, filesBeside, noFiles } from './files.js';
import { type Loaded, readScenario } from './read.js';
import { applySets, place } from './set.js';
import type { ScenarioSource } from './source.js';
import type { Edit, Scenario } from './types.js';

export interface LoadOptions {
  /** `path=value` arguments, applied on top of the file in order. */
  readonly set?: readonly string[];
}

/**
 * Reads, validates and completes a scenario file. All problems come back at once, located; nothing throws for bad input.
 * Files that the scenario names are looked up relative to it.
 */
export const loadScenario = async (path: string, options: LoadOptions = {}): Promise<Loaded> => {
  const read = await readText(path);
  return read.ok ? parseScenario(read.text, path, { ...options, files: filesBeside(path) }) : read.failure;
};

/** The same for text at hand. Touches no disk unless `files` does; without `files`, every file that is named is missing. */
export const parseScenario = (
  text: string,
  file: string,
  options: LoadOptions & { readonly files?: Files } = {},
): Loaded => {
  const opened = openDocument(text, file, options.files ?? noFiles);
  if (!opened.ok) return opened;
  const { overrides, problems } = applySets(opened.source.document, options.set ?? []);
  return readScenario({ ...opened.source, overrides }, [...opened.problems, ...problems]);
};

/**
 * The scenario with edits applied on top, read anew. The source stays as it is. Problems of an edit are located like those
 * of a `--set` argument that comes after those already there.
 */
export const editScenario = (source: ScenarioSource, edits: readonly Edit[]): Loaded => {
  const document = source.document.clone();
  const overrides = [...source.overrides];
  const problems = edits.flatMap((edit) => {
    const outcome = place(document, edit.path, edit.to);
    const shown = typeof edit.to === 'string' ? edit.to : JSON.stringify(edit.to ?? null);
    overrides.push({
      path: outcome.ok ? outcome.path : undefined,
      argument: `${edit.path}=${shown}`,
      valueColumn: edit.path.length + 2,
    });
    return outcome.ok ? [] : [outcome.problem(overrides.length)];
  });
  return readScenario({ ...source, document, overrides }, problems);
};

/** Text of a scenario file, or why there is none. */
export const readText = async (
  path: string,
): Promise<
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly failure: Extract<Loaded, { ok: false }> }
> => {
  const failed = (code: 'E1001' | 'E1002', message: string, hint?: string) => {
    const problem = { code, message, file: path, line: 1, column: 1, path: '', severity: 'error' as const };
    return {
      ok: false as const,
      failure: { ok: false as const, problems: [hint === undefined ? problem : { ...problem, hint }] },
    };
  };
  try {
    const info = await stat(path);
    if (info.isDirectory()) return failed('E1001', 'this is a directory, not a file');
    if (info.size > MAX_BYTES) return failed('E1002', `the file is larger than ${MAX_BYTES} bytes`, TOO_LARGE_HINT);
    const text = decode(await readFile(path));
    return text === undefined ? failed('E1002', 'this is a binary file, not a scenario') : { ok: true, text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return failed('E1001', 'the file does not exist', 'check the path; scenarios/ has examples');
    return failed('E1001', `the file cannot be read (${code ?? 'unknown reason'})`);
  }
};

export type { Loaded } from './read.js';

/** Edits applied to a source as the planner wants them: the edited scenario, or nothing where they do not fit. */
export const editsOn =
  (source: ScenarioSource) =>
  (edits: readonly Edit[]): Scenario | undefined => {
    const edited = editScenario(source, edits);
    return edited.ok ? edited.scenario : undefined;
  };
