import { fittedHyperexponential } from '../../kernel/variates.js';
import type { Estimated } from './estimate.js';
import { isApproximation } from './keys.js';
import { MODELS } from './models.js';
import type { Plan, PlannedValue } from './plan.js';
import { Params, type ReferenceCase, UnknownInput } from './referenceCase.js';
import { type PlanOutcome, runForArrivals, runToPrecision } from './runPlan.js';

/** A value that missed its reference. */
export interface Miss {
  readonly key: string;
  readonly got: string;
  readonly expected: number;
}

export interface CaseVerdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly misses: readonly Miss[];
  /** Why the case, or these values of it, were skipped. */
  readonly skips: readonly string[];
  readonly arrivals: number;
}

/** Confidence that all intervals of a case hold their values together. */
const CASE_LEVEL = 0.999;
/** Length of the rerun, in lengths of the first run. */
const RERUN_LENGTH = 4;
/** An interval is taken as no narrower than this share of the natural scale: rarer events may not have happened at all. */
const RESOLUTION = 1e-5;
/** Half of a histogram bucket, relative. */
const BUCKET = 1 / 256;
/** Relative tolerance of constants that are computed and not simulated. */
const COMPUTED = 1e-9;

/** Simulates one reference case and compares. Deterministic in (case, seed). */
export function runCase(reference: ReferenceCase, seed: number): CaseVerdict {
  const { model, expected } = reference;
  const keys = Object.keys(expected);
  if (model === 'distribution') return compareDistribution(reference);
  if (keys.every((key) => isApproximation(key)))
    return skipped('an approximation or a bound, not a value to reproduce');
  const planner = Object.hasOwn(MODELS, model) ? MODELS[model] : undefined;
  if (planner === undefined) return skipped(`unknown kind ${model}`);
  try {
    const params = new Params(reference.params);
    const { plans, unknown } = planner(reference.id, params, expected);
    params.finish();
    const skips = unknown.map((key) =>
      isApproximation(key) ? `${key} is an approximation or a bound` : `unknown value ${key}`,
    );
    if (plans.length === 0) return { status: 'skipped', misses: [], skips, arrivals: 0 };
    return simulateCase(plans, seed, skips);
  } catch (error) {
    if (error instanceof UnknownInput) return skipped(error.message);
    throw error;
  }
}

function simulateCase(plans: readonly Plan[], seed: number, skips: readonly string[]): CaseVerdict {
  const values = plans.reduce((sum, plan) => sum + plan.values.length, 0);
  const level = 1 - (1 - CASE_LEVEL) / values;
  const first = plans.map((plan) => runToPrecision(plan, seed, level));
  let misses = missesOf(plans, first);
  let arrivals = arrivalsOf(first);
  if (misses.length > 0) {
    const again = plans.map((plan, i) => runForArrivals(plan, seed + 1, level, RERUN_LENGTH * first[i]!.arrivals));
    misses = missesOf(plans, again);
    arrivals += arrivalsOf(again);
  }
  return { status: misses.length === 0 ? 'passed' : 'failed', misses, skips, arrivals };
}

function missesOf(plans: readonly Plan[], outcomes: readonly PlanOutcome[]): Miss[] {
  return plans.flatMap((plan, i) => {
    const { estimates, precise, arrivals, suspicious } = outcomes[i]!;
    const off = suspicious.map(
      (draw): Miss => ({ key: `mean ${draw} drawn`, got: 'far off', expected: plan.means[draw]! }),
    );
    return [...off, ...plan.values.flatMap((value, j) => missOf(value, estimates[j]!, precise, arrivals))];
  });
}

function missOf(
  { label, expected, target }: PlannedValue,
  estimate: Estimated,
  precise: boolean,
  arrivals: number,
): Miss[] {
  const { value, low, high, scale } = estimate;
  const resolution = Math.max(RESOLUTION * scale, target.kind === 'quantile' ? BUCKET * Math.abs(expected) : 0);
  const floor = Math.max(0, RESOLUTION * scale - (high - low) / 2);
  const slack = target.kind === 'quantile' ? resolution : floor;
  const inside = expected >= low - slack && expected <= high + slack;
  const interval = `${show(value)} [${show(low)}, ${show(high)}]`;
  if (!inside) return [{ key: label, got: interval, expected }];
  return precise ? [] : [{ key: label, got: `${interval}, not narrow enough after ${arrivals} arrivals`, expected }];
}

/** The balanced-means fit of a hyperexponential: computed, so compared as numbers. */
function compareDistribution(reference: ReferenceCase): CaseVerdict {
  try {
    const params = new Params(reference.params);
    const mean = params.number('mean');
    const scv = params.number('scv');
    params.finish();
    if (scv < 1) return skipped(`no hyperexponential has scv ${scv}`);
    const { p1, mean1, mean2 } = fittedHyperexponential(mean, Math.sqrt(scv));
    const known: Readonly<Record<string, number>> = {
      p1,
      rate1: 1 / mean1,
      rate2: 1 / mean2,
      p2: 1 - p1,
      mean1,
      mean2,
    };
    const misses: Miss[] = [];
    const skips: string[] = [];
    for (const [key, expected] of Object.entries(reference.expected)) {
      const got = Object.hasOwn(known, key) ? known[key]! : undefined;
      if (got === undefined || typeof expected !== 'number') skips.push(`unknown value ${key}`);
      else if (Math.abs(got - expected) > COMPUTED * Math.abs(expected)) misses.push({ key, got: show(got), expected });
    }
    return { status: misses.length === 0 ? 'passed' : 'failed', misses, skips, arrivals: 0 };
  } catch (error) {
    if (error instanceof UnknownInput) return skipped(error.message);
    throw error;
  }
}

function arrivalsOf(outcomes: readonly PlanOutcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + outcome.arrivals, 0);
}

function skipped(why: string): CaseVerdict {
  return { status: 'skipped', misses: [], skips: [why], arrivals: 0 };
}

function show(value: number): string {
  return Number(value.toPrecision(6)).toString();
}
