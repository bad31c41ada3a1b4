/** Levers and edits: stepping, typing and writing values. Edits are the only truth; a lever's value is read from them. */
import type { Edit } from '../scenario/types.js';
import { count, duration, percent, rate, shortMoney } from './format.js';
import type { NumberFormat, NumberLever, WhatIfLever } from './session.js';

const sameValue = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** Applies edits on top of edits, one a path; what returns to its first value is no edit. */
export function mergeEdits(edits: readonly Edit[], more: readonly Edit[]): readonly Edit[] {
  const merged = new Map(edits.map((edit) => [edit.path, edit]));
  for (const { path, from, to } of more) {
    const first = merged.has(path) ? merged.get(path)?.from : from;
    if (sameValue(first, to)) merged.delete(path);
    else merged.set(path, { path, from: first, to });
  }
  return [...merged.values()];
}

/** A name for a set of edits, the same for the same set. */
export const editsKey = (edits: readonly Edit[]): string =>
  JSON.stringify(edits.map(({ path, to }) => [path, to] as const).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The raw value of a lever under these edits, as the scenario would hold it. */
function rawValue(lever: WhatIfLever, edits: readonly Edit[]): unknown {
  const edit = edits.find(({ path }) => path === lever.path);
  return edit ? edit.to : lever.value;
}

/** The number a number lever stands at; its own value where an edit holds something that is no number. */
export function numberAt(lever: NumberLever, edits: readonly Edit[]): number {
  const raw = rawValue(lever, edits);
  if (typeof raw === 'number') return raw;
  const parsed = parseNumber(String(raw), lever.format);
  return parsed ?? lever.value;
}

/** The value as the screen shows it. */
export function shownValue(lever: WhatIfLever, edits: readonly Edit[]): string {
  if (lever.kind === 'number') return formatNumber(numberAt(lever, edits), lever.format);
  const raw = rawValue(lever, edits);
  return lever.options.find(({ value }) => sameValue(value, raw))?.label ?? String(raw);
}

/** The change against the base: `+10 %`, `+2`, `●` for a choice, empty where there is none. */
export function shownChange(lever: WhatIfLever, edits: readonly Edit[]): string {
  if (!edits.some(({ path }) => path === lever.path)) return '';
  if (lever.kind === 'choice') return '●';
  const delta = numberAt(lever, edits) - lever.value;
  if (delta === 0) return '';
  const sign = delta > 0 ? '+' : '−';
  const share = Math.abs(delta / lever.value);
  if (lever.step.kind === 'multiply' && lever.value !== 0)
    return share < 10 ? `${sign}${percent(Number(share.toFixed(2)))}` : `×${count(1 + share)}`;
  if (lever.format === 'percent') return `${sign}${count(Math.abs(delta) * 100)} pt`;
  return sign + formatNumber(Math.abs(delta), lever.format);
}

/** Where the lever stands between its ends, 0 to 1; by ratio for geometric steps. */
export function leverPosition(lever: WhatIfLever, edits: readonly Edit[]): number {
  if (lever.kind === 'choice') {
    const raw = rawValue(lever, edits);
    const at = lever.options.findIndex(({ value }) => sameValue(value, raw));
    return Math.max(0, at) / Math.max(1, lever.options.length - 1);
  }
  const isRatio = lever.step.kind === 'multiply' && lever.min > 0;
  const scale = (value: number): number => (isRatio ? Math.log(Math.max(value, lever.min)) : value);
  const range = scale(lever.max) - scale(lever.min);
  return range > 0 ? clamp((scale(numberAt(lever, edits)) - scale(lever.min)) / range, 0, 1) : 0;
}

/** Whether another step in this direction exists. */
export function canStep(lever: WhatIfLever, edits: readonly Edit[], direction: -1 | 1): boolean {
  return stepEdit(lever, edits, direction) !== null;
}

/** The edit of one step left or right, or `null` at the end of the range. */
export function stepEdit(lever: WhatIfLever, edits: readonly Edit[], direction: -1 | 1): Edit | null {
  if (lever.kind === 'choice') {
    const raw = rawValue(lever, edits);
    const at = lever.options.findIndex(({ value }) => sameValue(value, raw));
    const next = lever.options[at === -1 ? 0 : at + direction];
    return next ? { path: lever.path, from: lever.value, to: next.value } : null;
  }
  const now = numberAt(lever, edits);
  const next = clamp(nextNumber(lever, now, direction), lever.min, lever.max);
  return next === now ? null : numberEdit(lever, next);
}

function nextNumber(lever: NumberLever, now: number, direction: -1 | 1): number {
  const { kind, by } = lever.step;
  if (kind === 'add') {
    // On the grid of steps, so that 0.1 + 0.2 stays 0.3.
    return Number((now + direction * by).toPrecision(12));
  }
  const next = Number((direction > 0 ? now * by : now / by).toPrecision(3));
  if (lever.format !== 'count') return next;
  const whole = Math.round(next);
  return whole === now ? now + direction : whole;
}

/** The edit that sets a number lever, written as the user would write it. */
export function numberEdit(lever: NumberLever, value: number): Edit {
  const write = lever.write ?? ((number: number) => writeNumber(number, lever.format));
  const from = lever.from === undefined ? write(lever.value) : lever.from;
  return { path: lever.path, from, to: value === lever.value ? from : write(value) };
}

export type Typed = { readonly ok: true; readonly edit: Edit } | { readonly ok: false; readonly reason: string };

/** The edit that a typed text means for this lever. */
export function typedEdit(lever: WhatIfLever, text: string): Typed {
  if (lever.kind === 'choice') {
    const wanted = text.trim().toLowerCase();
    const label = ({ label }: { label: string }): string => label.toLowerCase();
    const hit =
      lever.options.find((option) => label(option) === wanted) ??
      lever.options.find((option) => label(option).split(' ').includes(wanted)) ??
      lever.options.find((option) => label(option).startsWith(wanted)) ??
      lever.options.find((option) => label(option).includes(wanted));
    if (!hit) return { ok: false, reason: `one of ${lever.options.map(({ label }) => label).join(', ')}` };
    return { ok: true, edit: { path: lever.path, from: lever.value, to: hit.value } };
  }
  const value = parseNumber(text, lever.format);
  if (value === null) return { ok: false, reason: `a ${EXAMPLES[lever.format]}` };
  if (lever.format === 'count' && !Number.isInteger(value)) return { ok: false, reason: 'a whole number' };
  if (value < lever.min || value > lever.max) {
    return {
      ok: false,
      reason: `from ${formatNumber(lever.min, lever.format)} to ${formatNumber(lever.max, lever.format)}`,
    };
  }
  return { ok: true, edit: numberEdit(lever, value) };
}

const EXAMPLES: Readonly<Record<NumberFormat, string>> = {
  count: 'number, as 1200 or 1.2k',
  decimal: 'number, as 0.5',
  percent: 'share, as 8 %',
  'per-second': 'rate, as 18 /s or 40 /h',
  seconds: 'duration, as 90 s or 5 min',
  money: 'sum, as 45k USD',
};

const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  b: 1e9,
  ms: 0.001,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  '/s': 1,
  '/min': 1 / 60,
  '/h': 1 / 3600,
};

/** Reads a number typed in a lever's format; `null` when it is none. */
export function parseNumber(text: string, format: NumberFormat): number | null {
  const match = /^\$?\s*([+-]?[\d_,]*\.?\d+(?:e[+-]?\d+)?)\s*(.*)$/i.exec(text.trim().replace('−', '-'));
  if (!match) return null;
  const value = Number(match[1]?.replace(/[_,]/g, ''));
  const unit = (match[2] ?? '')
    .toLowerCase()
    .replace(/\s/g, '')
    .replace(/usd|\/month|\/mo/g, '');
  if (!Number.isFinite(value)) return null;
  if (format === 'percent') return unit === '' || unit === '%' ? value / 100 : null;
  if (format === 'per-second') return unit === '' ? value : scaled(value, unit, ['/s', '/min', '/h']);
  if (format === 'seconds') return scaled(value, unit === '' ? 's' : unit, ['ms', 's', 'min', 'h', 'd']);
  return unit === '' ? value : scaled(value, unit, ['k', 'm', 'b']);
}

function scaled(value: number, unit: string, allowed: readonly string[]): number | null {
  const scale = allowed.includes(unit) ? SCALES[unit] : undefined;
  return scale === undefined ? null : Number((value * scale).toPrecision(15));
}

/** A number as a lever shows it. */
export function formatNumber(value: number, format: NumberFormat): string {
  switch (format) {
    case 'count':
      return count(value);
    case 'decimal':
      return String(Number(value.toPrecision(4)));
    case 'percent':
      return percent(value);
    case 'per-second':
      return rate(value);
    case 'seconds':
      return value === 0 ? '0 s' : duration(value * 1000);
    case 'money':
      return shortMoney(value);
  }
}

/** A number as a user writes it in a scenario. */
function writeNumber(value: number, format: NumberFormat): unknown {
  switch (format) {
    case 'percent':
      return `${Number((value * 100).toPrecision(6))} %`;
    case 'per-second':
      return `${value} /s`;
    case 'seconds':
      return `${value} s`;
    case 'money':
      return `${value} USD`;
    default:
      return value;
  }
}
