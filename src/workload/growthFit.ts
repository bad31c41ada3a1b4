/// <reference path="./mlRegression.d.ts" />
/**
 * Growth fitted to a recorded series: a straight line through the values or through their logarithms, whichever told the last quarter of
 * the series better from the rest. Slopes are medians of pairwise slopes (Theil–Sen), so that single outliers do not move them.
 */
import { TheilSenRegression } from 'ml-regression';
import { mean, quantile } from 'simple-statistics';

export interface FittedGrowth {
  readonly model: 'exponential' | 'linear';
  /** Exponential: growth a month; linear: share of the last fitted value added a month. */
  readonly perMonth: number;
  /** Mean absolute error over the held-out last quarter, relative to its mean. */
  readonly heldOutError: number;
  /** Share of the value by which 80 % of the residuals stay within the line. */
  readonly spread80: number;
  readonly observations: number;
}

type Line = (month: number) => number;

/** @param months times of the observations in months, rising · @param values non-negative, as many */
export function fitGrowth(months: readonly number[], values: readonly number[]): FittedGrowth {
  const cut = Math.max(3, Math.ceil(months.length * 0.75));
  const error = (fit: (x: number[], y: number[]) => Line): number => {
    const line = fit(months.slice(0, cut), values.slice(0, cut));
    const rest = months.slice(cut).map((month, i) => Math.abs(line(month) - values[cut + i]!));
    return rest.length > 0 ? mean(rest) / Math.max(mean(values.slice(cut)), 1e-12) : 0;
  };
  const isPositive = values.every((value) => value > 0);
  const errors = { linear: error(linear), exponential: isPositive ? error(exponential) : Number.POSITIVE_INFINITY };
  const model = errors.exponential <= errors.linear ? 'exponential' : 'linear';
  const line = (model === 'exponential' ? exponential : linear)([...months], [...values]);
  const last = months.at(-1)!;
  const now = Math.max(line(last), 1e-12);
  const residuals = months.map((month, i) => Math.abs(values[i]! / Math.max(line(month), 1e-12) - 1));
  return {
    model,
    perMonth: line(last + 1) / now - 1,
    heldOutError: errors[model],
    spread80: quantile(residuals, 0.8),
    observations: months.length,
  };
}

function linear(x: number[], y: number[]): Line {
  const fit = new TheilSenRegression(x, y);
  return (month) => Math.max(0, fit.predict(month));
}

function exponential(x: number[], y: number[]): Line {
  const fit = new TheilSenRegression(
    x,
    y.map((value) => Math.log(value)),
  );
  return (month) => Math.exp(fit.predict(month));
}
