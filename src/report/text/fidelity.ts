/** The text of `fidelity`: errors by dataset, metric and hardware, and predicted against measured as a chart. */
import type { Cell, Table } from '../view/table.js';
import { label, number } from '../view/table.js';
import { logScatter, type Point } from './logScatter.js';
import { alignTable, type Layout } from './table.js';

/** What this text needs of a fidelity result. */
export interface FidelityView {
  readonly groups: readonly {
    readonly by: { readonly dataset: string; readonly metric: string; readonly hardware: string };
    readonly runs: number;
    readonly answered: number;
    readonly median_ape_pct: number | null;
    readonly p90_ape_pct: number | null;
    readonly bias_pct: number | null;
    readonly within_25_pct: number | null;
    readonly within_band80_pct: number | null;
  }[];
  readonly by_load: readonly {
    readonly by: { readonly dataset: string; readonly metric: string; readonly load: string };
    readonly answered: number;
    readonly mean_ape_pct: number;
    readonly median_ape_pct: number;
    readonly bias_pct: number;
  }[];
  readonly rows: readonly {
    readonly run_id: string;
    readonly metric: string;
    readonly measured: number;
    readonly predicted: number | null;
    readonly reason_if_unanswered: string | null;
    readonly beyond_physics?: true;
  }[];
}

const figure = (value: number | null, sign = false): string =>
  value === null ? '–' : `${sign && value > 0 ? '+' : ''}${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)}`;

/** A median error above a quarter is worth a look. */
const judgedError = (value: number | null): Cell =>
  value !== null && value > 25 ? { text: figure(value), tone: 'caution' } : figure(value);

const groupTable = (view: FidelityView): Table => ({
  columns: [
    { ...label('dataset', 10), dropOrder: 3 },
    { header: 'metric' },
    label('hardware', 8),
    number('rows'),
    number('answered', 2),
    number('median APE %'),
    number('p90 APE %', 1),
    number('bias %'),
    number('within 25 %', 4),
    number('in band 80 %', 5),
  ],
  rows: view.groups.map((group) => [
    group.by.dataset,
    group.by.metric,
    group.by.hardware,
    String(group.runs),
    group.answered === group.runs ? String(group.answered) : { text: String(group.answered), tone: 'caution' },
    judgedError(group.median_ape_pct),
    figure(group.p90_ape_pct),
    figure(group.bias_pct, true),
    figure(group.within_25_pct),
    figure(group.within_band80_pct),
  ]),
});

const loadTable = (view: FidelityView): Table => ({
  columns: [
    { ...label('dataset', 10), dropOrder: 2 },
    { header: 'metric' },
    { header: 'load' },
    number('rows'),
    number('mean APE %'),
    number('median APE %', 3),
    number('bias %', 1),
  ],
  rows: view.by_load.map(({ by, answered, mean_ape_pct, median_ape_pct, bias_pct }) => [
    by.dataset,
    by.metric,
    by.load,
    String(answered),
    judgedError(mean_ape_pct),
    figure(median_ape_pct),
    figure(bias_pct, true),
  ]),
});

const unanswered = (view: FidelityView): readonly string[] => {
  const reasons = new Map<string, number>();
  for (const { reason_if_unanswered: reason } of view.rows) {
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`);
};

const mostReasons = 8;

/** Metrics that share a unit and a scale share a chart. */
const charts = (view: FidelityView): ReadonlyMap<string, readonly Point[]> => {
  const byMetric = new Map<string, Point[]>();
  for (const { metric, measured, predicted } of view.rows) {
    if (predicted === null) continue;
    const points = byMetric.get(metric) ?? [];
    points.push({ x: measured, y: predicted });
    byMetric.set(metric, points);
  }
  return byMetric;
};

/** Table, reasons of unanswered rows, and one log-log chart a metric with the diagonal of perfect predictions. */
export const renderFidelity = (view: FidelityView, layout: Layout): string => {
  const { theme } = layout;
  const all = view.rows.length;
  const answered = view.rows.filter(({ predicted }) => predicted !== null).length;
  const lines = [
    theme.heading('Predictions against measurements'),
    `  ${answered} of ${all} rows answered`,
    '',
    ...alignTable(groupTable(view), layout),
  ];
  const beyond = view.rows.filter(({ beyond_physics }) => beyond_physics === true).length;
  if (beyond > 0) {
    lines.push('', theme.heading('Faster than physics allows'));
    const [rows, them] = beyond === 1 ? ['row', 'it'] : ['rows', 'them'];
    lines.push(
      `  ${beyond} ${rows}, left out of the errors: speculative decoding may explain ${them} (why, by row: --json)`,
    );
  }
  if (view.by_load.length > 0) {
    lines.push('', theme.heading('Errors by offered load over capacity, as simulated'), '');
    lines.push(...alignTable(loadTable(view), layout));
  }
  const reasons = unanswered(view);
  if (reasons.length > 0) {
    lines.push('', theme.heading('Not answered'));
    lines.push(...reasons.slice(0, mostReasons).map((reason) => `  ${reason}`));
    if (reasons.length > mostReasons) lines.push(`  and ${reasons.length - mostReasons} other reasons (see --json)`);
  }
  for (const [metric, points] of charts(view)) {
    lines.push('', theme.heading(`${metric}: predicted (up) against measured (across), ${points.length} rows`));
    lines.push(...logScatter(points, { width: Math.min(layout.width - 2, 64), height: 14, quiet: theme.quiet }));
  }
  return lines.join('\n');
};
