/** How often a service answers: as a share of requests, and as a share of time in which anybody is there to do so. */
import { sectioned95 } from '../../kernel/intervals.js';
import { ratio, sum } from '../arithmetic.js';
import type { Availability, Interval, SloAttainment } from '../result.js';
import { normalCdf } from './attainment.js';
import type { RunRecord } from './record.js';

/** @param weights what each record counts; 1 unless given */
function answeredShare(records: readonly RunRecord[], weights?: readonly number[]): number {
  const weighted = (of: (counts: RunRecord['counts']) => number): number =>
    sum(records.map(({ counts }, i) => of(counts) * (weights?.[i] ?? 1)));
  const answered = weighted(({ completed, carriedOut }) => completed + carriedOut);
  const turnedAway = weighted(({ rejected, abandoned, failed }) => rejected + abandoned + failed);
  const late = sum(records.map((record, i) => overdueOf(record) * (weights?.[i] ?? 1)));
  const due = answered + turnedAway + late;
  return due > 0 ? answered / due : Number.NaN;
}

/** Requests that wait when a run ends and have waited longer than any of its answers took. Who came lately is not among them. */
function overdueOf({ pending, histograms }: RunRecord): number {
  if (pending === undefined || pending.e2e.count === 0) return 0;
  const slowest = Math.max(0, ...(histograms.e2e ?? []).map(({ max }) => max));
  return Math.round(pending.e2e.count * (1 - pending.e2e.shareWithin(slowest)));
}

/**
 * @param groups the records of each replication (one, or one for each load level of a week)
 * @param weights what each record of a replication counts
 */
export function availabilityOf(groups: readonly (readonly RunRecord[])[], weights?: readonly number[]): Availability {
  const all = groups.flat();
  const share = answeredShare(all, weights && groups.flatMap(() => weights));
  const interval = sectioned95(
    share,
    groups.map((records) => answeredShare(records, weights)).filter((each) => !Number.isNaN(each)),
  );
  const overdue = sum(all.map(overdueOf));
  const clamped: Interval = interval && [Math.max(0, interval[0]), Math.min(1, interval[1])];
  const each = (of: (record: RunRecord) => number): number =>
    sum(all.map((record, i) => of(record) * (weights?.[i % weights.length] ?? 1)));
  const seconds = ({ fromS, untilS }: RunRecord): number => untilS - fromS;
  return {
    requests: Number.isNaN(share) ? null : share,
    ...(overdue > 0 && { overdue }),
    time: ratio(
      each((record) => record.servingS ?? seconds(record)),
      each(seconds),
    ),
    ci95: { requests: clamped },
  };
}

/** The objective on availability; the chance that it holds is that of sampling alone. */
export function availabilityAttained(limit: number, { requests, ci95 }: Availability): SloAttainment {
  const share = requests ?? 0;
  const sd = ci95.requests ? (ci95.requests[1] - ci95.requests[0]) / (2 * 1.96) : 0;
  return {
    limit_ms: null,
    value_ms: null,
    limit_share: limit,
    share_within: share,
    met: share >= limit,
    probability: sd > 0 ? normalCdf((share - limit) / sd) : share >= limit ? 1 : 0,
  };
}
