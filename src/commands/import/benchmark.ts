import { existsSync, readFileSync } from 'node:fs';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../../catalog/open.js';
import { type BenchmarkFile, importBenchmarks } from '../../import/benchmark/importBenchmarks.js';
import { columns, tableText } from '../../import/benchmark/table.js';
import type { Problem } from '../../scenario/types.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';
import { conditionFlags, toldBy } from './conditionFlags.js';

export default class ImportBenchmark extends BaseCommand {
  static override summary = 'results of GuideLLM, vLLM, AIPerf, genai-perf and inference-perf as a measurement table';
  static override examples = [
    '<%= config.bin %> import benchmark bench-*.json --hardware H100-SXM --tp 1 --framework-version 0.8.5 --weights bf16 -o table.csv',
    '<%= config.bin %> calibrate table.csv --write profile.yaml',
  ];
  static override strict = false;
  static override args = { file: Args.file({ description: 'result files, in any order and mix', required: true }) };
  static override flags = {
    ...conditionFlags,
    append: Flags.boolean({ description: 'add the rows to the table of -o, if it is there', dependsOn: ['output'] }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ImportBenchmark);
    this.begin(flags);
    const files = readAll(argv as string[]);
    const read = importBenchmarks(files, toldBy(flags), openCatalog());
    if (!read.ok) throw new InvalidInput(read.problems);
    const { rows, runs } = read;
    for (const { run_id, notes } of runs) for (const note of notes) this.note(`${run_id}: ${note}`);
    const before = flags.append && existsSync(flags.output!) ? tableBefore(flags.output!) : '';
    await this.answer({
      json: { schema_version: '1', columns, rows, runs },
      text: () => `${before}${tableText(rows, before === '')}`,
    });
    this.note(`${rows.length} rows of ${runs.length} runs`);
  }
}

/** @throws InvalidInput naming every file that cannot be read */
function readAll(paths: readonly string[]): readonly BenchmarkFile[] {
  const problems: Problem[] = [];
  const files = paths.flatMap((path): readonly BenchmarkFile[] => {
    try {
      return [{ path, text: readFileSync(path, 'utf8') }];
    } catch (error) {
      problems.push(inputProblem(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`));
      return [];
    }
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  return files;
}

/** The table that is there. @throws InvalidInput when its columns are others */
function tableBefore(path: string): string {
  const text = readFileSync(path, 'utf8');
  const [header = ''] = text.split(/\r?\n/, 1);
  if (header === columns.join(',')) return text.endsWith('\n') ? text : `${text}\n`;
  const hint = 'write to another file, or leave --append out to replace it';
  throw new InvalidInput([inputProblem(`${path} does not have the columns of a serving table`, { hint })]);
}
