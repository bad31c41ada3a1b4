/** Runs one random fleet through the engine and its naive twin and names every difference. */
import { type LlmRun, runLlmFleet } from '../../../src/fleet/llm/fleet.js';
import { Histogram } from '../../../src/kernel/histogram.js';
import { type NaiveRow, type NaiveRun, runNaiveFleet } from './naiveFleet.js';
import { configOf, type FleetSpec, sourceOf } from './randomFleets.js';

export interface Comparison {
  readonly differences: readonly string[];
  readonly naive: NaiveRun;
  readonly run: LlmRun;
}

const close = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= 1e-9 * Math.max(1e-3, Math.abs(a), Math.abs(b));

export function compareRuns(spec: FleetSpec): Comparison {
  // How long it takes decides what a share of it means.
  const whole = runNaiveFleet(configOf(spec), sourceOf(spec), {
    warmupS: 0,
    untilS: Infinity,
    batches: 1,
    batchSize: 0,
  });
  const warmupS = spec.warmup * whole.untilS * 0.8;
  const untilS = spec.until === null ? Infinity : warmupS + spec.until * (whole.untilS - warmupS);
  const options = {
    warmupS,
    untilS,
    batches: spec.batches,
    batchSize: spec.batches > 1 ? Math.ceil(spec.requests / spec.batches) : 0,
  };
  const naive = runNaiveFleet(configOf(spec), sourceOf(spec), options);
  const rows: NaiveRow[] = [];
  const run = runLlmFleet(configOf(spec), sourceOf(spec), { ...options, sink: (row) => rows.push(row) });
  const { metrics } = run;
  const { meter, count } = naive;
  const differences: string[] = [];
  const check = (what: string, ours: number, theirs: number, exact: boolean): void => {
    if (exact ? ours !== theirs : !close(ours, theirs)) differences.push(`${what}: engine ${ours}, naive ${theirs}`);
  };
  const counts = { ...run, ...metrics } as unknown as Record<string, number>;
  for (const [name, value] of Object.entries(count)) check(name, counts[name]!, value, true);
  check('output tokens', metrics.outputTokens, meter.tokens, true);
  check('input tokens', metrics.inputTokens, meter.inputTokens, true);
  check('preemptions', metrics.preemptions, meter.preemptions, true);
  check('hit tokens', metrics.hitTokens, meter.hitTokens, true);
  check('looked up tokens', metrics.lookedUpTokens, meter.lookedUpTokens, true);
  check('until', run.untilS, naive.untilS, false);
  check('waiting', metrics.waiting.integral(run.untilS), meter.waiting.integral(naive.untilS), false);
  check('most waiting', metrics.waiting.max, meter.waiting.max, true);
  check('in system', metrics.inSystem.integral(run.untilS), meter.inSystem.integral(naive.untilS), false);
  check('most in system', metrics.inSystem.max, meter.inSystem.max, true);
  run.engines.forEach((engine, i) => {
    const theirs = meter.engines[i]!;
    check(`engine ${i} busy`, engine.busyS, theirs.busyS, false);
    check(`engine ${i} sequences`, engine.sequenceSeconds, theirs.sequenceSeconds, false);
    check(`engine ${i} tokens`, engine.tokenSeconds, theirs.tokenSeconds, false);
    check(`engine ${i} most sequences`, engine.maxSequencesSeen, theirs.maxSequences, true);
    check(`engine ${i} most tokens`, engine.maxTokensSeen, theirs.maxTokens, true);
  });
  check('rows', rows.length, naive.rows.length, true);
  rows.forEach((row, i) => {
    const theirs = naive.rows[i];
    if (!theirs) return;
    for (const key of ['arrivedAtS', 'queuedS', 'ttftS', 'e2eS'] as const)
      check(`row ${i} ${key}`, row[key], theirs[key], false);
    for (const key of ['promptTokens', 'outputTokens', 'replica'] as const)
      check(`row ${i} ${key}`, row[key], theirs[key], true);
  });
  compareHistograms('itl', merged(metrics.itl), meter.gaps, check);
  for (const name of ['ttft', 'tpot', 'e2e', 'queue'] as const) {
    metrics[name].forEach((histogram, batch) => {
      compareHistograms(`${name} of batch ${batch}`, histogram, naive[name][batch]!, check);
    });
  }
  return { differences, naive, run };
}

type Check = (what: string, ours: number, theirs: number, exact: boolean) => void;

function compareHistograms(what: string, ours: Histogram, theirs: Histogram, check: Check): void {
  check(`${what} count`, ours.count, theirs.count, true);
  for (const key of ['sum', 'min', 'max', 'sumSquares'] as const)
    check(`${what} ${key}`, ours[key], theirs[key], false);
  for (let bucket = 0; bucket < Histogram.buckets; bucket++) {
    check(`${what} bucket ${bucket}`, ours.countIn(bucket), theirs.countIn(bucket), true);
  }
}

function merged(histograms: readonly Histogram[]): Histogram {
  const all = new Histogram();
  for (const histogram of histograms) all.merge(histogram);
  return all;
}
