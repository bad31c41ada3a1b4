import { isWindowOpen, parseCron } from './cron.js';
import { changeInWords, clamp, type Decision, type Observation } from './types.js';

/** A window that recurs: from each hit of `cron` for `durationS`. */
export interface ScheduledWindow {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly durationS: number;
  /** The count while the window is open; of several open windows the largest. */
  readonly replicas: number;
}

export interface SchedulePolicy {
  readonly kind: 'schedule';
  /** Wall clock (epoch milliseconds) at time 0 of the observations. */
  readonly originMs: number;
  readonly windows: readonly ScheduledWindow[];
  /** Outside every window. */
  readonly defaultReplicas: number;
  readonly min: number;
  readonly max: number;
}

/** Windows that are open at `nowMs`. A window whose schedule cannot be read is never open. */
export function openWindows(windows: readonly ScheduledWindow[], nowMs: number): readonly ScheduledWindow[] {
  return windows.filter((window) => {
    const schedule = parseCron(window.cron, window.timeZone);
    return schedule.ok && isWindowOpen(schedule, window.durationS * 1000, nowMs);
  });
}

/** Scaling by the clock alone. */
export function decideSchedule(_state: null, observation: Observation, policy: SchedulePolicy): Decision<null> {
  const open = openWindows(policy.windows, policy.originMs + observation.timeS * 1000);
  const leading = open.reduce<ScheduledWindow | null>(
    (best, window) => (best === null || window.replicas > best.replicas ? window : best),
    null,
  );
  const wanted = leading?.replicas ?? policy.defaultReplicas;
  const desired = clamp(wanted, policy.min, policy.max);
  const why = leading === null ? 'no window is open' : `window ${leading.name} is open`;
  return {
    desired,
    state: null,
    explanation: {
      proposals: [{ metric: 'schedule', value: null, target: null, replicas: wanted, why }],
      ...(desired === wanted ? {} : { limit: { name: 'bounds', why: `between ${policy.min} and ${policy.max}` } }),
      words: `${changeInWords(observation.currentReplicas, desired)}: ${why}.`,
    },
  };
}
