/** Results of benchmark tools as one measurement table, each file recognised by what is in it. */
import { basename } from 'node:path';
import { findAccelerator } from '../../catalog/accelerators.js';
import { missHint, missMessage } from '../../catalog/lookup.js';
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { Problem } from '../../scenario/types.js';
import { documentsOf, problemAt } from './documents.js';
import { aiperf, genaiPerf } from './genaiPerf.js';
import { genaiPerfCsv } from './genaiPerfCsv.js';
import { guidellm } from './guidellm.js';
import { guidellmCsv } from './guidellmCsv.js';
import { inferencePerf, isInferencePerfConfig } from './inferencePerf.js';
import { type Missing, rowsOf, type TableRow, type Told } from './table.js';
import { type BenchmarkRun, type Document, type Format, isUnusable } from './types.js';
import { vllm } from './vllm.js';

const formats: readonly Format[] = [guidellm, guidellmCsv, vllm, aiperf, genaiPerf, genaiPerfCsv, inferencePerf];

const known =
  'GuideLLM (benchmarks.json, .yaml, .csv), vLLM benchmark_serving and vllm bench serve (--save-result), AIPerf and genai-perf ' +
  '(profile_export_aiperf.json, profile_export_genai_perf.json, .csv), inference-perf (stage_*_ and summary_lifecycle_metrics.json, with config.yaml)';

export interface BenchmarkFile {
  readonly path: string;
  readonly text: string;
}

export interface ImportedRun {
  readonly run_id: string;
  readonly file: string;
  readonly tool: string;
  readonly load: string;
  readonly rows: number;
  readonly notes: readonly string[];
}

export type ImportResult =
  | { readonly ok: true; readonly rows: readonly TableRow[]; readonly runs: readonly ImportedRun[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface Recognised {
  readonly document: Document;
  readonly format: Format;
  readonly runs: readonly BenchmarkRun[];
}

/**
 * Read benchmark results.
 *
 * @param told what the files do not say, by column of the table
 * @returns the rows of all files in their order, or every problem, located: text that cannot be parsed, a format that is not known, what
 *   neither a file nor a flag says, names that the catalog does not have
 */
export const importBenchmarks = (files: readonly BenchmarkFile[], told: Told, catalog: Catalog): ImportResult => {
  const problems: Problem[] = [...namesTold(told, catalog)];
  const documents = files.flatMap(({ path, text }) => {
    const read = documentsOf(path, text);
    if (!read.ok) problems.push(...read.problems);
    return read.ok ? read.documents : [];
  });
  const recognised = documents.flatMap((document) => recognise(document, documents, problems));
  const ids = new Map<string, number>();
  const rows: TableRow[] = [];
  const runs: ImportedRun[] = [];
  const lacking = new Map<string, { readonly document: Document; readonly missing: Missing; places: string[] }>();
  for (const { document, format, runs: read } of recognised) {
    for (const run of read) {
      const source = `${basename(document.file)}${run.place === '' ? '' : ` ${run.place}`} (${format.tool})`;
      const named = { runId: runIdOf(document, run, ids), dataset: String(told.dataset ?? format.dataset), source };
      const about = { run_id: named.runId, file: document.file, tool: format.tool };
      if (Object.keys(run.metrics).length === 0) {
        runs.push({ ...about, load: '', rows: 0, notes: ['no request was answered: left out'] });
        continue;
      }
      const modelled = withModel(run, told, catalog);
      if (typeof modelled === 'string') {
        problems.push(problemAt(document.file, run.line, 1, modelled, modelHint(run.model ?? '', catalog)));
        continue;
      }
      const made = rowsOf(modelled, told, named);
      if (made.kind === 'missing') {
        const key = `${document.file}:${run.line}:${made.missing.columns.join()}`;
        const entry = lacking.get(key) ?? { document, missing: made.missing, places: [] };
        entry.places.push(run.place);
        lacking.set(key, entry);
        continue;
      }
      rows.push(...made.rows);
      const load = String(made.rows[0]?.load ?? '');
      runs.push({ ...about, load, rows: made.rows.length, notes: made.notes });
    }
  }
  for (const { document, missing, places } of lacking.values())
    problems.push(missingProblem(document, missing, places));
  if (problems.length === 0 && rows.length === 0) {
    const file = files[0]?.path ?? '';
    problems.push(problemAt(file, 1, 1, 'no file holds a benchmark result', `known: ${known}`));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rows, runs };
};

const recognise = (document: Document, all: readonly Document[], problems: Problem[]): readonly Recognised[] => {
  const { file, line, value } = document;
  const format = formats.find((each) => each.recognises(value));
  if (format === undefined) {
    // The settings of an inference-perf run come beside its results.
    if (isInferencePerfConfig(value)) return [];
    problems.push(problemAt(file, line, 1, 'not a benchmark result of a known tool', `known: ${known}`));
    return [];
  }
  const read = format.read(document, all);
  if (!isUnusable(read)) return [{ document, format, runs: read }];
  problems.push(problemAt(file, line, 1, `${read.message} (${format.tool})`, read.hint));
  return [];
};

const runIdOf = ({ file }: Document, run: BenchmarkRun, ids: Map<string, number>): string => {
  const stem = basename(file).replace(/\.\w+$/, '');
  const count = (ids.get(stem) ?? 0) + 1;
  ids.set(stem, count);
  return count === 1 && run.place === '' ? stem : `${stem}-${count}`;
};

const missingProblem = ({ file, line }: Document, { columns, flags }: Missing, places: readonly string[]): Problem => {
  const where = places[0] === '' ? '' : ` for ${places.length === 1 ? places[0] : `${places[0]} … ${places.at(-1)}`}`;
  const unsure = columns.includes('framework_version') || columns.includes('weight_precision');
  const hint = `give ${flags.join(', ')}${unsure ? ' ("unknown" where nobody knows)' : ''}`;
  return problemAt(file, line, 1, `neither the file nor a flag says the ${columns.join(', ')}${where}`, hint);
};

/** The run under the catalog's name of its model, or a sentence that says that there is none. */
const withModel = (run: BenchmarkRun, told: Told, catalog: Catalog): BenchmarkRun | string => {
  if (told.model !== undefined || run.model === undefined) return run;
  const found = findModel(catalog, run.model);
  return found.kind === 'found' ? { ...run, model: found.value.name } : `${missMessage(found)} (as the file names it)`;
};

const modelHint = (name: string, catalog: Catalog): string => {
  const found = findModel(catalog, name);
  const near = found.kind === 'not-found' ? missHint(found).hint : undefined;
  return `give its catalog name with --model${near === undefined ? '' : `; ${near}`}`;
};

/** Names given by flag must be the catalog's. */
const namesTold = (told: Told, catalog: Catalog): readonly Problem[] => {
  const checks = [['--hardware', told.hardware, findAccelerator] as const, ['--model', told.model, findModel] as const];
  return checks.flatMap(([flag, name, find]): readonly Problem[] => {
    if (name === undefined) return [];
    const found = find(catalog, String(name));
    if (found.kind === 'found') return [];
    return [problemAt(flag, 1, 1, missMessage(found), missHint(found).hint)];
  });
};
