import type { ForecastResult } from '../../plan/results.js';
import type { Edit } from '../../scenario/types.js';
import type { Interval } from '../../simulate/result.js';

/** What a gate's report may say beyond the rules themselves. All of it is optional: what is absent is not mentioned. */
export interface GateContext {
  /** Where the rules stand, for the heading: `budgets.yaml`. */
  readonly rulesSource?: string;
  /** What the figures are compared with: `main@3f2c`. */
  readonly baseName?: string;
  readonly replications?: number;
  /** By metric: the value in the base and the paired change. */
  readonly baseline?: Readonly<Record<string, BaseFigure>>;
  /** By metric: remarks such as `crossed in 2027-04`. */
  readonly notes?: Readonly<Record<string, readonly string[]>>;
  /** The edits that moved the figures, largest effect first. */
  readonly causes?: readonly { readonly edit: Edit; readonly effect: string }[];
  /** The cheapest change found that passes. */
  readonly fix?: { readonly edits: readonly Edit[]; readonly outcome: string; readonly command: string };
  /** `null` where the item does not exist on that side. */
  readonly costDiff?: readonly CostDifference[];
  readonly forecast?: ForecastResult;
  /** Assumptions that changed against the base, one sentence each. */
  readonly assumptions?: readonly string[];
  /** The command that repeats this gate. */
  readonly reproduce?: string;
  readonly reportUrl?: string;
}

export interface BaseFigure {
  readonly value: number | null;
  readonly change: number | null;
  readonly ci95: Interval;
}

export interface CostDifference {
  readonly item: string;
  readonly beforeUsd: number | null;
  readonly afterUsd: number | null;
}
