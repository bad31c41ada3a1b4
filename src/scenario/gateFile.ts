import { completeRule } from './complete/rules.js';
import { openDocument, plainData } from './document.js';
import { findingsOf } from './issues.js';
import { readText } from './load.js';
import { gateLimits } from './rules/gate.js';
import { gateFile } from './schema/rules.js';
import { locate, type ScenarioSource, toProblem } from './source.js';
import type { GateRule, Problem } from './types.js';

export type LoadedRules =
  | { readonly ok: true; readonly rules: readonly GateRule[]; readonly source: ScenarioSource }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly source?: ScenarioSource };

/** Reads a file of gate rules (`rules: […]`), with located problems as for scenarios. */
export const loadGateFile = async (path: string): Promise<LoadedRules> => {
  const read = await readText(path);
  return read.ok ? parseGateFile(read.text, path) : read.failure;
};

/** The same for text at hand. */
export const parseGateFile = (text: string, file: string): LoadedRules => {
  const opened = openDocument(text, file);
  if (!opened.ok) return opened;
  const { source } = opened;
  const plain = plainData(source);
  if (!plain.ok) return { ok: false, problems: [...opened.problems, ...plain.problems], source };
  const parsed = gateFile().safeParse(plain.data);
  const findings = [...(parsed.success ? [] : findingsOf(parsed.error.issues, plain.data)), ...gateLimits(plain.data)];
  const problems = [...opened.problems, ...findings.map((finding) => toProblem(source, finding))];
  if (!parsed.success || problems.length > 0) return { ok: false, problems, source };
  const at = (index: number): string => `${file}:${locate(source, ['rules', index]).line}`;
  return { ok: true, rules: parsed.data.rules.map((rule, index) => completeRule(rule, at(index))), source };
};
