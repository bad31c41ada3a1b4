/** The machines of a pool by instance type: how many ran, how many were started, and when the type could not be had. */
import { mostAtOnce } from '../../billing/usage.js';
import { mean, ratio, sum } from '../arithmetic.js';
import { type PreparedPool, typesOfPool } from '../world/types.js';
import type { RunRecord } from './record.js';

export interface MachinesOfType {
  readonly instance: string;
  /** Machines that ran, over the window. */
  readonly mean: number;
  readonly max: number;
  /** Started in a window, as a mean over replications. */
  readonly started: number;
  /** Share of time in which no machine of this type could be had. */
  readonly outOfStock: number;
}

/** @param records of a pool whose machines come and go, one for each replication */
export function machinesByType(
  pool: PreparedPool,
  records: readonly Pick<RunRecord, 'fleet' | 'fromS' | 'untilS'>[],
): MachinesOfType[] {
  const seconds = sum(records.map(({ fromS, untilS }) => untilS - fromS));
  return typesOfPool(pool).map(({ pool: { instance = '' } }, type) => {
    const runs = records.map(({ fleet }) => fleet!.nodes.filter((run) => (run.type ?? 0) === type));
    const outs = records.map(({ fleet }) => (fleet!.stockOuts ?? []).filter((out) => out.type === type));
    return {
      instance,
      mean: ratio(sum(runs.flat().map(({ startS, endS }) => endS - startS)), seconds),
      max: Math.max(...runs.map(mostAtOnce)),
      started: mean(runs.map((each) => each.filter(({ startS }) => startS > 0).length)),
      outOfStock: ratio(sum(outs.map(covered)), seconds),
    };
  });
}

/** Seconds that intervals cover together, in order of their starts. */
function covered(intervals: readonly { readonly fromS: number; readonly untilS: number }[]): number {
  let seconds = 0;
  let until = 0;
  for (const { fromS, untilS } of intervals) {
    seconds += Math.max(0, untilS - Math.max(fromS, until));
    until = Math.max(until, untilS);
  }
  return seconds;
}
