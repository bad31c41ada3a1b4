import type { ForecastResult } from '../../plan/results.js';
import { formatMonth } from '../format/date.js';
import { formatUsdInterval } from '../format/interval.js';
import { formatUsd, formatUsdChangeShort } from '../format/money.js';
import { formatPart } from '../format/quantity.js';
import { horizonItems, moneyShares } from '../view/costView.js';
import { hasMiss, periodTables } from '../view/forecastView.js';
import { plural, priceDates } from '../view/labels.js';
import { breachTable, hasEffect, sensitivityBars } from '../view/outlook.js';
import { forecastVerdict, verdictLine } from '../view/verdict.js';
import {
  headline,
  labelled,
  labelledFacts,
  layoutOf,
  nextLines,
  sectionLines,
  shorten,
  type TextOptions,
  tableSection,
  textOf,
  warningLines,
} from './layout.js';
import { alignTable } from './table.js';
import { wrap } from './width.js';

export interface ForecastTextOptions extends TextOptions {
  /** Every period instead of the first ones, the last and the first that misses something. */
  readonly allPeriods?: boolean;
  /** Names the file in the commands to try next; without it none are shown. */
  readonly scenarioPath?: string;
}

/** The answer of `forecast` for the terminal. Equal input gives equal bytes; no line is longer than `width`. */
export function renderForecast(forecast: ForecastResult, options: ForecastTextOptions): string {
  const layout = layoutOf(options);
  const verdict = forecastVerdict(forecast);
  const items = horizonItems(forecast);
  const lines = [
    ...headline(forecast.name, headlineFacts(forecast), layout),
    '',
    ...labelled('Verdict', verdictLine(verdict), layout, verdict.tone),
    ...periodLines(forecast, options),
    '',
    ...labelledFacts(
      'Total',
      [
        forecast.periods.every((period) => period.cost_usd.by_item.length === 0)
          ? 'nothing here has a price'
          : `${formatUsd(forecast.total_cost_usd.p50)} ${formatUsdInterval(fanEnds(forecast))}`.trimEnd(),
      ],
      layout,
    ),
    ...moneyLines(items, layout),
    ...swingLines(forecast, layout),
    ...tableSection('Breaches', breachTable(forecast.breaches), layout),
    ...sectionLines('', warningLines(forecast.warnings, layout), layout),
    ...sectionLines('', nextLines(nextCommands(forecast, options.scenarioPath), layout), layout),
  ];
  return textOf(lines);
}

function headlineFacts(forecast: ForecastResult): string[] {
  const first = forecast.periods[0];
  return [
    first === undefined ? 'no periods' : `${plural(forecast.periods.length, 'month')} from ${formatMonth(first.start)}`,
    `seed ${forecast.fingerprint.seed}`,
    priceDates(forecast.periods.flatMap((period) => period.cost_usd.by_item)),
  ];
}

function periodLines(forecast: ForecastResult, options: ForecastTextOptions): string[] {
  const layout = layoutOf(options);
  const tables = periodTables(forecast);
  const limit = options.allPeriods === true ? Number.POSITIVE_INFINITY : tables.length === 1 ? 12 : 8;
  const miss = forecast.periods.findIndex((period) => hasMiss(forecast, period));
  return tables.flatMap(({ title, table, legend }) => {
    if (table.rows.length === 0) return [];
    const { table: shown, hidden } = shorten(table, limit, miss);
    const more = hidden === 0 ? [] : [layout.theme.quiet(`  … (${hidden} more; --all)`)];
    const key = legend === '' ? [] : wrap(legend, layout.width - 2).map((line) => layout.theme.quiet(`  ${line}`));
    return sectionLines(title, [...alignTable(shown, layout), ...more, ...key], layout);
  });
}

function moneyLines(items: ReturnType<typeof horizonItems>, layout: ReturnType<typeof layoutOf>): string[] {
  const shares = moneyShares(items, 5).map(({ item, share }) => `${item} ${formatPart(share)}`);
  return shares.length === 0 ? [] : labelledFacts('Money goes to', shares, layout);
}

function swingLines(forecast: ForecastResult, layout: ReturnType<typeof layoutOf>): string[] {
  const bars = sensitivityBars(forecast);
  const moving = bars.filter(hasEffect).slice(0, 3);
  const texts = moving.map(
    ({ driver, lowUsd, highUsd }) => `${driver} ${formatUsdChangeShort(lowUsd)} … ${formatUsdChangeShort(highUsd)}`,
  );
  if (bars.length > 0 && texts.length === 0) texts.push(`nothing in ${bars.map(({ driver }) => driver).join(', ')}`);
  return texts.length === 0 ? [] : labelledFacts('Moves it most', texts, layout);
}

function nextCommands(forecast: ForecastResult, scenarioPath: string | undefined): (readonly [string, string])[] {
  if (scenarioPath === undefined) return [];
  const isTooDear = forecast.breaches.some((breach) => breach.what.startsWith('budget'));
  return [
    [`plimsoll whatif ${scenarioPath}`, 'explore what-ifs'],
    [`plimsoll recommend ${scenarioPath}`, isTooDear ? 'find a plan within the budget' : 'find a cheaper plan'],
  ];
}

const fanEnds = ({ total_cost_usd }: ForecastResult): readonly [number, number] => [
  total_cost_usd.p10,
  total_cost_usd.p90,
];
