/** Errors on groups that a fit did not see: every group of devices or of model families is left out once and predicted by a fit of the rest. */
import { type Distance, distanceBand } from '../../latency/band.js';
import { modelFamily } from '../calibrate/folds.js';
import { bandKindOf } from '../fidelity/bandKind.js';
import { coefficientsFor, type JointFit, jointFit, logErrors, type SlopeTable } from './jointFit.js';
import { type FittedRun, isFitted } from './runs.js';

/** What is left out together. */
export const schemes = ['hardware', 'family'] as const;
export type LeftOut = (typeof schemes)[number];

export interface LeftOutRows {
  readonly rows: readonly LeftOutRow[];
  /** Fits that it took. */
  readonly refits: number;
}

/** One row predicted by a fit that did not see its group. */
export interface LeftOutRow {
  readonly dataset: string;
  readonly metric: string;
  readonly hardware: string;
  /** ln(predicted/measured). */
  readonly logError: number;
  /** Its engine's era had runs in the fit. */
  readonly eraSeen: boolean;
  /** Factor of 80 % that the product states at that distance from what was measured. */
  readonly band80: number;
  /** How far it is from what the fit saw; absent where bands have no such scopes. */
  readonly distance?: Distance;
  /** A fit may learn from such a row. */
  readonly learnt: boolean;
}

const keys: Readonly<Record<LeftOut, (run: FittedRun) => string>> = {
  hardware: ({ hardware }) => hardware,
  family: ({ run }) => modelFamily(run.conditions.model),
};

/** Groups of fewer runs are left out together: each group costs a fit. */
const leastRuns = 30;
/** Steps from the fit of all runs; the optimum without one group is near. */
const steps = 4;

/** The groups of a scheme, by name; small ones together. */
export const groupsOf = (runs: readonly FittedRun[], by: LeftOut): ReadonlyMap<string, readonly FittedRun[]> => {
  const all = new Map<string, FittedRun[]>();
  for (const run of runs) {
    const key = keys[by](run);
    all.set(key, [...(all.get(key) ?? []), run]);
  }
  const small = [...all].filter(([, group]) => group.length < leastRuns && by === 'family');
  if (small.length < 2) return all;
  for (const [key] of small) all.delete(key);
  all.set(
    small.map(([key]) => key).join(', '),
    small.flatMap(([, group]) => group),
  );
  return all;
};

/**
 * Leave every group out once.
 *
 * @param full the fit of all runs: where the others start. What is left out has no say in the others: its layers fall back to their
 *   parents, and the origin has seen no table.
 * @param slopes of the runs that fits see
 */
export const leaveOut = (
  runs: readonly FittedRun[],
  by: LeftOut,
  full: JointFit,
  slopes: SlopeTable,
  onGroup: (name: string) => void,
): LeftOutRows => {
  const groups = groupsOf(runs, by);
  if (groups.size < 2) return { rows: [], refits: 0 };
  const rows = [...groups].flatMap(([name, group]) => {
    onGroup(name);
    const out = new Set(group);
    const seen = [...slopes.keys()].filter((run) => !out.has(run));
    const fit = jointFit(seen, { start: full, slopes, iterations: steps });
    return group.flatMap((run) => rowsOf(run, fit, seen, by));
  });
  return { rows, refits: groups.size };
};

const rowsOf = (run: FittedRun, fit: JointFit, seen: readonly FittedRun[], by: LeftOut): readonly LeftOutRow[] => {
  const { dataset, hardware } = run.run.conditions;
  const eraSeen = fit.seen.has(run.engineLayer);
  const kin = seen.filter(({ engineLayer }) => engineLayer === run.engineLayer);
  const distance: Distance = {
    unknownEra: !eraSeen,
    hardware:
      by === 'family' ? 'same' : kin.some(({ vendor }) => vendor === run.vendor) || !eraSeen ? 'new' : 'other-vendor',
    newModel: by === 'family' && !kin.some(({ modelClass }) => modelClass === run.modelClass),
  };
  return logErrors(run, coefficientsFor(fit, run)).map((logError, at) => {
    const { metric } = run.run.measurements[at]!;
    const band80 = distanceBand(distance)[bandKindOf(metric)];
    return { dataset, metric, hardware, logError, eraSeen, band80, distance, learnt: isFitted(run, metric) };
  });
};
