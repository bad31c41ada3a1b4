import type { ForecastResult, RecommendResult } from '../../plan/results.js';
import type { SimulationResult } from '../../simulate/result.js';
import type { Assumption } from '../text/validation.js';
import type { Table, Tone } from '../view/table.js';
import type { Verdict } from '../view/verdict.js';

/** What a planning report is made from. All of one scenario and seed. */
export interface ReportInput {
  readonly simulation: SimulationResult;
  readonly forecast: ForecastResult;
  readonly recommendation?: RecommendResult;
  /** The scenario file as it was read. */
  readonly scenarioText?: string;
  /** The command that repeats this report; without it the fingerprint alone is given. */
  readonly command?: string;
  readonly assumptions?: readonly Assumption[];
}

export type ChartName = 'cost' | 'items' | 'latency' | 'replicas' | 'sensitivity' | 'pareto';

/** A part of a report, the same for Markdown and HTML. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: Tone }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [label: string, text: string])[] }
  | { readonly kind: 'table'; readonly title: string; readonly table: Table; readonly legend: string }
  /** `service` chooses whose latency is drawn. HTML only; a table beside it carries the same figures. */
  | { readonly kind: 'chart'; readonly chart: ChartName; readonly service?: string; readonly caption: string }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'folded'; readonly summary: string; readonly blocks: readonly Block[] };

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Sections without blocks are left out. */
  readonly blocks: readonly Block[];
}

export interface ReportDocument {
  readonly name: string;
  readonly verdict: Verdict;
  /** Beside the name: period, seed, price dates, version. */
  readonly facts: readonly string[];
  readonly decision: readonly Block[];
  readonly sections: readonly Section[];
}
