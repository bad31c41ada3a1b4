/** What a set of log errors says: the median error and how many lie inside their band. */
import type { LeftOutRow } from './leaveOut.js';

export interface Score {
  readonly rows: number;
  readonly medianApePct: number;
  /** Share inside the band of 80 % that was stated with each prediction. */
  readonly inBandPct: number;
}

/** Errors of groups left out: of all rows, and of those whose engine's era was seen in other groups. */
export interface LeftOutScore extends Score {
  readonly eraSeen?: Score;
}

export interface Scored {
  readonly logError: number;
  readonly band80: number;
}

/** @returns undefined where no row has a prediction */
export const scoreOf = (rows: readonly Scored[]): Score | undefined => {
  const finite = rows.filter(({ logError }) => Number.isFinite(logError));
  if (finite.length === 0) return undefined;
  const apes = finite.map(({ logError }) => 100 * Math.abs(Math.expm1(logError))).sort((a, b) => a - b);
  const at = (apes.length - 1) / 2;
  const inside = finite.filter(({ logError, band80 }) => Math.abs(logError) <= Math.log(band80));
  return {
    rows: finite.length,
    medianApePct: (apes[Math.floor(at)]! + apes[Math.ceil(at)]!) / 2,
    inBandPct: (100 * inside.length) / finite.length,
  };
};

/** Scores by dataset, metric and device. */
export const leftOutScores = (rows: readonly LeftOutRow[]): ReadonlyMap<string, LeftOutScore> => {
  const groups = new Map<string, LeftOutRow[]>();
  for (const row of rows) {
    const key = scoreKey(row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return new Map(
    [...groups].flatMap(([key, group]): readonly (readonly [string, LeftOutScore])[] => {
      const score = scoreOf(group);
      const eraSeen = scoreOf(group.filter((row) => row.eraSeen));
      return score === undefined ? [] : [[key, { ...score, ...(eraSeen === undefined ? {} : { eraSeen }) }]];
    }),
  );
};

export const scoreKey = (by: {
  readonly dataset: string;
  readonly metric: string;
  readonly hardware: string;
}): string => JSON.stringify([by.dataset, by.metric, by.hardware]);
