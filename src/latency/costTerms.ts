import type { ServingConfig } from './config.js';
import type { ModelParts } from './modelParts.js';
import type { Placement } from './placement.js';
import type { ComputePath } from './precision.js';
import type { ResolvedProfile } from './resolveProfile.js';

/** One named part of a step whose time depends on the tokens in the step alone. */
export interface TokenTerm {
  readonly name: string;
  readonly why: string;
  /** Seconds by tokens in the step, at least 1. */
  readonly seconds: (tokens: number) => number;
}

/** One named part that is proportional to something. */
export interface RateTerm {
  readonly name: string;
  readonly why: string;
  readonly perUnitS: number;
}

/** What the cost is computed from; assembled by `planServing`. */
export interface StepInputs {
  readonly config: ServingConfig;
  readonly placement: Placement;
  readonly parts: ModelParts;
  readonly profile: ResolvedProfile;
  /** Arithmetic of the quantised layers, and of 16-bit work; FLOP/s before efficiencies. */
  readonly path: ComputePath;
  readonly peak16Flops: number;
  /** Bytes per second, datasheet. */
  readonly bandwidth: number;
}

/**
 * Two resources overlap: at either end the slower one decides, in between both show. The study's exponent is 2.1; 2 needs no power
 * function and differs by at most 1.7 % at the knee.
 */
export const smooth = (one: number, other: number): number => Math.sqrt(one * one + other * other);

/** Billions, for the words of a term. */
export const giga = (value: number): string => (value / 1e9).toFixed(2);
export const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
