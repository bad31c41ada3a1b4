/** One worker of a job from the moment it gets its accelerators: it starts, works, and saves its work at checkpoints. */

export interface WorkerPace {
  /** Seconds from its accelerators to its first work. */
  readonly startupS: number;
  /** Seconds of work between two checkpoints, and seconds that writing one stops the work. */
  readonly checkpointS: number;
  readonly writeS: number;
}

/** How a worker has spent its time until now, in seconds: they sum to the time that it has had its accelerators. */
export interface Spent {
  readonly startupS: number;
  readonly workingS: number;
  readonly writingS: number;
  /** Of the work, what a checkpoint holds. */
  readonly savedS: number;
}

/** Rounding must not take a checkpoint away that is due at this very moment. */
const SLACK = 1e-9;

/** @param heldS seconds since it got its accelerators · @param workS seconds of work that there are for it; then it saves the last */
export function spentOf({ startupS, checkpointS, writeS }: WorkerPace, heldS: number, workS = Infinity): Spent {
  const runS = Math.max(0, heldS - startupS);
  const starting = heldS - runS;
  if (!Number.isFinite(checkpointS)) return { startupS: starting, workingS: runS, writingS: 0, savedS: 0 };
  const cycleS = checkpointS + writeS;
  const cycles = Math.floor(runS / cycleS + SLACK);
  const workingS = Math.min(workS, cycles * checkpointS + Math.min(checkpointS, Math.max(0, runS - cycles * cycleS)));
  return { startupS: starting, workingS, writingS: runS - workingS, savedS: Math.min(workS, cycles * checkpointS) };
}

/** Seconds from its accelerators until it has worked for `workS` and saved the last of it. */
export function secondsFor({ startupS, checkpointS, writeS }: WorkerPace, workS: number): number {
  if (!Number.isFinite(checkpointS)) return startupS + workS;
  return startupS + workS + Math.max(1, Math.ceil(workS / checkpointS - SLACK)) * writeS;
}
