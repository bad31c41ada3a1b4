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

/** What moves the total most, largest swing first. The results give the total at both ends; here are the changes. */
export function sensitivityBars(forecast: ForecastResult): readonly SensitivityBar[] {
  const middle = forecast.total_cost_usd.p50;
  const bars = forecast.sensitivity.map(({ driver, low, high }) => ({
    driver,
    lowUsd: exactChange(low, middle),
    highUsd: exactChange(high, middle),
  }));
  return bars.sort((a, b) => swing(b) - swing(a) || compareText(a.driver, b.driver));
}

export const hasEffect = (bar: SensitivityBar): boolean => swing(bar) > 0;

/** Totals are summed in more than one order; what differs in the last digits only is no change. */
const exactChange = (usd: number, middle: number): number =>
  Math.abs(usd - middle) <= 1e-9 * Math.abs(middle) ? 0 : usd - middle;

export function sensitivityTable(bars: readonly SensitivityBar[]): Table {
  return {
    columns: [label('Driver', 16), number('at its low'), number('at its high')],
    rows: bars.map((bar) =>
      hasEffect(bar)
        ? [bar.driver, formatUsdChange(bar.lowUsd), formatUsdChange(bar.highUsd)]
        : [bar.driver, 'no effect', 'no effect'],
    ),
  };
}

const swing = (bar: SensitivityBar): number => Math.max(Math.abs(bar.lowUsd), Math.abs(bar.highUsd));

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
