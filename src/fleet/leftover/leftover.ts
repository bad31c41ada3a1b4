/**
 * Jobs on what services leave of a pool. Accelerators are handed out by priority whenever there are more or fewer of them: who runs keeps
 * what it has as far as it goes (the newest worker yields first), then jobs grow in their order. A worker that loses its accelerators loses
 * what it has done since its last checkpoint, and that work is done again.
 *
 * INV-leftover: accelerators in use ≤ leftover at every moment; work done + lost = work that workers did.
 */
import { secondsFor, spentOf, type WorkerPace } from './worker.js';

export interface LeftoverJob extends WorkerPace {
  /** Higher goes first. */
  readonly priority: number;
  readonly startS: number;
  readonly accelerators: number;
  /** Workers at most; each has `accelerators`. With checkpoints that stop the work there is one. */
  readonly workers: number;
  /** Units of work in all, and what a worker does in a second. */
  readonly work: number;
  readonly ratePerS: number;
}

/** Accelerators that services leave from `atS` on, until the next step; sorted by time, the first at 0. */
export interface LeftoverStep {
  readonly atS: number;
  readonly accelerators: number;
}

/** Accelerators that a job held. */
export interface Grant {
  readonly startS: number;
  readonly endS: number;
  readonly accelerators: number;
}

export interface JobOutcome {
  /** First accelerators; `undefined` where it never got any. */
  readonly startedS: number | undefined;
  readonly finishedS: number | undefined;
  /** Units done (those in progress at the end included), and units lost. */
  readonly done: number;
  readonly lost: number;
  /** Workers that lost their accelerators. */
  readonly preemptions: number;
  readonly mostWorkers: number;
  /** Accelerator-seconds by what they were held for. Lost work is part of the working ones. */
  readonly held: {
    readonly startup: number;
    readonly working: number;
    readonly writing: number;
    readonly lost: number;
  };
  readonly grants: readonly Grant[];
}

interface Worker {
  readonly sinceS: number;
}

interface State {
  readonly job: LeftoverJob;
  readonly workers: Worker[];
  readonly grants: Grant[];
  readonly held: { startup: number; working: number; writing: number; lost: number };
  startedS: number | undefined;
  finishedS: number | undefined;
  /** Units that are done whatever happens to workers. */
  saved: number;
  lost: number;
  preemptions: number;
  mostWorkers: number;
}

/** @returns the outcome of each job, in their order, after `untilS` seconds at most */
export function runOnLeftover(
  jobs: readonly LeftoverJob[],
  steps: readonly LeftoverStep[],
  untilS: number,
): JobOutcome[] {
  const states = jobs.map(newState);
  const levels = [...new Set(jobs.map(({ priority }) => priority))].sort((a, b) => b - a);
  let next = 0;
  let now = 0;
  let leftover = 0;
  for (;;) {
    while (next < steps.length && steps[next]!.atS <= now) leftover = steps[next++]!.accelerators;
    const running = states.filter(({ job, finishedS }) => job.startS <= now && finishedS === undefined);
    let free = leftover;
    for (const level of levels)
      free = handOut(
        running.filter(({ job }) => job.priority === level),
        free,
        now,
      );
    const finishes = states.map(finishOf);
    const soonest = Math.min(
      untilS,
      steps[next]?.atS ?? Infinity,
      ...states.flatMap(({ job }) => (job.startS > now ? [job.startS] : [])),
      ...finishes,
    );
    now = soonest;
    if (now >= untilS) break;
    states.forEach((state, i) => {
      if (finishes[i]! <= now) finish(state, now);
    });
  }
  // A job whose last checkpoint falls on the end has finished.
  for (const state of states) if (finishOf(state) <= untilS) finish(state, untilS);
  return states.map((state) => outcomeOf(state, untilS));
}

const newState = (job: LeftoverJob): State => ({
  job,
  workers: [],
  grants: [],
  held: { startup: 0, working: 0, writing: 0, lost: 0 },
  startedS: undefined,
  finishedS: undefined,
  saved: 0,
  lost: 0,
  preemptions: 0,
  mostWorkers: 0,
});

/** Hands out what is free among jobs of one priority; returns what is left. */
function handOut(states: readonly State[], free: number, now: number): number {
  let left = free;
  const held = states.flatMap((state) => state.workers.map((worker) => ({ state, worker })));
  held.sort((a, b) => a.worker.sinceS - b.worker.sinceS);
  for (const { state, worker } of held) {
    if (state.job.accelerators <= left) left -= state.job.accelerators;
    else preempt(state, worker, now);
  }
  for (const state of states) {
    const { job, workers } = state;
    while (workers.length < job.workers && job.accelerators <= left) {
      workers.push({ sinceS: now });
      left -= job.accelerators;
      state.startedS ??= now;
    }
    state.mostWorkers = Math.max(state.mostWorkers, workers.length);
  }
  return left;
}

function preempt(state: State, worker: Worker, now: number): void {
  const { job } = state;
  const { workingS, savedS } = release(state, worker, now);
  state.workers.splice(state.workers.indexOf(worker), 1);
  state.saved += savedS * job.ratePerS;
  state.lost += (workingS - savedS) * job.ratePerS;
  state.held.lost += (workingS - savedS) * job.accelerators;
  state.preemptions++;
}

/** Books the time of a worker until now. */
function release({ job, held, grants, saved }: State, { sinceS }: Worker, now: number) {
  const alone = job.workers === 1 ? (job.work - saved) / job.ratePerS : Infinity;
  const spent = spentOf(job, now - sinceS, alone);
  held.startup += spent.startupS * job.accelerators;
  held.working += spent.workingS * job.accelerators;
  held.writing += spent.writingS * job.accelerators;
  if (now > sinceS) grants.push({ startS: sinceS, endS: now, accelerators: job.accelerators });
  return spent;
}

/** When a job is done if nothing changes; `Infinity` without workers. */
function finishOf({ job, workers, saved, finishedS }: State): number {
  if (finishedS !== undefined || workers.length === 0) return Infinity;
  const restS = (job.work - saved) / job.ratePerS;
  if (job.workers === 1) return workers[0]!.sinceS + secondsFor(job, restS);
  // Together they have done the rest when Σ (t − from) = restS over those that work by then.
  const from = workers.map(({ sinceS }) => sinceS + job.startupS).sort((a, b) => a - b);
  let total = restS;
  for (let n = 1; n <= from.length; n++) {
    total += from[n - 1]!;
    const at = total / n;
    if (n === from.length || at <= from[n]!) return at;
  }
  return Infinity;
}

function finish(state: State, now: number): void {
  for (const worker of state.workers) release(state, worker, now);
  state.workers.length = 0;
  state.saved = state.job.work;
  state.finishedS = now;
}

function outcomeOf(state: State, untilS: number): JobOutcome {
  const { job, workers, grants, held, startedS, finishedS, lost, preemptions, mostWorkers } = state;
  let done = state.saved;
  for (const worker of workers) done += release(state, worker, untilS).workingS * job.ratePerS;
  return { startedS, finishedS, done, lost, preemptions, mostWorkers, held, grants };
}
