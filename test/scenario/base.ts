import { parseScenario } from '../../src/scenario/load.js';
import type { Loaded } from '../../src/scenario/read.js';

/** A small valid scenario; tests replace single lines of it (numbered from 1). */
export const BASE = `version: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    runs_on: gpu
    traffic: { rate: 5 /s, prompt_tokens: 900, output_tokens: 200 }
  desk:
    kind: queue
    servers: 2
    service_time: { distribution: exponential, mean: 100 ms }
    traffic: { rate: 10 /s }
pools:
  gpu:
    instance: aws/g6e.xlarge
    replicas: 2
`;

/** The base with one line replaced (or, past its end, lines appended). */
export const withLine = (line: number, by: string): string => {
  const lines = BASE.trimEnd().split('\n');
  lines[line - 1] = by;
  return `${lines.join('\n')}\n`;
};

export const load = (text: string, set: readonly string[] = []): Loaded => parseScenario(text, 's.yaml', { set });

/** The scenario of a text that must be valid. */
export const scenarioOf = (text: string, set: readonly string[] = []) => {
  const loaded = load(text, set);
  if (!loaded.ok)
    throw new Error(loaded.problems.map((p) => `${p.line}:${p.column} ${p.code} ${p.message}`).join('\n'));
  return loaded;
};
