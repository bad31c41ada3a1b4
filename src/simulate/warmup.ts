/** Warm-up of a window that starts from an empty system: MSER-5 over the number in system of one pilot run. */
import { warmupLength } from '../kernel/warmup.js';
import type { RunRecord } from './results/record.js';
import type { RunSpec } from './runSpec.js';

const PROBES = 200;

/** The pilot of a window: a run of its own (replication −1) from an empty system. */
export function pilotSpec(common: Omit<RunSpec, 'replication' | 'warmupS' | 'batches'>): RunSpec {
  return { ...common, replication: -1, warmupS: 0, batches: 1, probeEveryS: (common.windowS ?? 0) / PROBES };
}

/** Seconds to drop, by what the pilot saw. */
export function warmupOf(pilot: RunRecord, windowS: number): number {
  return (warmupLength(pilot.levels ?? []) * windowS) / PROBES;
}
