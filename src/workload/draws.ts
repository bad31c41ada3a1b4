/** Draws for the distributions that a scenario names. Structural types: the scenario room stands to the right of this one. */
import type { Uniform } from '../kernel/random.js';
import {
  categorical,
  constant,
  type Draw,
  erlang,
  exponential,
  fillWith,
  gamma,
  hyperexponential,
  lognormal,
  lognormalOf,
  weibull,
} from '../kernel/variates.js';

export type DistributionSpec =
  | { readonly distribution: 'deterministic' | 'exponential'; readonly mean: number }
  | {
      readonly distribution: 'lognormal' | 'gamma' | 'hyperexponential' | 'weibull';
      readonly mean: number;
      readonly cv: number;
    }
  | { readonly distribution: 'erlang'; readonly mean: number; readonly k: number }
  | { readonly distribution: 'empirical'; readonly values: readonly number[] };

/** Draws in the unit of the spec's mean (seconds). */
export function drawOf(spec: DistributionSpec, uniform: Uniform): Draw {
  switch (spec.distribution) {
    case 'deterministic':
      return constant(spec.mean);
    case 'exponential':
      return exponential(uniform, spec.mean);
    case 'lognormal':
      return lognormal(uniform, spec.mean, spec.cv);
    case 'gamma':
      return gamma(uniform, spec.mean, spec.cv);
    case 'hyperexponential':
      return hyperexponential(uniform, spec.mean, spec.cv);
    case 'weibull':
      return weibull(uniform, spec.mean, spec.cv);
    case 'erlang':
      return erlang(uniform, spec.mean, spec.k);
    case 'empirical':
      return () => spec.values[Math.floor(uniform() * spec.values.length)]!;
  }
}

/** Mean of a distribution. */
export function meanOf(spec: DistributionSpec): number {
  if (spec.distribution !== 'empirical') return spec.mean;
  let sum = 0;
  for (const value of spec.values) sum += value;
  return sum / spec.values.length;
}

export type LengthsSpec =
  | { readonly kind: 'constant'; readonly tokens: number }
  | { readonly kind: 'lognormal'; readonly mean: number; readonly cv: number }
  | { readonly kind: 'quantiles'; readonly p50: number; readonly p99: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'histogram'; readonly values: readonly number[]; readonly weights: readonly number[] };

/** The standard normal's 99th percentile. */
const Z99 = 2.3263478740408408;

/** Draws whole numbers of tokens, at least one. `scale` multiplies them (growth of lengths). */
export function drawTokens(spec: LengthsSpec, uniform: Uniform, scale = 1): Draw {
  const raw = rawTokens(spec, uniform);
  const fill = (into: Float64Array): void => {
    fillWith(raw, into);
    for (let i = 0; i < into.length; i++) into[i] = wholeTokens(into[i]! * scale);
  };
  return Object.assign(() => wholeTokens(raw() * scale), { fill });
}

const wholeTokens = (tokens: number): number => Math.max(1, Math.round(tokens));

function rawTokens(spec: LengthsSpec, uniform: Uniform): Draw {
  switch (spec.kind) {
    case 'constant':
      return constant(spec.tokens);
    case 'lognormal':
      return lognormal(uniform, spec.mean, spec.cv);
    case 'quantiles':
      return lognormalOf(uniform, Math.log(spec.p50), Math.log(spec.p99 / spec.p50) / Z99);
    case 'uniform':
      return () => spec.min + Math.floor(uniform() * (spec.max - spec.min + 1));
    case 'histogram': {
      const pick = categorical(uniform, spec.weights);
      return () => spec.values[pick()]!;
    }
  }
}

/** Mean tokens of a length distribution (before rounding). */
export function meanTokens(spec: LengthsSpec): number {
  switch (spec.kind) {
    case 'constant':
      return spec.tokens;
    case 'lognormal':
      return spec.mean;
    case 'quantiles':
      return spec.p50 * Math.exp((Math.log(spec.p99 / spec.p50) / Z99) ** 2 / 2);
    case 'uniform':
      return (spec.min + spec.max) / 2;
    case 'histogram': {
      let sum = 0;
      let weights = 0;
      for (let i = 0; i < spec.values.length; i++) {
        sum += spec.values[i]! * spec.weights[i]!;
        weights += spec.weights[i]!;
      }
      return sum / weights;
    }
  }
}

/** Coefficient of variation of a length distribution (before rounding). */
export function cvTokens(spec: LengthsSpec): number {
  switch (spec.kind) {
    case 'constant':
      return 0;
    case 'lognormal':
      return spec.cv;
    case 'quantiles':
      return Math.sqrt(Math.expm1((Math.log(spec.p99 / spec.p50) / Z99) ** 2));
    case 'uniform':
      return (spec.max - spec.min) / Math.sqrt(12) / Math.max(meanTokens(spec), 1e-12);
    case 'histogram': {
      const mean = meanTokens(spec);
      let weights = 0;
      let squares = 0;
      for (let i = 0; i < spec.values.length; i++) {
        weights += spec.weights[i]!;
        squares += spec.weights[i]! * (spec.values[i]! - mean) ** 2;
      }
      return mean > 0 ? Math.sqrt(squares / weights) / mean : 0;
    }
  }
}
