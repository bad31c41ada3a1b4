import { billedSeconds, type MeterRule } from './meter.js';

/** One instance from its start to its stop, in seconds from the beginning of the window. */
export interface InstanceRun {
  readonly startS: number;
  readonly endS: number;
  /** It ran before the window began, or goes on after its end: what the window sees is not a whole start, so nothing is rounded up. */
  readonly isPart?: boolean;
  /** It was bought on spot; where that is known of some runs of a pool, the others were not. */
  readonly isSpot?: boolean;
  /** Its instance type, counted in the order of the pool's list; the pool's own (0) unless given. */
  readonly type?: number;
}

/** Accelerators in use from `atS` on, until the next step. */
export interface UseStep {
  readonly atS: number;
  readonly accelerators: number;
}

/** Instances that hold `accelerators` devices: whole ones. A slice of a device (fraction below one) serves as one device. */
export const instancesFor = (accelerators: number, perInstance: number): number =>
  Math.ceil(accelerators / Math.max(1, Math.floor(perInstance)));

/**
 * The runs of whole instances behind a step function of accelerators in use (sorted by time): ⌈accelerators in use / accelerators per
 * instance⌉ at every moment; the instance that was started last stops first.
 */
export const instanceRuns = (
  steps: readonly UseStep[],
  perInstance: number,
  windowS: number,
): readonly InstanceRun[] => {
  const running: number[] = [];
  const runs: InstanceRun[] = [];
  for (const { atS, accelerators } of steps) {
    if (atS >= windowS) break;
    const wanted = instancesFor(accelerators, perInstance);
    while (running.length < wanted) running.push(atS);
    while (running.length > wanted) {
      const startS = running.pop() ?? 0;
      if (atS > startS) runs.push({ startS, endS: atS, isPart: startS <= 0 });
    }
  }
  return [...runs, ...running.map((startS) => ({ startS, endS: windowS, isPart: true }))];
};

/** Instances that ran at the same time at most; one that stops as another starts does not count twice. */
export const mostAtOnce = (runs: readonly InstanceRun[]): number => {
  const changes = runs.flatMap(({ startS, endS }) => [[startS, 1] as const, [endS, -1] as const]);
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let running = 0;
  let most = 0;
  for (const [, change] of changes) {
    running += change;
    most = Math.max(most, running);
  }
  return most;
};

const hourS = 3600;

/** Instance-seconds billed in each hour of the window; what rounding adds beyond its end counts in the last hour. */
export const billedByHour = (runs: readonly InstanceRun[], windowS: number, rule: MeterRule): Float64Array => {
  const hours = new Float64Array(Math.max(1, Math.ceil(windowS / hourS)));
  const last = hours.length - 1;
  for (const run of runs) {
    const startS = Math.max(0, run.startS);
    const runtimeS = Math.min(run.endS, windowS) - startS;
    if (runtimeS <= 0) continue;
    const endS = startS + (run.isPart === true ? runtimeS : billedSeconds(rule, runtimeS));
    for (let hour = Math.floor(startS / hourS); hour * hourS < endS; hour++) {
      const seconds = Math.min(endS, (hour + 1) * hourS) - Math.max(startS, hour * hourS);
      const place = Math.min(hour, last);
      hours[place] = (hours[place] ?? 0) + seconds;
    }
  }
  return hours;
};
