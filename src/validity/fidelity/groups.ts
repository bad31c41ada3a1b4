/** Errors of predictions by dataset, metric and hardware. */

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
}

export interface FidelityGroup {
  readonly by: { readonly dataset: string; readonly metric: string; readonly hardware: string };
  /** Rows, and how many have a prediction. */
  readonly runs: number;
  readonly answered: number;
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

const quantile = (sorted: readonly number[], p: number): number => {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
};

const summary = (by: FidelityGroup['by'], rows: readonly FidelityRow[]): FidelityGroup => {
  const answered = rows.filter((row) => row.predicted !== null);
  const empty = {
    median_ape_pct: null,
    p90_ape_pct: null,
    bias_pct: null,
    within_25_pct: null,
    within_band80_pct: null,
  };
  if (answered.length === 0) return { by, runs: rows.length, answered: 0, ...empty };
  const ascending = (values: number[]): number[] => values.sort((a, b) => a - b);
  const apes = ascending(answered.map((row) => row.ape_pct!));
  const signed = ascending(answered.map((row) => 100 * (row.predicted! / row.measured - 1)));
  const banded = answered.filter((row) => row.band80 !== undefined);
  const inside = banded.filter(({ band80, measured }) => measured >= band80![0] && measured <= band80![1]);
  const share = (part: number, whole: number): number => (100 * part) / whole;
  return {
    by,
    runs: rows.length,
    answered: answered.length,
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
