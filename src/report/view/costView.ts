import type { ForecastResult } from '../../plan/results.js';
import type { Cost, CostItem } from '../../simulate/result.js';
import { formatUsd } from '../format/money.js';
import { formatQuantity } from '../format/numbers.js';
import { formatPart } from '../format/quantity.js';
import { dateIn } from './labels.js';
import { label, number, type Table } from './table.js';

export interface MergedItem extends Omit<CostItem, 'unit_price_usd'> {
  /** `null` where the price changes between the merged parts. */
  readonly unit_price_usd: number | null;
}

/** The items of all periods merged by name, unit and source, dearest first. */
export function horizonItems(forecast: ForecastResult): readonly MergedItem[] {
  const merged = new Map<string, MergedItem>();
  for (const item of forecast.periods.flatMap((period) => period.cost_usd.by_item)) {
    const key = JSON.stringify([item.item, item.unit, item.source]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? item : addItems(before, item));
  }
  return dearestFirst([...merged.values()]);
}

/** Shares of the money by item: the largest `limit` and the rest as `other`. Empty where nothing was spent. */
export function moneyShares(
  items: readonly Pick<CostItem, 'item' | 'usd'>[],
  limit: number,
): readonly { readonly item: string; readonly usd: number; readonly share: number }[] {
  const byName = new Map<string, number>();
  for (const { item, usd } of items) byName.set(item, (byName.get(item) ?? 0) + usd);
  const total = [...byName.values()].reduce((sum, usd) => sum + usd, 0);
  if (!(total > 0)) return [];
  const sorted = dearestFirst([...byName].map(([item, usd]) => ({ item, usd })));
  const rest = sorted.slice(limit).reduce((sum, { usd }) => sum + usd, 0);
  const shown = rest > 0 ? [...sorted.slice(0, limit), { item: 'other', usd: rest }] : sorted.slice(0, limit);
  return shown.map(({ item, usd }) => ({ item, usd, share: usd / total }));
}

/** Quantity × price × source of each item. */
export function costItemTable(items: readonly MergedItem[]): Table {
  const total = items.reduce((sum, item) => sum + item.usd, 0);
  return {
    columns: [
      { ...label('Item', 24), cut: 'middle' },
      number('Quantity'),
      { header: 'Unit', shrinks: true, minWidth: 13 },
      number('Unit price'),
      number('Cost'),
      number('Share', 1),
      { header: 'Source', shrinks: true, minWidth: 20, dropOrder: 3 },
      { header: 'As of', dropOrder: 2 },
    ],
    rows: dearestFirst(items).map((item) => [
      item.item,
      formatQuantity(item.quantity),
      item.unit,
      item.unit_price_usd === null ? 'varies' : formatUsd(item.unit_price_usd),
      formatUsd(item.usd),
      formatPart(total > 0 ? item.usd / total : null),
      item.source,
      dateIn(item.as_of),
    ]),
  };
}

/** Who pays for shared pools; no rows where none is shared. */
export function costShareTable({ by_service = {} }: Pick<Cost, 'by_service'>): Table {
  const month = Object.values(by_service).reduce((sum, share) => sum + share.per_month_usd, 0);
  return {
    columns: [label('Service', 16), number('Cost'), number('A month'), number('Share of the month')],
    rows: Object.entries(by_service).map(([name, share]) => [
      name,
      formatUsd(share.total_usd),
      formatUsd(share.per_month_usd),
      formatPart(month > 0 ? share.per_month_usd / month : null),
    ]),
  };
}

/** By cost, ties by name, so that the order never depends on the input's. */
function dearestFirst<T extends { readonly item: string; readonly usd: number }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => b.usd - a.usd || (a.item < b.item ? -1 : Number(a.item > b.item)));
}

function addItems(a: MergedItem, b: CostItem): MergedItem {
  return {
    ...a,
    quantity: a.quantity + b.quantity,
    usd: a.usd + b.usd,
    unit_price_usd: a.unit_price_usd === b.unit_price_usd ? a.unit_price_usd : null,
    as_of: dateIn(a.as_of) > dateIn(b.as_of) ? a.as_of : b.as_of,
  };
}
