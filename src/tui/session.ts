/**
 * The world the what-if screen is given. The screen never learns how simulations run: it sends edits to an engine and
 * shows the answers that come back.
 */
import type { ForecastResult, RecommendResult } from '../plan/results.js';
import type { Edit } from '../scenario/types.js';
import type { SimulationResult } from '../simulate/result.js';

/** How a number is shown, typed and written: `seconds` as a duration, `percent` as a fraction of one. */
export type NumberFormat = 'count' | 'percent' | 'per-second' | 'seconds' | 'money' | 'decimal';

interface LeverBase {
  readonly id: string;
  /** At most some 14 columns stay readable on a terminal of 100. */
  readonly label: string;
  /** The scenario path that this lever edits. */
  readonly path: string;
}

export interface NumberLever extends LeverBase {
  readonly kind: 'number';
  /** Canonical units: fractions of one, seconds, 1/s, USD. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** `multiply` steps geometrically (users 1200 → 1320 for 1.1), rounded to three digits. */
  readonly step: { readonly kind: 'add' | 'multiply'; readonly by: number };
  readonly format: NumberFormat;
  /** The value as it stands in the scenario, where it is written otherwise than `write(value)` would. */
  readonly from?: unknown;
  /** The value as a user would write it in the scenario; by the format (`8 %`, `18 /s`) unless given. */
  readonly write?: (value: number) => unknown;
}

export interface ChoiceLever extends LeverBase {
  readonly kind: 'choice';
  /** One of the options' values, as it stands in the scenario. */
  readonly value: unknown;
  readonly options: readonly { readonly value: unknown; readonly label: string }[];
}

export type WhatIfLever = NumberLever | ChoiceLever;

export interface WhatIfFigures {
  readonly kind: 'figures';
  readonly simulation: SimulationResult;
  /** `null` while only the simulation is known: the charts keep the last forecast, dimmed. */
  readonly forecast: ForecastResult | null;
  /** Replications behind these figures, of so many planned. */
  readonly replications: number;
  readonly planned: number;
  /** No tighter answer to the same edits will follow. */
  readonly final: boolean;
}

/** The edits lead to no system that can run: a model that does not fit, an invalid value. */
export interface WhatIfProblem {
  readonly kind: 'problem';
  readonly problem: string;
  readonly hint?: string;
}

export type WhatIfAnswer = WhatIfFigures | WhatIfProblem;

export interface WhatIfEngine {
  /**
   * Answers the scenario with these edits, the first answer fast, tighter ones after it. Resolves when no more will come;
   * after an abort nothing is reported and it resolves or rejects, whichever is easier.
   */
  evaluate(edits: readonly Edit[], onAnswer: (answer: WhatIfAnswer) => void, signal: AbortSignal): Promise<void>;
  /** The planner's answer for the scenario with these edits; the edits it recommends come on top of them. */
  recommend(edits: readonly Edit[], signal: AbortSignal): Promise<RecommendResult>;
  close(): Promise<void>;
}

export interface WhatIfWorld {
  readonly name: string;
  /** What deltas are measured against, as the header shows it: `scenarios/chat.yaml`. */
  readonly base: string;
  readonly seed: number;
  readonly levers: readonly WhatIfLever[];
  readonly engine: WhatIfEngine;
  readonly budgetMonthlyUsd: number | null;
  /** The command that repeats the base study; unsaved edits are printed as `--set` flags of it on quitting. */
  readonly command: string;
  /** Looks for one change that helps as soon as the base is known, without being asked. */
  readonly suggestsAtStart?: boolean;
  /** Writes the edits down and answers the path written. */
  save(edits: readonly Edit[]): Promise<string>;
}
