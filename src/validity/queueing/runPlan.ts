import { FIELD } from '../../fleet/stations/fields.js';
import type { Kept, Stretch } from '../../fleet/stations/statistics.js';
import { stream } from '../../kernel/random.js';
import { type Estimated, Estimator } from './estimate.js';
import type { KnownMeans, Plan, PlannedValue, PlanRun, RecordFunction } from './plan.js';

/** Half-widths that the references ask for: of the value, or of its natural scale. */
const TOLERANCE = 0.02;
const HEAVY_TOLERANCE = 0.05;
const HEAVY_LOAD = 0.95;
const SCALE_TOLERANCE = 1e-4;
/** Batches at the first look, between looks, and where pairs are merged. */
const FIRST_LOOK = 64;
const LOOK_EVERY = 16;
const MERGE_AT = 128;
/** A batch is at least this many memories long, and at least so many arrivals. */
const MEMORIES = 10;
const SHORTEST_BATCH = 10_000;
/** Batches dropped at the start. */
const WARMUP_BATCHES = 2;
/** Successive batches more alike than this are too short. */
const SERIAL_LIMIT = 0.3;
/** Arrivals after which a run gives up on the precision asked for. */
const LONGEST_RUN = 3e9;

export interface PlanOutcome {
  readonly estimates: readonly Estimated[];
  readonly precise: boolean;
  readonly arrivals: number;
  /** Draws whose mean is off: a fault of the run, whatever the values. */
  readonly suspicious: readonly (keyof KnownMeans)[];
}

const sojournScale: RecordFunction = (record) => record[FIELD.inSystem]! / record[FIELD.offered]!;

/** Runs a plan until every value is known as precisely as asked, at confidence `level` each. */
export function runToPrecision(plan: Plan, seed: number, level: number): PlanOutcome {
  const run = started(plan, seed);
  let size = Math.ceil(Math.max(SHORTEST_BATCH, MEMORIES * plan.memoryArrivals));
  run.next(WARMUP_BATCHES * size);
  let batches: Stretch[] = [];
  for (;;) {
    do batches.push(run.next(size));
    while (batches.length < FIRST_LOOK || batches.length % LOOK_EVERY !== 0);
    const arrivals = size * batches.length;
    const estimator = new Estimator(batches, plan.means, level);
    const estimates = plan.values.map((value) => estimator.estimate(value.target, sojournScale));
    const precise =
      estimates.every((estimate) => isPrecise(estimate, plan.load)) && estimator.serialCorrelation() < SERIAL_LIMIT;
    if (precise || arrivals >= LONGEST_RUN)
      return { estimates, precise, arrivals, suspicious: estimator.suspiciousDraws() };
    if (batches.length === MERGE_AT) {
      batches = mergedPairs(batches);
      size *= 2;
    }
  }
}

/** Runs a plan for a given number of arrivals. */
export function runForArrivals(plan: Plan, seed: number, level: number, arrivals: number): PlanOutcome {
  const run = started(plan, seed);
  const size = Math.ceil(arrivals / MERGE_AT);
  run.next(WARMUP_BATCHES * size);
  const batches = Array.from({ length: MERGE_AT }, () => run.next(size));
  const estimator = new Estimator(batches, plan.means, level);
  const estimates = plan.values.map((value) => estimator.estimate(value.target, sojournScale));
  const precise = estimates.every((estimate) => isPrecise(estimate, plan.load));
  return { estimates, precise, arrivals, suspicious: estimator.suspiciousDraws() };
}

/**
 * Whether an interval is as narrow as the references ask. A quantile next to an atom of its distribution (a p95 of the wait where 5.6 % wait)
 * moves by many per cent when the probability moves by little; there it is the share beyond it that must be known well.
 */
export function isPrecise(estimate: Estimated, load: number): boolean {
  const { value, low, high, scale, beyondHalfWidth } = estimate;
  if (!Number.isFinite(value)) return true;
  const tolerance = load > HEAVY_LOAD ? HEAVY_TOLERANCE : TOLERANCE;
  if ((high - low) / 2 <= Math.max(tolerance * Math.abs(value), SCALE_TOLERANCE * scale)) return true;
  return beyondHalfWidth !== undefined && beyondHalfWidth <= tolerance / 2;
}

function started(plan: Plan, seed: number): PlanRun {
  return plan.start((name) => stream(seed, 0, `${plan.name}/${name}`), keptFor(plan.values));
}

function keptFor(values: readonly PlannedValue[]): Kept {
  const uses = (histogram: 'wait' | 'sojourn'): boolean =>
    values.some(
      ({ target }) => (target.kind === 'quantile' || target.kind === 'share') && target.histogram === histogram,
    );
  return { wait: uses('wait'), sojourn: uses('sojourn'), service: false };
}

function mergedPairs(batches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (let i = 0; i + 1 < batches.length; i += 2) {
    const first = batches[i]!;
    const second = batches[i + 1]!;
    first.histograms.wait?.merge(second.histograms.wait!);
    first.histograms.sojourn?.merge(second.histograms.sojourn!);
    merged.push({ record: first.record.map((value, k) => value + second.record[k]!), histograms: first.histograms });
  }
  return merged;
}
