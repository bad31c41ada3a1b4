import { ABSENT, formatQuantity, formatSignificant, groupThousands, isFigure } from './numbers.js';

/**
 * US dollars as people write them: `$0.0042`, `$0.41`, `$12.30`, `$1,234`, `$1.83M`, `$2.10B`.
 * Cents stop at $100, millions start at $1M; null gives `–`.
 */
export function formatUsd(usd: number | null | undefined): string {
  if (!isFigure(usd)) return ABSENT;
  return usd < 0 && digitsOf(usd) !== '0' ? `−$${digitsOf(usd)}` : `$${digitsOf(usd)}`;
}

/** As `formatUsd` but thousands shortened (`$171.8k`), for table columns and axes. */
export function formatUsdShort(usd: number | null | undefined): string {
  if (!isFigure(usd)) return ABSENT;
  return `${usd < 0 ? '−' : ''}$${shortDigits(Math.abs(usd))}`;
}

/** A change with its sign: `+$12,480`, `−$0.03`, `±$0`. */
export function formatUsdChange(usd: number | null | undefined): string {
  if (!isFigure(usd)) return ABSENT;
  const text = formatUsd(usd);
  if (text === '$0') return '±$0';
  return text.startsWith('−') ? text : `+${text}`;
}

/** As `formatUsdChange` with three significant digits: `+$431k`. */
export function formatUsdChangeShort(usd: number | null | undefined): string {
  if (!isFigure(usd)) return ABSENT;
  const digits = boundDigits(Math.abs(usd));
  return digits === '0' ? '±$0' : `${usd < 0 ? '−' : '+'}$${digits}`;
}

/** The digits of an interval bound without the sign of the currency: `169k`, `1.83M`, `0.41`. */
export const shortUsdDigits = (usd: number): string => `${usd < 0 ? '−' : ''}${boundDigits(Math.abs(usd))}`;

function digitsOf(usd: number): string {
  const size = Math.abs(usd);
  if (size === 0) return '0';
  if (size >= 999_500_000) return `${(size / 1e9).toFixed(2)}B`;
  if (size >= 999_999.5) return `${(size / 1e6).toFixed(2)}M`;
  if (size >= 99.995) return groupThousands(size);
  if (size >= 0.0995) return size.toFixed(2);
  return formatQuantity(size, 2);
}

function shortDigits(size: number): string {
  if (size >= 999_950_000) return `${(size / 1e9).toFixed(2)}B`;
  if (size >= 999_950) return `${(size / 1e6).toFixed(2)}M`;
  if (size >= 9_999.5) return `${(size / 1e3).toFixed(1)}k`;
  return digitsOf(size);
}

/** Three significant digits are enough for the end of an interval. */
function boundDigits(size: number): string {
  if (size >= 999_500_000) return `${formatSignificant(size / 1e9)}B`;
  if (size >= 999_500) return `${formatSignificant(size / 1e6)}M`;
  if (size >= 9_995) return `${formatSignificant(size / 1e3)}k`;
  return digitsOf(size);
}
