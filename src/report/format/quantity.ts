import { ABSENT, formatSignificant, groupThousands, isFigure } from './numbers.js';

/** A fraction of one as a percentage; one decimal, two between 99 % and 100 % where the second decides: `99.95 %`. */
export function formatShare(fraction: number | null | undefined): string {
  if (!isFigure(fraction)) return ABSENT;
  return formatPercent(fraction * 100);
}

/** A part of a whole as a percentage with one decimal, so that parts add up; `< 0.1 %` for the smallest. */
export function formatPart(fraction: number | null | undefined): string {
  if (!isFigure(fraction)) return ABSENT;
  return fraction > 0 && fraction < 0.0005 ? '< 0.1 %' : `${groupThousands(fraction * 100, 1)} %`;
}

/** Percent already: `71 %`, `7.3 %`, `99.48 %`. Never rounds up to 100 % what is below it. */
export function formatPercent(percent: number | null | undefined): string {
  if (!isFigure(percent)) return ABSENT;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (Number.isInteger(percent)) return `${groupThousands(percent)} %`;
  if (percent > 99 && percent < 100) return `${(Math.floor(percent * 100 + 1e-7) / 100).toFixed(2)} %`;
  return `${groupThousands(percent, 1)} %`;
}

/** A change in percent with its sign: `+7.3 %`. */
export function formatPercentChange(percent: number | null | undefined): string {
  if (!isFigure(percent)) return ABSENT;
  const text = `${groupThousands(percent, 1)} %`;
  return percent > 0 ? `+${text}` : text;
}

/** A whole percentage for probabilities, with `< 1 %` and `> 99 %` at the ends: a forecast is never certain by rounding. */
export function formatProbability(probability: number | null | undefined): string {
  if (!isFigure(probability)) return ABSENT;
  if (probability > 0 && probability < 0.01) return '< 1 %';
  if (probability < 1 && probability > 0.99) return '> 99 %';
  return `${Math.round(probability * 100)} %`;
}

/** Events per second: `6.45 /s`. */
export const formatRate = (perS: number | null | undefined): string =>
  isFigure(perS) ? `${formatSignificant(perS)} /s` : ABSENT;

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes in binary units, three significant digits: `16.1 GiB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (!isFigure(bytes)) return ABSENT;
  const step = Math.abs(bytes) < 1 ? 0 : Math.min(BINARY.length - 1, Math.floor(Math.log2(Math.abs(bytes)) / 10));
  return step === 0 ? `${groupThousands(bytes)} B` : `${formatSignificant(bytes / 1024 ** step)} ${BINARY[step]}`;
}

/** Kilograms of CO₂ equivalent, tonnes from 1,000 kg on. */
export function formatCarbon(kg: number | null | undefined): string {
  if (!isFigure(kg)) return ABSENT;
  return kg >= 999.5 ? `${formatSignificant(kg / 1000)} t CO₂e` : `${formatSignificant(kg)} kg CO₂e`;
}
