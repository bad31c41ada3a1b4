/** Errors of predictions by dataset, metric and hardware, and by how loaded the system was. */
import { type LoadBand, loadBandOf, loadBands } from './offeredLoad.js';

export interface FidelityRow {
  readonly run_id: string;
  readonly metric: string;
  readonly measured: number;
  readonly predicted: number | null;
  readonly ape_pct: number | null;
  readonly profile: string | null;
  readonly reason_if_unanswered: string | null;
  /** Where 80 % of measurements are expected, by the profile's cross-validation. */
  readonly band80?: readonly [number, number];
  readonly notes?: readonly string[];
  /** Offered load over capacity, percent, as simulated; null for a backlog that never empties. */
  readonly offered_load_pct?: number | null;
  /** Faster than physics allows one token a step: left out of the errors of groups. */
  readonly beyond_physics?: true;
}

export interface FidelityGroup {
  readonly by: { readonly dataset: string; readonly metric: string; readonly hardware: string };
  /** Rows, and how many have a prediction. */
  readonly runs: number;
  readonly answered: number;
  /** Answered rows whose measurement physics does not allow without speculative decoding; no error counts them. */
  readonly beyond_physics?: number;
  readonly median_ape_pct: number | null;
  readonly p90_ape_pct: number | null;
  /** Median of predicted/measured − 1. */
  readonly bias_pct: number | null;
  readonly within_25_pct: number | null;
  /** Share of measurements inside the band of 80 %. */
  readonly within_band80_pct: number | null;
}

export interface Placed {
  readonly by: FidelityGroup['by'];
  readonly row: FidelityRow;
}

/** Errors of one metric at one level of load. */
export interface LoadErrors {
  readonly by: { readonly dataset: string; readonly metric: string; readonly load: LoadBand };
  readonly answered: number;
  readonly mean_ape_pct: number;
  readonly median_ape_pct: number;
  readonly bias_pct: number;
}

const quantile = (sorted: readonly number[], p: number): number => {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
};

const summary = (by: FidelityGroup['by'], rows: readonly FidelityRow[]): FidelityGroup => {
  const predicted = rows.filter((row) => row.predicted !== null);
  const answered = predicted.filter((row) => row.beyond_physics !== true);
  const beyond = predicted.length - answered.length;
  const counts = {
    runs: rows.length,
    answered: predicted.length,
    ...(beyond === 0 ? {} : { beyond_physics: beyond }),
  };
  const empty = {
    median_ape_pct: null,
    p90_ape_pct: null,
    bias_pct: null,
    within_25_pct: null,
    within_band80_pct: null,
  };
  if (answered.length === 0) return { by, ...counts, ...empty };
  const ascending = (values: number[]): number[] => values.sort((a, b) => a - b);
  const apes = ascending(answered.map((row) => row.ape_pct!));
  const signed = ascending(answered.map((row) => 100 * (row.predicted! / row.measured - 1)));
  const banded = answered.filter((row) => row.band80 !== undefined);
  const inside = banded.filter(({ band80, measured }) => measured >= band80![0] && measured <= band80![1]);
  const share = (part: number, whole: number): number => (100 * part) / whole;
  return {
    by,
    ...counts,
    median_ape_pct: quantile(apes, 0.5),
    p90_ape_pct: quantile(apes, 0.9),
    bias_pct: quantile(signed, 0.5),
    within_25_pct: share(apes.filter((ape) => ape <= 25).length, apes.length),
    within_band80_pct: banded.length === 0 ? null : share(inside.length, banded.length),
  };
};

/** One group for each dataset, metric and hardware, in the order of their first rows. */
export const groupsOf = (placed: readonly Placed[]): readonly FidelityGroup[] => {
  const groups = new Map<string, { by: FidelityGroup['by']; rows: FidelityRow[] }>();
  for (const { by, row } of placed) {
    const key = JSON.stringify([by.dataset, by.metric, by.hardware]);
    const group = groups.get(key) ?? { by, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ by, rows }) => summary(by, rows));
};

/** Errors by offered load over capacity, metrics in the order of their first rows, calm before busy. Rows without a load are not in it. */
export const loadErrorsOf = (placed: readonly Placed[]): readonly LoadErrors[] => {
  const groups = new Map<string, { by: Omit<LoadErrors['by'], 'load'>; rows: FidelityRow[] }>();
  for (const { by, row } of placed) {
    if (row.offered_load_pct === undefined || row.predicted === null || row.beyond_physics === true) continue;
    const key = JSON.stringify([by.dataset, by.metric]);
    const group = groups.get(key) ?? { by: { dataset: by.dataset, metric: by.metric }, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ by, rows }) =>
    loadBands.flatMap(({ name }): readonly LoadErrors[] => {
      const within = rows.filter(
        ({ offered_load_pct: load }) => loadBandOf((load ?? Number.POSITIVE_INFINITY) / 100) === name,
      );
      if (within.length === 0) return [];
      const apes = within.map((row) => row.ape_pct!).sort((a, b) => a - b);
      const signed = within.map((row) => 100 * (row.predicted! / row.measured - 1)).sort((a, b) => a - b);
      return [
        {
          by: { ...by, load: name },
          answered: within.length,
          mean_ape_pct: apes.reduce((sum, ape) => sum + ape, 0) / apes.length,
          median_ape_pct: quantile(apes, 0.5),
          bias_pct: quantile(signed, 0.5),
        },
      ];
    }),
  );
};
