import type { Breach, ForecastResult } from '../../plan/results.js';
import { formatUsdChange } from '../format/money.js';
import { ABSENT } from '../format/numbers.js';
import { formatProbability } from '../format/quantity.js';
import { breachLabel } from './labels.js';
import { label, number, type Table } from './table.js';

/** What may break, when: soonest first. */
export function breachTable(breaches: readonly Breach[]): Table {
  return {
    columns: [
      label('What breaks', 16),
      { header: 'Limit', shrinks: true, minWidth: 8 },
      number('Chance'),
      { header: 'P10' },
      { header: 'P50' },
      { header: 'P90' },
    ],
    rows: bySoonest(breaches).map((breach) => [
      breachLabel(breach.what),
      breach.limit,
      { text: formatProbability(breach.probability), tone: breach.probability >= 0.5 ? 'bad' : 'caution' },
      breach.date.p10 ?? ABSENT,
      breach.date.p50 ?? ABSENT,
      breach.date.p90 ?? ABSENT,
    ]),
  };
}

/** By the date that is likely (P50), then by chance; what has no likely date comes last. */
export function bySoonest(breaches: readonly Breach[]): readonly Breach[] {
  const day = (breach: Breach): string => breach.date.p50 ?? `~${breach.date.p10 ?? '~'}`;
  return [...breaches].sort(
    (a, b) => compareText(day(a), day(b)) || b.probability - a.probability || compareText(a.what, b.what),
  );
}

export interface SensitivityBar {
  readonly driver: string;
  /** Change of the total cost in USD with the driver at its low and at its high value. */
  readonly lowUsd: number;
  readonly highUsd: number;
}

/**
 * What moves the total most, largest swing first. Results give the ends either as changes or as totals; ends that lie
 * on both sides of P50 and away from zero can only be totals (a change that large would double the bill both ways).
 */
export function sensitivityBars(forecast: ForecastResult): readonly SensitivityBar[] {
  const middle = forecast.total_cost_usd.p50;
  const bars = forecast.sensitivity.map(({ driver, low, high }) => {
    const areTotals = Math.min(low, high) > 0 && Math.min(low, high) <= middle && middle <= Math.max(low, high);
    return { driver, lowUsd: areTotals ? low - middle : low, highUsd: areTotals ? high - middle : high };
  });
  return bars.sort((a, b) => swing(b) - swing(a) || compareText(a.driver, b.driver));
}

export function sensitivityTable(bars: readonly SensitivityBar[]): Table {
  return {
    columns: [label('Driver', 16), number('at its low'), number('at its high')],
    rows: bars.map((bar) => [bar.driver, formatUsdChange(bar.lowUsd), formatUsdChange(bar.highUsd)]),
  };
}

const swing = (bar: SensitivityBar): number => Math.max(Math.abs(bar.lowUsd), Math.abs(bar.highUsd));

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
