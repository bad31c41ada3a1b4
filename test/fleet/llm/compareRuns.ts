/** Runs one random fleet through the engine and its naive twin and names every difference. */
import type { Breakdown } from '../../../src/fleet/llm/breakdown.js';
import { type LlmRun, runLlmFleet } from '../../../src/fleet/llm/fleet.js';
import { Histogram } from '../../../src/kernel/histogram.js';
import { type NaiveBreakdown, type NaiveRow, type NaiveRun, runNaiveFleet } from './naiveFleet.js';
import { actsOf, configOf, type FleetSpec, sourceOf } from './randomFleets.js';
import { type Sight, scriptedControl } from './scriptedControl.js';

type Scripted = ReturnType<typeof scriptedControl>;

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
  const acts = actsOf(spec, whole.untilS);
  const [slow, fast] = [0, 1].map(() => scriptedControl(acts, configOf(spec).groups.length)) as [Scripted, Scripted];
  const naive = runNaiveFleet(configOf(spec), sourceOf(spec), { ...options, controller: slow.controller });
  const rows: NaiveRow[] = [];
  const run = runLlmFleet(configOf(spec), sourceOf(spec), {
    ...options,
    controller: fast.controller,
    sink: (row) => rows.push(row),
  });
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
  check('swaps', metrics.swaps, meter.swaps, true);
  check('preemptions', metrics.preemptions, meter.preemptions, true);
  check('hit tokens', metrics.hitTokens, meter.hitTokens, true);
  check('looked up tokens', metrics.lookedUpTokens, meter.lookedUpTokens, true);
  check('until', run.untilS, naive.untilS, false);
  check('waiting', metrics.waiting.integral(run.untilS), meter.waiting.integral(naive.untilS), false);
  check('most waiting', metrics.waiting.max, meter.waiting.max, true);
  check('in system', metrics.inSystem.integral(run.untilS), meter.inSystem.integral(naive.untilS), false);
  check('most in system', metrics.inSystem.max, meter.inSystem.max, true);
  const retired = run.groups.map((group) => group.retired);
  const engines = run.groups.flatMap((group) => group.engines);
  const none = { busyS: 0, sequenceSeconds: 0, tokenSeconds: 0, maxSequences: 0, maxTokens: 0 };
  const theirs = [none, ...meter.engines.filter((one) => one !== undefined)];
  const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
  for (const key of ['busyS', 'sequenceSeconds', 'tokenSeconds'] as const)
    check(
      `all ${key}`,
      sum([...retired, ...engines].map((one) => one[key])),
      sum(theirs.map((one) => one[key])),
      false,
    );
  for (const key of ['maxSequences', 'maxTokens'] as const) {
    const ours = [...retired, ...engines].map((one) => one[`${key}Seen`]);
    check(`all ${key}`, Math.max(...ours), Math.max(...theirs.map((one) => one[key])), true);
  }
  if (acts.length === 0) {
    engines.forEach((engine) => {
      const i = engine.engine;
      const naive = meter.engines[i] ?? none;
      for (const key of ['busyS', 'sequenceSeconds', 'tokenSeconds'] as const)
        check(`engine ${i} ${key}`, engine[key], naive[key], false);
      check(`engine ${i} most sequences`, engine.maxSequencesSeen, naive.maxSequences, true);
      check(`engine ${i} most tokens`, engine.maxTokensSeen, naive.maxTokens, true);
    });
  }
  run.groups.forEach(({ replicaSeconds }, group) => {
    for (const key of ['provisioned', 'ready', 'draining', 'serving'] as const)
      check(`${key} seconds of group ${group}`, replicaSeconds[key], naive.replicaSeconds[group]![key], false);
  });
  check('times that the circuit opened', metrics.circuitOpened, naive.circuit.opened, true);
  check('seconds that it was open', metrics.circuitOpen.integral(run.untilS), naive.circuit.openS, false);
  check('serving seconds', run.servingS, naive.servingS, false);
  for (const [reason, times] of Object.entries(metrics.rejectedFor))
    check(`rejected for ${reason}`, times, naive.rejectedFor[reason] ?? 0, true);
  compareParts('origin', metrics.byOrigin, naive.byOrigin, check);
  compareParts('tenant', metrics.byTenant, naive.byTenant, check);
  compareSights(fast.seen, slow.seen, warmupS, check);
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
  for (const name of ['ttft', 'tpot', 'e2e', 'queue', 'ttftByLevel', 'e2eByLevel'] as const) {
    metrics[name].forEach((histogram, batch) => {
      compareHistograms(`${name} of batch ${batch}`, histogram, naive[name][batch]!, check);
    });
  }
  return { differences, naive, run };
}

type Check = (what: string, ours: number, theirs: number, exact: boolean) => void;

/** What was counted of each origin or tenant. */
function compareParts(what: string, ours: readonly Breakdown[], theirs: readonly NaiveBreakdown[], check: Check): void {
  check(`${what}s`, ours.length, theirs.length, true);
  ours.forEach((part, i) => {
    const { arrived, rejected, answered } = theirs[i]!;
    check(`${what} ${i} arrived`, part.arrived, arrived, true);
    check(`${what} ${i} rejected`, part.rejected, rejected, true);
    check(`${what} ${i} completed`, part.completed, answered.length, true);
    part.answeredBy.forEach((times, group) => {
      const own = answered.filter((each) => each.group === group);
      check(`${what} ${i} by group ${group}`, times, own.length, true);
      const tokens = own.reduce((total, each) => total + each.tokens, 0);
      check(`${what} ${i} tokens from group ${group}`, part.tokensFrom[group]!, tokens, true);
    });
    for (const key of ['ttft', 'e2e'] as const) {
      const naive = new Histogram();
      for (const each of answered) naive.add(each[key]);
      compareHistograms(`${key} of ${what} ${i}`, part[key], naive, check);
    }
  });
}

/** What a controller saw at the same moments. Work is counted from the start of measurement on. */
function compareSights(ours: readonly Sight[], theirs: readonly Sight[], warmupS: number, check: Check): void {
  check('acts', ours.length, theirs.length, true);
  ours.forEach((sight, i) => {
    const other = theirs[i];
    if (!other) return;
    for (const key of ['held', 'waiting', 'inSystem', 'arrived'] as const)
      check(`act ${i} ${key}`, sight.levels[key], other.levels[key], true);
    sight.placed.forEach((placed, group) => {
      check(`act ${i} placed in group ${group}`, placed, other.placed[group]!, true);
    });
    check(`act ${i} replicas`, sight.replicas.length, other.replicas.length, true);
    sight.replicas.forEach((replica, r) => {
      const twin = other.replicas[r];
      if (!twin) return;
      const what = `act ${i} replica ${r}`;
      check(`${what} ${replica.state} as ${twin.state}`, Number(replica.state === twin.state), 1, true);
      for (const key of ['index', 'group', 'addedAtS', 'waiting', 'running', 'tokensHeld', 'tokensRoom'] as const)
        check(`${what} ${key}`, replica[key], twin[key], true);
      if (sight.now >= warmupS) check(`${what} busy`, replica.busyS, twin.busyS, false);
    });
  });
}

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
