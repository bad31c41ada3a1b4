/** What became of jobs, over replications. */
import { mean, sum } from '../arithmetic.js';
import type { JobResult, Spread } from '../result.js';
import { perInstanceOf } from '../sharing/jointUse.js';
import type { PreparedJob, World } from '../world/types.js';
import type { JobRun, JobRuns } from './jobRuns.js';
import { mostWorkers } from './jobTasks.js';

const HOUR_S = 3600;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function jobResults(world: World, { span, rates, runs }: JobRuns): Record<string, JobResult> {
  return Object.fromEntries(
    world.jobs.map((job) => {
      const fromS = job.job.start - span.startHour * HOUR_S;
      return [job.name, jobResult(world, job, rates.get(job.name)!, runs.get(job.name)!, fromS, span.lengthS)];
    }),
  );
}

/** `Mon 22:00` of seconds from Monday 00:00. */
export function weekTimeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60) % (24 * 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${DAYS[Math.floor(seconds / (24 * HOUR_S)) % 7]} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function jobResult(
  world: World,
  prepared: PreparedJob,
  rate: number,
  runs: readonly JobRun[],
  fromS: number,
  lengthS: number,
): JobResult {
  const { job, pool, unit, work, accelerators } = prepared;
  const outcomes = runs.map(({ outcome }) => outcome);
  const of = (figure: (run: JobRun) => number): number => mean(runs.map(figure));
  const held = (what: 'startup' | 'working' | 'writing' | 'lost'): number =>
    of(({ outcome }) => outcome.held[what]) / HOUR_S;
  const after = (at: number | undefined): number[] => (at === undefined ? [] : [at - fromS]);
  const started = outcomes.flatMap(({ startedS }) => after(startedS));
  const finished = outcomes.flatMap(({ finishedS }) => after(finishedS));
  const total = held('startup') + held('working') + held('writing');
  const additional = of(({ additionalHours }) => additionalHours);
  const inTime = finished.filter((s) => s <= (job.deadline ?? Infinity)).length;
  const profile = (prepared.worker?.plan ?? prepared.training)!.profile;
  return {
    kind: job.kind,
    pool,
    unit,
    work,
    accelerators_per_worker: accelerators,
    rate_per_worker_per_s: rate,
    workers: { allowed: mostWorkers(world, prepared), max: Math.max(...outcomes.map(({ mostWorkers: most }) => most)) },
    start: weekTimeText(job.start),
    followed_s: lengthS - fromS,
    replications: runs.length,
    started_after_s: spread(started),
    finished_in: finished.length,
    finished_after_s: spread(finished),
    deadline:
      job.deadline === undefined ? null : { after_s: job.deadline, met_in: inTime, probability: inTime / runs.length },
    done: of(({ outcome }) => outcome.done),
    lost: of(({ outcome }) => outcome.lost),
    preemptions: of(({ outcome }) => outcome.preemptions),
    accelerator_hours: {
      total,
      working: held('working'),
      lost: held('lost'),
      startup: held('startup'),
      checkpoints: held('writing'),
      beside_services: Math.max(0, total - additional * perInstanceOf(world.pools[pool]!)),
    },
    additional_instance_hours: additional,
    cost_usd: of(({ bill }) => bill.usd),
    unpriced: [...new Set(runs.flatMap(({ bill }) => bill.unpriced))],
    latency_profile: { name: profile.name, grade: profile.grade },
  };
}

/** Quantiles are nearest ranks: with few replications they are single runs. */
function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (p: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]!;
  return { mean: sum(sorted) / sorted.length, p10: rank(0.1), p50: rank(0.5), p90: rank(0.9), max: sorted.at(-1)! };
}

/** What a user should know: jobs that cannot start, and those that were not followed to their end. */
export function jobWarnings(results: Readonly<Record<string, JobResult>>): string[] {
  return Object.entries(results).flatMap(([name, job]) => {
    if (job.started_after_s === null && job.workers.allowed > 0)
      return [`jobs.${name}: never gets the ${job.accelerators_per_worker} accelerators that it needs at once`];
    if (job.finished_in === job.replications) return [];
    const share = `${Math.floor((100 * job.done) / job.work)} % done`;
    return [
      `jobs.${name}: not finished within ${Math.round(job.followed_s / HOUR_S)} h in ${job.replications - job.finished_in} of ${job.replications} replications (${share} on average)`,
    ];
  });
}
