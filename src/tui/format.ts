/** How the screen writes money, time, shares and dates. `–` stands for what is not known. */

const UNKNOWN = '–';
const MINUS = '−';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const isKnown = (value: number | null | undefined): value is number => value != null && Number.isFinite(value);
const signed = (value: number, text: string): string => (value < 0 ? MINUS + text : text);

/** A number to `digits` significant digits, never in exponent form. */
function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  return rounded.toFixed(Math.min(20, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))))));
}

/** Money in full: `$184,210`, `$12.40`, `$0.41`, `$0.00042`. USD. */
export function money(usd: number | null | undefined): string {
  if (!isKnown(usd)) return UNKNOWN;
  const size = Math.abs(usd);
  if (size === 0) return '$0';
  if (size >= 1e7) return shortMoney(usd);
  if (size >= 1000) return signed(usd, `$${Math.round(size).toLocaleString('en-US')}`);
  if (size >= 0.1) return signed(usd, `$${size.toFixed(2)}`);
  return signed(usd, `$${significant(size, 2)}`);
}

/** Money in at most six columns: `$184k`, `$1.24M`, `$410`. USD. */
export function shortMoney(usd: number | null | undefined): string {
  if (!isKnown(usd)) return UNKNOWN;
  return signed(usd, `$${shortNumber(Math.abs(usd))}`);
}

/** `184k`, `1.24M`, `12.5k`, `410`, `0.41`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  for (const [unit, suffix] of [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    // 999.5 of a unit would round to 1000 of it, so the next unit takes over just below its edge.
    if (size >= unit * 0.9995) return signed(value, `${trimZeros(significant(size / unit, 3))}${suffix}`);
  }
  if (size === 0) return '0';
  return signed(value, size >= 100 ? String(Math.round(size)) : trimZeros(significant(size, 3)));
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** A measured duration: `8.4 ms`, `612 ms`, `1.42 s`, `45.0 s`, `12.4 min`, `3.10 h`. Milliseconds. */
export function duration(ms: number | null | undefined): string {
  if (!isKnown(ms)) return UNKNOWN;
  if (ms === 0) return '0 ms';
  const size = Math.abs(ms);
  if (size >= 7_199_500) return signed(ms, `${significant(size / 3_600_000, 3)} h`);
  if (size >= 119_950) return signed(ms, `${significant(size / 60_000, 3)} min`);
  if (size >= 999.5) return signed(ms, `${significant(size / 1000, 3)} s`);
  return signed(ms, size >= 99.5 ? `${Math.round(size)} ms` : `${significant(size, 2)} ms`);
}

/** A stated duration, without the zeros that a measurement shows: `2 s`, `800 ms`, `0`. Milliseconds. */
export const statedDuration = (ms: number): string =>
  ms === 0 ? '0' : duration(ms).replace(/\.(\d*?)0+ /, (_, digits: string) => `${digits && '.'}${digits} `);

/** A rate: `18 /s`, `2.5 /s`, and by the hour where it is rarer than one in ten seconds: `38 /h`. Per second. */
export function rate(perS: number | null | undefined): string {
  if (!isKnown(perS)) return UNKNOWN;
  if (perS === 0) return '0 /s';
  return Math.abs(perS) >= 0.1 ? `${shortNumber(perS)} /s` : `${shortNumber(perS * 3600)} /h`;
}

/** A share of one: `71 %`, `8.5 %`, `99.2 %`, `99.95 %`. */
export function percent(share: number | null | undefined): string {
  if (!isKnown(share)) return UNKNOWN;
  const value = Math.abs(share) * 100;
  const digits =
    value >= 99.9 && value < 100 ? 2 : value >= 99 && value < 100 ? 1 : value >= 10 || Number.isInteger(value) ? 0 : 1;
  return signed(share, `${trimZeros(value.toFixed(digits))} %`);
}

/** A plain number of things: `1,200`, `3.2`. */
export function count(value: number | null | undefined): string {
  if (!isKnown(value)) return UNKNOWN;
  return signed(
    value,
    Math.abs(value).toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 1 }),
  );
}

/** `Mar 2027` of an ISO date. */
export function monthYear(date: string | null): string {
  if (date === null) return UNKNOWN;
  const [year, month] = date.split('-');
  return `${MONTHS[Number(month) - 1] ?? '?'} ${year}`;
}

/** Months since year 0 of an ISO date, for axes and differences. */
export const monthIndex = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;

/** The axis label of a month: its name, or the year for January. */
export const axisMonth = (index: number): string =>
  index % 12 === 0 ? String(index / 12) : (MONTHS[index % 12] ?? '?');

/** An interval around a value, in the value's unit without repeating it: `[1.38 … 1.47]`; empty where both ends read the same. */
export function interval(
  bounds: readonly [number, number] | null | undefined,
  format: (value: number) => string,
): string {
  if (!bounds || !isKnown(bounds[0]) || !isKnown(bounds[1])) return '';
  const [low, high] = [format(bounds[0]), format(bounds[1])].map((text) => text.replace('$', ''));
  if (low === high) return '';
  const unit = / [^\d]+$/;
  const sameUnit = low?.match(unit)?.[0] === high?.match(unit)?.[0];
  return sameUnit ? `[${low?.replace(unit, '')} … ${high?.replace(unit, '')}]` : `[${low} … ${high}]`;
}

/** A difference with its direction: `▲ $12.5k`, `▼ 120 ms`, empty where it rounds to nothing. */
export function change(delta: number | null, format: (size: number) => string): string {
  if (!isKnown(delta) || delta === 0) return '';
  const size = format(Math.abs(delta));
  if (/^\D*[0.]+\D*$/.test(size)) return '';
  return `${delta > 0 ? '▲' : '▼'} ${size}`;
}

/** A difference of shares in percentage points. */
export const points = (share: number): string => `${trimZeros((share * 100).toFixed(share >= 0.1 ? 0 : 1))} pt`;
