/** Whether predictions of a device lean to one side: what a median error does not say. */
import type { BandKind } from '../fidelity/bandKind.js';

/** One prediction of a device. */
export interface Leaning {
  readonly hardware: string;
  readonly kind: BandKind;
  /** ln(predicted/measured); of a rate, measured/predicted, so that above 0 is always too slow. */
  readonly tooSlow: number;
}

/** How far the median prediction of a device is above the measured time; per cent, below 0 where it is too fast. */
export interface DeviceBias {
  readonly hardware: string;
  readonly kind: BandKind;
  readonly rows: number;
  readonly fittedPct: number;
  readonly leftOutPct: number;
}

/** Of rates, more is faster. */
const isRate = (metric: string): boolean => metric.includes('per_s');

export const leaningOf = (hardware: string, metric: string, kind: BandKind, logError: number): Leaning => ({
  hardware,
  kind,
  tooSlow: isRate(metric) ? -logError : logError,
});

const medianPct = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return 100 * Math.expm1((sorted[Math.floor(at)]! + sorted[Math.ceil(at)]!) / 2);
};

const grouped = (leanings: readonly Leaning[]): ReadonlyMap<string, readonly Leaning[]> => {
  const groups = new Map<string, Leaning[]>();
  for (const each of leanings) {
    if (!Number.isFinite(each.tooSlow)) continue;
    const key = `${each.hardware}/${each.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
};

/** Biases of devices that were left out, beside those of the built-in profiles. */
export const deviceBiases = (fitted: readonly Leaning[], leftOut: readonly Leaning[]): readonly DeviceBias[] => {
  const present = grouped(fitted);
  return [...grouped(leftOut)].flatMap(([key, rows]): readonly DeviceBias[] => {
    const { hardware, kind } = rows[0]!;
    const same = present.get(key);
    if (same === undefined) return [];
    const of = (some: readonly Leaning[]): number => medianPct(some.map(({ tooSlow }) => tooSlow));
    return [{ hardware, kind, rows: rows.length, fittedPct: of(same), leftOutPct: of(rows) }];
  });
};
