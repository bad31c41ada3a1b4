/** Shown where a figure does not exist. */
export const ABSENT = '–';

/** True for a number that can be shown; null, undefined, NaN and infinities have no figure. */
export const isFigure = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

/** `1234567.8` → `1,234,568` with `decimals` places. Written out, not by locale, so that every machine prints the same. */
export function groupThousands(value: number, decimals = 0): string {
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(digits.replaceAll(',', '')) !== 0 ? `−${digits}` : digits;
}

/** `value` to `digits` significant digits, thousands grouped, never in exponent form between 1e-6 and 1e15. */
export function formatSignificant(value: number | null | undefined, digits = 3): string {
  if (!isFigure(value)) return ABSENT;
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  if (magnitude < -6 || magnitude > 15) return value.toExponential(digits - 1).replace('-', '−');
  return groupThousands(value, Math.max(0, digits - 1 - magnitude));
}

/** As `formatSignificant`, but a whole number is shown whole: quantities and limits, which are often exact. */
export const formatQuantity = (value: number | null | undefined, digits = 4): string =>
  isFigure(value) && Number.isInteger(value) ? groupThousands(value) : trimZeros(formatSignificant(value, digits));

const trimZeros = (text: string): string => (/\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text);

/** A whole number with thousands grouped. */
export const formatCount = (value: number | null | undefined): string =>
  isFigure(value) ? groupThousands(Math.round(value)) : ABSENT;

/** A mean count such as replicas: one decimal below 100, none when whole or above. */
export const formatMeanCount = (value: number | null | undefined): string =>
  isFigure(value) ? groupThousands(value, Math.abs(value) < 99.95 && !isNearlyWhole(value) ? 1 : 0) : ABSENT;

const isNearlyWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 0.05;
