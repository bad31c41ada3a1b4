import { basename } from 'node:path';
import { newAssumptions } from './assume.js';
import { completeScenario } from './complete/scenario.js';
import { crossFindings } from './crossRules.js';
import { plainData } from './document.js';
import { missingFiles } from './files.js';
import { findingsOf } from './issues.js';
import { scenarioSchema } from './schema/scenario.js';
import type { Finding, ScenarioSource } from './source.js';
import { locate, SET_ARGUMENTS, toProblem } from './source.js';
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

/** Validates and completes an opened document. `earlier` are problems found on the way here; they count like all others. */
export const readScenario = (source: ScenarioSource, earlier: readonly Problem[] = []): Loaded => {
  const plain = plainData(source);
  if (!plain.ok) return { ok: false, problems: [...earlier, ...plain.problems], source };
  const { data } = plain;
  // Compiling the schemas to code, as zod does by itself, takes longer than it saves on one file.
  const parsed = scenarioSchema.safeParse(data, { jitless: true });
  const findings: Finding[] = [
    ...(parsed.success ? [] : findingsOf(parsed.error.issues, data)),
    ...crossFindings(data),
    ...unsupportedKeys(data),
    ...missingFiles(data, source.files),
  ];
  const fail = (): Loaded => {
    const errors = findings.filter(({ severity }) => severity !== 'warning');
    return {
      ok: false,
      problems: inOrder([...earlier, ...unique(errors).map((finding) => toProblem(source, finding))]),
      source,
    };
  };
  if (!parsed.success) return fail();
  const assumptions = newAssumptions();
  const origin = {
    name: basename(source.file).replace(/\.ya?ml$/i, '') || 'scenario',
    ruleLocation: (index: number) => {
      const { file, line } = locate(source, ['rules', index]);
      return `${file}:${line}`;
    },
  };
  const scenario = completeScenario(parsed.data, origin, {
    assume: assumptions.assume,
    files: source.files,
    report: (finding) => findings.push(finding),
  });
  if (earlier.length > 0 || findings.some(({ severity }) => severity !== 'warning')) return fail();
  const warnings = inOrder(findings.map((finding) => toProblem(source, finding)));
  return { ok: true, scenario, source, assumptions: assumptions.list, warnings };
};

/** Two rules may find the same thing: one report a place and code. */
const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    findings.toReversed().map((finding) => [`${finding.code} ${finding.path.join('\u0000')}`, finding]),
  ).values(),
];

/** By place: the file first, `--set` arguments after it. */
const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted(
    (a, b) =>
      Number(a.file === SET_ARGUMENTS) - Number(b.file === SET_ARGUMENTS) || a.line - b.line || a.column - b.column,
  );
