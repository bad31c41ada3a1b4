/** The machines under several services: what they hold together, in whole instances. */
import { type InstanceRun, instanceRuns, instancesFor, type UseStep } from '../../billing/usage.js';

/** A replica's place: so many accelerators from `startS` to `endS`. */
export interface Place {
  readonly startS: number;
  readonly endS: number;
  readonly accelerators: number;
}

/** Accelerators held by all places, as a step function sorted by time; a place that ends as another begins makes no step of its own. */
export function heldSteps(places: readonly Place[]): readonly UseStep[] {
  const changes = new Map<number, number>();
  for (const { startS, endS, accelerators } of places) {
    if (endS <= startS) continue;
    changes.set(startS, (changes.get(startS) ?? 0) + accelerators);
    changes.set(endS, (changes.get(endS) ?? 0) - accelerators);
  }
  let held = 0;
  return [...changes]
    .sort(([a], [b]) => a - b)
    .map(([atS, change]) => {
      held += change;
      return { atS, accelerators: held };
    });
}

/**
 * Runs of the instances under a step function of accelerators: ⌈held / per instance⌉ at every moment, and an instance that is not needed
 * stays for `keepS` more. Steps may begin before the window (negative times); runs are cut to it.
 */
export function machineRuns(
  steps: readonly UseStep[],
  perInstance: number,
  keepS: number,
  windowS: number,
): readonly InstanceRun[] {
  const firstS = Math.min(0, steps[0]?.atS ?? 0);
  const shifted = kept(steps, perInstance, keepS).map(({ atS, accelerators }) => ({ atS: atS - firstS, accelerators }));
  return instanceRuns(shifted, 1, windowS - firstS)
    .map(({ startS, endS, isPart }) => ({
      startS: Math.max(0, startS + firstS),
      endS: endS + firstS,
      isPart: isPart === true || startS + firstS <= 0,
    }))
    .filter(({ startS, endS }) => endS > startS)
    .sort((a, b) => a.startS - b.startS || a.endS - b.endS);
}

/** Instances that are there when the last `keepS` seconds count as well: the most that were needed in them. */
function kept(steps: readonly UseStep[], perInstance: number, keepS: number): readonly UseStep[] {
  const needed = steps.map(({ atS, accelerators }) => ({ atS, accelerators: instancesFor(accelerators, perInstance) }));
  const moments = [...new Set(needed.flatMap(({ atS }) => [atS, atS + keepS]))].sort((a, b) => a - b);
  let first = 0;
  let next = 0;
  return moments.map((atS) => {
    while (next < needed.length && needed[next]!.atS <= atS) next++;
    // A level counts until keepS after the step that ended it.
    while (first + 1 < next && needed[first + 1]!.atS + keepS <= atS) first++;
    let most = 0;
    for (let i = first; i < next; i++) most = Math.max(most, needed[i]!.accelerators);
    return { atS, accelerators: most };
  });
}

/** The most that is held at once within the window. */
export function mostHeld(steps: readonly UseStep[], windowS: number): number {
  let atStart = 0;
  let most = 0;
  for (const { atS, accelerators } of steps) {
    if (atS <= 0) atStart = accelerators;
    else if (atS < windowS) most = Math.max(most, accelerators);
  }
  return Math.max(atStart, most);
}
