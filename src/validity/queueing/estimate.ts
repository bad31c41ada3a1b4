import type { Stretch } from '../../fleet/stations/statistics.js';
import { Histogram } from '../../kernel/histogram.js';
import { type ControlBasis, controlBasis, regress } from './controls.js';
import type { KnownMeans, RecordFunction, Target } from './plan.js';

/** A simulated value with its interval. */
export interface Estimated {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Size that a ten-thousandth is measured against. */
  readonly scale: number;
  /** Quantiles: half-width of the interval of the probability that was inverted, relative to the share beyond the quantile. */
  readonly beyondHalfWidth?: number;
}

/** Relative step of the numeric derivatives. */
const STEP = 1e-5;

/** Estimates targets from batches of equal numbers of arrivals. */
export class Estimator {
  private readonly mean: Float64Array;
  private readonly basis: ControlBasis;
  private readonly all = { wait: new Histogram(), sojourn: new Histogram() };

  constructor(
    private readonly batches: readonly Stretch[],
    means: KnownMeans,
    private readonly level: number,
  ) {
    const records = batches.map((batch) => batch.record);
    this.mean = meanOf(records);
    this.basis = controlBasis(records, means);
    for (const { histograms } of batches) {
      if (histograms.wait !== undefined) this.all.wait.merge(histograms.wait);
      if (histograms.sojourn !== undefined) this.all.sojourn.merge(histograms.sojourn);
    }
  }

  estimate(target: Target, timeScale: RecordFunction): Estimated {
    switch (target.kind) {
      case 'sums': {
        const value = target.of(this.mean);
        const { shift, halfWidth } = regress(this.deviationsOf(target.of), this.basis, this.level);
        const centre = value + shift;
        return { value: centre, low: centre - halfWidth, high: centre + halfWidth, scale: target.scale(this.mean) };
      }
      case 'share': {
        const value = this.all[target.histogram].shareWithin(target.limit);
        const { shift, halfWidth } = this.shareAt(target.histogram, target.limit, value);
        return { value: value + shift, low: value + shift - halfWidth, high: value + shift + halfWidth, scale: 1 };
      }
      case 'quantile': {
        const all = this.all[target.histogram];
        const at = all.quantile(target.p);
        const { shift, halfWidth } = this.shareAt(target.histogram, at, all.shareWithin(at));
        const inverse = (p: number): number => all.quantile(Math.min(1, Math.max(0, p)));
        return inverted(inverse, target.p, shift, halfWidth, timeScale(this.mean));
      }
      case 'level': {
        const { at, levels, p } = target;
        const inverse = (share: number): number => levelQuantile(this.mean, at, levels, share);
        const below = belowLevel(at, inverse(p));
        const { shift, halfWidth } = regress(this.deviationsOf(below), this.basis, this.level);
        return inverted(inverse, p, shift, halfWidth, Math.max(1, inverse(p)));
      }
    }
  }

  /** Draws (gap, service, setup) whose sample mean contradicts the known one. */
  suspiciousDraws(): readonly (keyof KnownMeans)[] {
    return this.basis.suspicious;
  }

  /** Correlation of successive batches in the mean number in the system: near zero when batches are long enough. */
  serialCorrelation(): number {
    const deviations = this.deviationsOf((record) => record[1]! / record[0]!);
    let product = 0;
    let square = 0;
    for (let j = 0; j < deviations.length; j++) {
      square += deviations[j]! ** 2;
      if (j > 0) product += deviations[j]! * deviations[j - 1]!;
    }
    return square > 0 ? product / square : 0;
  }

  /** What each batch adds to the linearised function, around its value at the mean record. */
  private deviationsOf(of: RecordFunction): Float64Array {
    const { mean, batches } = this;
    const probe = mean.slice();
    const deviations = new Float64Array(batches.length);
    for (let i = 0; i < mean.length; i++) {
      if (mean[i] === 0) continue;
      const step = STEP * Math.abs(mean[i]!);
      probe[i] = mean[i]! + step;
      const above = of(probe);
      probe[i] = mean[i]! - step;
      const slope = (above - of(probe)) / (2 * step);
      probe[i] = mean[i]!;
      if (slope === 0 || !Number.isFinite(slope)) continue;
      for (let j = 0; j < deviations.length; j++) deviations[j]! += slope * (batches[j]!.record[i]! - mean[i]!);
    }
    return deviations;
  }

  private shareAt(name: 'wait' | 'sojourn', limit: number, share: number): { shift: number; halfWidth: number } {
    const { batches } = this;
    const perBatch = this.all[name].count / batches.length;
    const deviations = Float64Array.from(batches, ({ histograms }) => {
      const own = histograms[name]!;
      return own.count === 0 ? 0 : (own.count * (own.shareWithin(limit) - share)) / perBatch;
    });
    return regress(deviations, this.basis, this.level);
  }
}

/** The interval of a quantile: its probability's interval, read backwards. */
function inverted(
  inverse: (p: number) => number,
  p: number,
  shift: number,
  halfWidth: number,
  scale: number,
): Estimated {
  const centre = p - shift;
  return {
    value: inverse(centre),
    low: inverse(centre - halfWidth),
    high: inverse(centre + halfWidth),
    scale,
    beyondHalfWidth: halfWidth / (1 - p),
  };
}

function meanOf(records: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(records[0]!.length);
  for (const record of records) for (let i = 0; i < mean.length; i++) mean[i]! += record[i]! / records.length;
  return mean;
}

/** Share of time with at most `level` in the system. */
function belowLevel(at: number, level: number): RecordFunction {
  return (record) => {
    let sum = 0;
    for (let n = 0; n <= level; n++) sum += record[at + n]!;
    return sum / record[0]!;
  };
}

function levelQuantile(mean: Float64Array, at: number, levels: number, share: number): number {
  const target = Math.min(1, Math.max(0, share)) * mean[0]!;
  let sum = 0;
  for (let n = 0; n < levels; n++) {
    sum += mean[at + n]!;
    if (sum >= target) return n;
  }
  return levels;
}
