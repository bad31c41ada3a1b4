/** A small line chart over months: a band, a line, the base's line, and a limit. Data in, lines of text out. */
import { brailleOf, dotGrid, drawCurve, fillBand } from './braille.js';
import { axisMonth, monthIndex } from './format.js';

export type ChartTone = 'axis' | 'line' | 'band' | 'base' | 'limit' | 'over';

export interface ChartSpan {
  readonly text: string;
  readonly tone: ChartTone;
}

export interface ChartData {
  /** ISO dates of the periods, in order. */
  readonly starts: readonly string[];
  readonly line: readonly (number | null)[];
  /** P10 and P90. */
  readonly band?: readonly { readonly low: number; readonly high: number }[];
  /** The same line before the edits. */
  readonly base?: readonly (number | null)[];
  /** `labels` are names of the limit, the fullest first; the first that fits beside the curves is written. */
  readonly limit?: { readonly value: number; readonly labels: readonly string[] };
  /** Values above are cut off and marked ▲ on the top edge. */
  readonly cap?: number;
}

const DOTS = 4;
const LABEL_GAP = 2;

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

const NICE_STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Spaces between ticks: at least two rows each and even where the rows allow it. */
function gapsFor(rows: number): number {
  const even = [4, 3, 2].find((gaps) => (rows - 1) % gaps === 0 && (rows - 1) / gaps >= 2);
  return even ?? Math.max(1, Math.min(4, Math.round((rows - 1) / 2.5)));
}

/** Round bounds around the data with evenly spaced ticks. */
export function niceScale(values: readonly number[], rows: number): Scale {
  const finite = values.filter(Number.isFinite);
  const max = finite.length ? Math.max(...finite) : 1;
  // Data that starts low is shown from zero; the eye expects it.
  const least = finite.length ? Math.min(...finite) : 0;
  const min = least >= 0 && least < max * 0.25 ? 0 : least;
  const gaps = gapsFor(rows);
  const span = max - min || Math.abs(max) || 1;
  const power = 10 ** Math.floor(Math.log10(span / gaps));
  const lowFor = (step: number): number => Math.floor(min / step + 1e-9) * step;
  const covers = (step: number): boolean => lowFor(step) + gaps * step >= max - 1e-9 * span;
  const step = [power, power * 10].flatMap((scale) => NICE_STEPS.map((nice) => nice * scale)).find(covers);
  // No round step has a multiple below and one above when the data lies on both sides of zero and two ticks are all.
  if (step === undefined) return { low: min, high: max, ticks: [min, max] };
  const low = lowFor(step);
  const ticks = Array.from({ length: gaps + 1 }, (_, index) => Number((low + index * step).toPrecision(12)));
  return { low, high: low + gaps * step, ticks };
}

/** The chart as `height` lines, each exactly `width` columns: plot above, axis of months below. */
export function drawChart(
  data: ChartData,
  width: number,
  height: number,
  format: (value: number) => string,
): readonly (readonly ChartSpan[])[] {
  const rows = Math.max(1, height - 1);
  const cap = data.cap ?? Number.POSITIVE_INFINITY;
  const capped = [...data.line, ...(data.base ?? []), ...(data.band ?? []).flatMap(({ low, high }) => [low, high])]
    .filter((value) => value !== null)
    .map((value) => Math.min(value, cap));
  const scale = niceScale(data.limit ? [...capped, data.limit.value] : capped, rows);
  // Two ticks that read the same would lie; the upper one stays blank.
  const labels = scale.ticks.map(format).map((label, index, all) => (all.indexOf(label) === index ? label : ''));
  const gutter = Math.max(0, ...labels.map(({ length }) => length));
  const columns = width - gutter - LABEL_GAP;
  if (columns < 4) return Array.from({ length: height }, () => [{ text: ' '.repeat(width), tone: 'axis' as const }]);

  const rowOf = (value: number): number => Math.round(dotOf(value) / DOTS - 0.4);
  const dotOf = (value: number): number => ((scale.high - value) / (scale.high - scale.low)) * (rows * DOTS - 1);
  const dotAt = (values: readonly (number | null)[]) => (x: number) => {
    const value = interpolated(values, (x / (columns * 2 - 1)) * (values.length - 1));
    return value === null ? null : dotOf(Math.min(value, cap));
  };

  const line = dotGrid(columns, rows);
  const base = dotGrid(columns, rows);
  const band = dotGrid(columns, rows);
  drawCurve(line, dotAt(data.line));
  if (data.base) drawCurve(base, dotAt(data.base), 2);
  if (data.band) fillBand(band, dotAt(data.band.map(({ high }) => high)), dotAt(data.band.map(({ low }) => low)));

  const limitRow = data.limit ? Math.min(rows - 1, Math.max(0, rowOf(data.limit.value))) : -1;
  const overAt = firstOver(data.line, cap, columns);
  const tickRows = new Map(
    scale.ticks.map((value, index) => [Math.min(rows - 1, Math.max(0, rowOf(value))), labels[index] ?? '']),
  );
  const plot = Array.from({ length: rows }, (_, row) => {
    const label = tickRows.get(row);
    const gutterText = label === undefined ? `${' '.repeat(gutter)} │` : `${label.padStart(gutter)} ┤`;
    const cells: ChartSpan[] = Array.from({ length: columns }, (_, column) => {
      const at = row * columns + column;
      if (row === 0 && column === overAt) return { text: '▲', tone: 'over' };
      if (line.cells[at]) return { text: brailleOf(line.cells[at]), tone: 'line' };
      if (base.cells[at]) return { text: brailleOf(base.cells[at]), tone: 'base' };
      if (row === limitRow) return { text: '┄', tone: 'limit' };
      return { text: brailleOf(band.cells[at] ?? 0), tone: 'band' };
    });
    const labelled = row === limitRow && data.limit ? withLabel(cells, data.limit.labels) : cells;
    return joined([{ text: gutterText, tone: 'axis' }, ...labelled]);
  });
  return [...plot, [{ text: `${' '.repeat(gutter)} └${monthAxis(data.starts, columns)}`, tone: 'axis' }]];
}

/** The value between two periods, straight; `null` next to a gap. */
function interpolated(values: readonly (number | null)[], position: number): number | null {
  if (values.length === 0) return null;
  const left = Math.min(values.length - 1, Math.floor(position));
  const a = values[left] ?? null;
  const b = values[Math.min(values.length - 1, left + 1)] ?? null;
  if (a === null) return null;
  const share = position - left;
  if (b === null) return share < 1e-9 ? a : null;
  return a + (b - a) * share;
}

function firstOver(values: readonly (number | null)[], cap: number, columns: number): number {
  const index = values.findIndex((value) => value !== null && value > cap);
  return index === -1 ? -1 : Math.round((index / Math.max(1, values.length - 1)) * (columns - 1));
}

/** Writes the limit's name over its line, as far right as no curve is in the way. */
function withLabel(cells: readonly ChartSpan[], labels: readonly string[]): readonly ChartSpan[] {
  for (const text of labels.map((label) => ` ${label} `)) {
    const isFree = (from: number): boolean =>
      cells.slice(from, from + text.length).every(({ tone }) => tone === 'limit');
    const places = Array.from({ length: Math.max(0, cells.length - text.length - 1) }, (_, index) => index + 1);
    const from = places.findLast(isFree);
    if (from !== undefined)
      return [...cells.slice(0, from), { text, tone: 'limit' }, ...cells.slice(from + text.length)];
  }
  return cells;
}

function joined(spans: readonly ChartSpan[]): readonly ChartSpan[] {
  const out: ChartSpan[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last?.tone === span.tone) out[out.length - 1] = { text: last.text + span.text, tone: span.tone };
    else out.push(span);
  }
  return out;
}

/** Month names below their periods, as many as fit; January shows its year. */
export function monthAxis(starts: readonly string[], columns: number): string {
  const months = starts.map(monthIndex);
  const spacing = (columns - 1) / Math.max(1, months.length - 1);
  const every = [1, 2, 3, 4, 6, 12].find((step) => step * spacing >= 5) ?? 12;
  const cells = Array.from({ length: columns }, () => ' ');
  let free = 0;
  for (const [index, month] of months.entries()) {
    if (month % every !== 0) continue;
    const text = axisMonth(month);
    const at = Math.min(columns - text.length, Math.max(0, Math.round(index * spacing)));
    if (at < free) continue;
    for (let i = 0; i < text.length; i++) cells[at + i] = text[i] ?? ' ';
    free = at + text.length + 1;
  }
  return cells.join('');
}
