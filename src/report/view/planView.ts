import type { CompareResult, LeverOutcome, ParetoPoint, RecommendResult } from '../../plan/results.js';
import type { Edit } from '../../scenario/types.js';
import { formatMs } from '../format/duration.js';
import { formatUsdInterval } from '../format/interval.js';
import { formatMetric, formatMetricChange, formatMetricInterval } from '../format/metric.js';
import { formatUsd } from '../format/money.js';
import { formatCarbon, formatShare } from '../format/quantity.js';
import { metricLabel } from './labels.js';
import { type Column, label, number, type Table } from './table.js';

/** A scenario value as the user would type it on one line; `unset` where the key is absent. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'unset';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${valueText(inner)}`)
    .join(', ')}}`;
}

/** `pools.us-gpu.instance: aws/p5.48xlarge → aws/p4d.24xlarge`. */
export const editText = (edit: Edit): string => `${edit.path}: ${valueText(edit.from)} → ${valueText(edit.to)}`;

export function editTable(edits: readonly Edit[]): Table {
  return {
    columns: [
      label('Change', 20),
      { header: 'from', shrinks: true, minWidth: 8 },
      { header: 'to', shrinks: true, minWidth: 8 },
    ],
    rows: edits.map((edit) => [edit.path, valueText(edit.from), { text: valueText(edit.to), tone: 'strong' }]),
  };
}

/** `$24,100 to $25,800 a month (95 % interval)`; one figure where the interval has no width. */
export const savingText = ([low, high]: readonly [number, number]): string =>
  low === high ? `${formatUsd(low)} a month` : `${formatUsd(low)} to ${formatUsd(high)} a month (95 % interval)`;

/** Each lever by itself, largest saving first; a saving is positive. */
export function leverTable(levers: readonly LeverOutcome[]): Table {
  return {
    columns: [
      label('Lever', 14),
      number('Saves / month'),
      { header: '[95 % CI]', dropOrder: 2 },
      { header: 'Fits', align: 'left' },
      { header: 'Risk', shrinks: true, minWidth: 12, dropOrder: 1 },
    ],
    rows: bySaving(levers).map((lever) => [
      lever.name,
      {
        text: formatUsd(lever.saving_per_month_usd),
        tone: lever.saving_per_month_usd > 0 && lever.feasible ? 'good' : 'quiet',
      },
      formatUsdInterval(lever.ci95),
      lever.feasible ? { text: '✓', tone: 'good' } : { text: '✗ misses a constraint', tone: 'bad' },
      lever.risk,
    ]),
  };
}

export const bySaving = (levers: readonly LeverOutcome[]): readonly LeverOutcome[] =>
  [...levers].sort(
    (a, b) => b.saving_per_month_usd - a.saving_per_month_usd || (a.name < b.name ? -1 : Number(a.name > b.name)),
  );

/** What else changes when the lever is pulled: `chat TTFT p95 412 ms → 655 ms`. The cost is in the table already. */
export const effectTexts = (lever: LeverOutcome): readonly string[] =>
  Object.entries(lever.effect)
    .filter(([metric]) => metric !== 'cost.per_month_usd')
    .map(([metric, { before, after }]) => {
      return `${metricLabel(metric)} ${formatMetric(metric, before)} → ${formatMetric(metric, after)}`;
    });

/** The plans that no other plan beats in everything, cheapest first. */
export function paretoTable(points: readonly ParetoPoint[]): Table {
  const isKnown = (key: 'availability' | 'carbon_kg'): boolean => points.some((point) => point[key] !== null);
  return {
    columns: [
      number('Cost / month'),
      number('e2e p95'),
      number('Availability'),
      number('Carbon', 1),
      label('Plan', 20),
    ],
    rows: [...points]
      .sort((a, b) => a.cost_per_month_usd - b.cost_per_month_usd)
      .map((point) => [
        formatUsd(point.cost_per_month_usd),
        formatMs(point.p95_ms),
        isKnown('availability') ? formatShare(point.availability) : '',
        isKnown('carbon_kg') ? formatCarbon(point.carbon_kg) : '',
        point.edits.length === 0 ? 'as it stands' : point.edits.map(editText).join(', '),
      ]),
  };
}

export function violationTable(violations: RecommendResult['base']['violations']): Table {
  return {
    columns: [label('Constraint', 16), { header: 'Limit', shrinks: true }, { header: 'Present', shrinks: true }],
    rows: violations.map(({ what, limit, value }) => [what, limit, { text: value, tone: 'bad' }]),
  };
}

/**
 * One metric a row, at most `groupSize` scenarios a table; the last one carries the paired change, with `●` where its
 * interval excludes zero.
 */
export function compareTables(result: CompareResult, groupSize: number): readonly Table[] {
  const indices = result.scenarios.map((_, index) => index);
  const count = Math.max(1, Math.ceil(indices.length / Math.max(1, groupSize)));
  return Array.from({ length: count }, (_, group) =>
    compareTable(result, indices.slice(group * groupSize, (group + 1) * groupSize), group === count - 1),
  );
}

function compareTable(result: CompareResult, shown: readonly number[], hasChange: boolean): Table {
  const metric: Column = { ...label('Metric', 22), cut: 'middle' };
  const change: readonly Column[] = [number('Change'), { header: '[95 % CI]', dropOrder: 1 }, { header: '' }];
  const scenario = (index: number): Column => ({
    ...number(result.scenarios[index] ?? ''),
    ...{ shrinks: true, minWidth: 9, maxWidth: 24, cut: 'middle' },
  });
  return {
    columns: [metric, ...shown.map(scenario), ...(hasChange ? change : [])],
    rows: result.differences.map((difference) => [
      difference.metric,
      ...shown.map((index) => formatMetric(difference.metric, difference.values[index])),
      formatMetricChange(difference.metric, difference.delta),
      formatMetricInterval(difference.metric, difference.ci95, difference.delta),
      difference.significant ? { text: '●', tone: 'strong' } : '',
    ]),
  };
}
