/** `npm run conformance -- FILE.json…`: reference cases, simulated or evaluated, held against their expected values. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { readArguments } from './conformance/arguments.js';
import { evaluateCase, isQueueingCase, type Verdict } from './conformance/evaluateCase.js';
import { longestFirst } from './conformance/order.js';
import { evaluateOnWorkers, type Job } from './conformance/pool.js';
import { progressLine } from './conformance/progress.js';
import { type AnyCase, readReferenceFile, UnusableFile } from './conformance/referenceFile.js';
import { conformanceReport, type Evaluated } from './conformance/report.js';

const WORKER = new URL('./conformanceWorker.js', import.meta.url);
const FAILED = 3;
const UNUSABLE = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv, availableParallelism());
  if (typeof given === 'string') return complain(given);
  let files: readonly { readonly file: string; readonly one: AnyCase }[];
  try {
    files = given.files.flatMap((file) => readReferenceFile(file).map((one) => ({ file, one })));
  } catch (error) {
    if (error instanceof UnusableFile) return complain(error.message);
    throw error;
  }
  const verdicts = await evaluateAll(
    files.map(({ one }) => one),
    given.seed,
    given.workers,
  );
  const results = files.map((entry, at): Evaluated => ({ ...entry, verdict: verdicts[at]! }));
  process.stdout.write(conformanceReport(results));
  return results.some(({ verdict }) => verdict.status === 'failed') ? FAILED : 0;
}

async function evaluateAll(cases: readonly AnyCase[], seed: number, workers: number): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = new Array(cases.length);
  const jobs: Job[] = [];
  for (const at of longestFirst(cases)) {
    const one = cases[at]!;
    if (isQueueingCase(one)) jobs.push({ at, one, seed });
    else verdicts[at] = evaluateCase(one, seed);
  }
  const progress = progressLine(process.stderr, jobs.length);
  const finish = (at: number, verdict: Verdict): void => {
    verdicts[at] = verdict;
    progress.done();
  };
  if (workers === 1 || !existsSync(WORKER)) {
    for (const { at, one } of jobs) finish(at, evaluateCase(one, seed));
  } else {
    await evaluateOnWorkers(jobs, workers, WORKER, ({ at, verdict }) => finish(at, verdict));
  }
  progress.end();
  return verdicts;
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`);
  return UNUSABLE;
}
