import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { newAssumptions } from './assume.js';
import { completeScenario } from './complete/scenario.js';
import { crossFindings } from './crossRules.js';
import { decode, MAX_BYTES, openDocument, plainData } from './document.js';
import { type Files, missingFiles, noFiles } from './files.js';
import { findingsOf } from './issues.js';
import { scenarioSchema } from './schema/scenario.js';
import { applySets } from './set.js';
import type { Finding, ScenarioSource } from './source.js';
import { locate, toProblem } from './source.js';
import { unsupportedKeys } from './support.js';
import type { Assumption, Problem, Scenario } from './types.js';

export type Loaded =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      readonly source: ScenarioSource;
      readonly assumptions: readonly Assumption[];
      readonly warnings: readonly Problem[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** Present when the text could be parsed: for code frames. */
      readonly source?: ScenarioSource;
    };

export interface LoadOptions {
  /** `path=value` arguments, applied on top of the file in order. */
  readonly set?: readonly string[];
}

/**
 * Reads, validates and completes a scenario file. All problems come back at once, located; nothing throws for bad input.
 * Files that the scenario names are looked up relative to it.
 */
export const loadScenario = async (path: string, options: LoadOptions = {}): Promise<Loaded> => {
  const unreadable = (code: 'E1001' | 'E1002', message: string, hint?: string): Loaded => ({
    ok: false,
    problems: [
      {
        code,
        message,
        file: path,
        line: 1,
        column: 1,
        path: '',
        ...(hint !== undefined && { hint }),
        severity: 'error',
      },
    ],
  });
  let bytes: Buffer;
  try {
    const info = await stat(path);
    if (info.isDirectory()) return unreadable('E1001', `${path} is a directory, not a file`);
    if (info.size > MAX_BYTES)
      return unreadable(
        'E1002',
        `the file is larger than ${MAX_BYTES} bytes`,
        'scenarios are small; traces go into CSV files beside them',
      );
    bytes = await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return unreadable(
      'E1001',
      code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read (${code ?? 'unknown reason'})`,
      code === 'ENOENT' ? 'start with `plimsoll init`' : undefined,
    );
  }
  const text = decode(bytes);
  if (text === undefined) return unreadable('E1002', 'this is a binary file, not a scenario');
  return parseScenario(text, path, { ...options, files: filesBeside(path) });
};

/** The same without touching the disk, unless `files` does. */
export const parseScenario = (
  text: string,
  file: string,
  options: LoadOptions & { readonly files?: Files } = {},
): Loaded => {
  const opened = openDocument(text, file);
  if (!opened.ok) return opened;
  const applied = applySets(opened.source.document, options.set ?? []);
  const source: ScenarioSource = { ...opened.source, overrides: applied.overrides };
  const plain = plainData(source);
  if (!plain.ok) return { ok: false, problems: [...opened.problems, ...applied.problems, ...plain.problems], source };
  const data = plain.data;
  const files = options.files ?? noFiles;

  const parsed = scenarioSchema.safeParse(data);
  const findings: Finding[] = [
    ...(parsed.success ? [] : findingsOf(parsed.error.issues, data)),
    ...crossFindings(data),
    ...unsupportedKeys(data),
    ...missingFiles(data, files),
  ];
  const problems = [...opened.problems, ...applied.problems];
  if (!parsed.success || findings.length > 0 || problems.length > 0) {
    return {
      ok: false,
      problems: inOrder([...problems, ...unique(findings).map((finding) => toProblem(source, finding))]),
      source,
    };
  }

  const assumptions = newAssumptions();
  const reported: Finding[] = [];
  const origin = {
    name: basename(file).replace(/\.ya?ml$/i, '') || 'scenario',
    ruleLocation: (index: number) => `${file}:${locate(source, ['rules', index]).line}`,
  };
  const scenario = completeScenario(parsed.data, origin, {
    assume: assumptions.assume,
    files,
    report: (finding) => reported.push(finding),
  });
  const located = inOrder(reported.map((finding) => toProblem(source, finding)));
  const errors = located.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { ok: false, problems: errors, source };
  return { ok: true, scenario, source, assumptions: assumptions.list, warnings: located };
};

const filesBeside = (path: string): Files => {
  const absolute = (file: string): string => resolve(dirname(path), file);
  return {
    resolve: absolute,
    exists: (file) => existsSync(absolute(file)) && statSync(absolute(file)).isFile(),
    read: (file) => {
      try {
        return decode(readFileSync(absolute(file)));
      } catch {
        return undefined;
      }
    },
  };
};

/** Two rules may find the same thing: one report a place and code. */
const unique = (findings: readonly Finding[]): readonly Finding[] => {
  const seen = new Set<string>();
  return findings.filter(({ code, path }) => {
    const key = `${code} ${path.join('\u0000')}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
};

const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted(
    (a, b) => Number(a.file === '--set') - Number(b.file === '--set') || a.line - b.line || a.column - b.column,
  );
