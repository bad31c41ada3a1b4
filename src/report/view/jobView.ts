/** Batch and training jobs of a simulation: when they were done, what they lost, what they cost. */
import type { JobResult } from '../../simulate/result.js';
import { formatSpan } from '../format/duration.js';
import { formatUsd } from '../format/money.js';
import { ABSENT, formatMeanCount, formatSignificant } from '../format/numbers.js';
import { formatPart } from '../format/quantity.js';
import { plural } from './labels.js';
import { type Cell, label, number, type Table } from './table.js';

export function jobTable(jobs: Readonly<Record<string, JobResult>> = {}): Table {
  return {
    columns: [
      label('Job', 8),
      { header: 'Kind', dropOrder: 2 },
      { header: 'Pool', dropOrder: 4 },
      { header: 'Starts', dropOrder: 1 },
      number('Done after'),
      number('p10 … p90', 3),
      number('Deadline'),
      number('Preempted'),
      number('Lost'),
      number('Acc. hours'),
      number('Paid anyway', 5),
      number('Cost'),
    ],
    rows: Object.entries(jobs).map(([name, job]) => [
      name,
      job.kind,
      job.pool,
      job.start,
      doneAfter(job),
      job.finished_after_s === null
        ? ''
        : `${formatSpan(job.finished_after_s.p10)} … ${formatSpan(job.finished_after_s.p90)}`,
      deadline(job),
      formatMeanCount(job.preemptions),
      formatPart(job.lost / job.work),
      formatMeanCount(job.accelerator_hours.total),
      formatPart(
        job.accelerator_hours.total > 0 ? job.accelerator_hours.paid_anyway / job.accelerator_hours.total : null,
      ),
      job.unpriced.length > 0 ? 'unpriced' : formatUsd(job.cost_usd),
    ]),
  };
}

/** The median of those that finished, and how many did where not all. */
function doneAfter({ finished_in, replications, finished_after_s, done, work }: JobResult): Cell {
  if (finished_after_s === null) return { text: `${Math.floor((100 * done) / work)} % done`, tone: 'bad', mark: '✗' };
  const text = formatSpan(finished_after_s.p50);
  return finished_in === replications ? text : { text: `${text} (${finished_in} of ${replications})`, tone: 'caution' };
}

function deadline({ deadline: limit, replications }: JobResult): Cell {
  if (limit === null) return ABSENT;
  const text = formatSpan(limit.after_s);
  if (limit.met_in === replications) return { text, tone: 'good', mark: '✓' };
  if (limit.met_in === 0) return { text, tone: 'bad', mark: '✗' };
  return { text: `${text} in ${limit.met_in} of ${replications}`, tone: 'caution' };
}

/** How fast the workers of each job are: `nightly: up to 9 workers of 1 accelerator, 279 requests/s each`. */
export function jobPace(jobs: Readonly<Record<string, JobResult>> = {}): readonly string[] {
  return Object.entries(jobs).map(([name, job]) => {
    const { workers, accelerators_per_worker: each, rate_per_worker_per_s: rate, unit } = job;
    const pace =
      rate >= 0.1 ? `${formatSignificant(rate)} ${unit}/s` : `one ${unit.slice(0, -1)} in ${formatSpan(1 / rate)}`;
    return `${name}: up to ${plural(workers.max, 'worker')} of ${plural(each, 'accelerator')}, ${pace} each (${job.latency_profile.grade})`;
  });
}
