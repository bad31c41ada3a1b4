/** The whole assessment: predictions of every table as they are, and of every group by fits that did not see it. */
import { basename } from 'node:path';
import type { Catalog } from '../../catalog/open.js';
import type { Problem } from '../../scenario/types.js';
import { bandKindOf } from '../fidelity/bandKind.js';
import type { FidelityRow } from '../fidelity/groups.js';
import { isVision } from '../fidelity/otherTables.js';
import { type MeasurementTable, readTable } from '../measurements/table.js';
import { type DerivedBand, deriveBands } from './bands.js';
import { type DeviceBias, deviceBiases, leaningOf } from './bias.js';
import { leaveOutColdStart } from './coldStartFit.js';
import { jointFit, slopeTable, thinned } from './jointFit.js';
import { type LeftOut, type LeftOutRows, leaveOut, schemes } from './leaveOut.js';
import type { AccuracyFacts, AccuracyRow } from './page.js';
import { nameOf, type PredictedGroup, predictTable } from './predictTable.js';
import { type FittedRun, isFitted, readRuns } from './runs.js';
import { leftOutScores, type Scored, scoreKey, scoreOf } from './score.js';
import { leaveOutTraining } from './trainingFit.js';
import { leaveOutVision } from './visionFit.js';

export interface Assessment {
  readonly rows: readonly AccuracyRow[];
  readonly facts: Omit<AccuracyFacts, 'date'>;
  readonly biases: readonly DeviceBias[];
  /** What the left-out rows say of bands. */
  readonly bands: readonly DerivedBand[];
}

export type AssessmentRead =
  | { readonly ok: true; readonly assessment: Assessment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface AssessOptions {
  readonly catalog: Catalog;
  readonly seed: number;
  /** Told what is being done. */
  readonly onStep: (what: string) => void;
}

interface NamedTable {
  readonly file: string;
  readonly table: MeasurementTable;
}

/** Steps of the fit of all runs from the built-in profiles, which are near its optimum. */
const fullSteps = 4;

/** Assess measurement tables; refits concern serving, training, cold starts and image networks. */
export const assess = async (files: readonly string[], options: AssessOptions): Promise<AssessmentRead> => {
  const predicted = await predictTables(files, options);
  if (!predicted.ok) return predicted;
  const { runs, problems } = await readRuns(files, options.catalog, options.seed);
  if (problems.length > 0) return { ok: false, problems };
  const refits = refitWithout(runs, predicted.tables, options);
  return { ok: true, assessment: assessmentOf(predicted, runs, refits) };
};

interface Predicted {
  readonly groups: readonly PredictedGroup[];
  readonly tables: readonly NamedTable[];
}

/** Every row by the built-in profiles. */
const predictTables = async (
  files: readonly string[],
  options: AssessOptions,
): Promise<({ readonly ok: true } & Predicted) | { readonly ok: false; readonly problems: readonly Problem[] }> => {
  const groups: PredictedGroup[] = [];
  const tables: NamedTable[] = [];
  for (const file of files) {
    options.onStep(`predicting ${basename(file)}`);
    const read = readTable(file);
    if (!read.ok) return read;
    const predicted = await predictTable(file, read.table, options);
    if (!predicted.ok) return predicted;
    groups.push(...predicted.groups);
    tables.push({ file, table: read.table });
  }
  return { ok: true, groups, tables };
};

type Refits = ReadonlyMap<LeftOut, LeftOutRows>;

/** Every group of devices and of model families predicted by fits that did not see it. */
const refitWithout = (runs: readonly FittedRun[], tables: readonly NamedTable[], options: AssessOptions): Refits => {
  const learnt = thinned(runs);
  options.onStep(`fitting ${learnt.length} runs`);
  const full = jointFit(learnt, { start: 'built-in', iterations: learnt.length === 0 ? 0 : fullSteps });
  const slopes = slopeTable(full, learnt);
  const without = (group: string): void => options.onStep(`without ${group}`);
  const all = schemes.map((by) => {
    const parts = [
      leaveOut(runs, by, full, slopes, without),
      ...tables.flatMap((named) => leaveOutOther(named, options.catalog, by, without)),
    ];
    const rows = parts.flatMap((part) => part.rows);
    return [by, { rows, refits: parts.reduce((sum, part) => sum + part.refits, 0) }] as const;
  });
  return new Map(all);
};

/** What the page says of both. */
const assessmentOf = ({ groups, tables }: Predicted, runs: readonly FittedRun[], refits: Refits): Assessment => ({
  rows: linesOf(groups, refits),
  biases: biasesOf(groups, refits),
  facts: factsOf(groups, tables, runs, refits),
  bands: deriveBands([...refits.values()].flatMap((part) => part.rows)),
});

/** Refits of a table that is not about serving; none where its kind has no refit. */
const leaveOutOther = (
  { file, table }: NamedTable,
  catalog: Catalog,
  by: LeftOut,
  without: (group: string) => void,
): readonly LeftOutRows[] => {
  const name = nameOf(file, undefined);
  if (table.kind === 'training') return [leaveOutTraining(table, catalog, by, name, without)];
  if (table.kind === 'cold-start') return [leaveOutColdStart(table, catalog, by, name, without)];
  return isVision(table) ? [leaveOutVision(table, catalog, by, (kind) => nameOf(file, kind), without)] : [];
};

const scored = ({ predicted, measured, band80, beyond_physics: beyond }: FidelityRow): Scored => ({
  logError: predicted === null || beyond === true ? Number.NaN : Math.log(predicted / measured),
  band80: band80 === undefined || predicted === null ? 1 : band80[1] / predicted,
});

const linesOf = (groups: readonly PredictedGroup[], refits: Refits): readonly AccuracyRow[] => {
  const [hardwareOut, familyOut] = schemes.map((by) => leftOutScores(refits.get(by)!.rows));
  return groups.flatMap(({ by, rows }): readonly AccuracyRow[] => {
    const fitted = scoreOf(rows.map(scored));
    if (fitted === undefined) return [];
    const hardware = hardwareOut!.get(scoreKey(by));
    const family = familyOut!.get(scoreKey(by));
    return [{ ...by, fitted, ...(hardware && { hardwareOut: hardware }), ...(family && { familyOut: family }) }];
  });
};

/** Leanings of devices that a serving fit left out; devices by the tables' names. */
const biasesOf = (groups: readonly PredictedGroup[], refits: Refits): readonly DeviceBias[] => {
  const leftOut = refits.get('hardware')!.rows.filter(({ distance }) => distance !== undefined);
  const devices = new Set(leftOut.map(({ hardware }) => hardware));
  const fitted = groups
    .filter(({ by }) => devices.has(by.hardware))
    .flatMap(({ by: { hardware, metric }, rows }) =>
      rows.map((row) => leaningOf(hardware, metric, bandKindOf(metric), scored(row).logError)),
    );
  return deviceBiases(
    fitted,
    leftOut.map(({ hardware, metric, logError }) => leaningOf(hardware, metric, bandKindOf(metric), logError)),
  );
};

const factsOf = (
  groups: readonly PredictedGroup[],
  tables: readonly NamedTable[],
  runs: readonly FittedRun[],
  refits: Refits,
): Assessment['facts'] => {
  const rows = groups.flatMap((group) => group.rows);
  const measurements = runs.flatMap((run) => run.run.measurements.map(({ metric }) => ({ run, metric })));
  return {
    tables: tables.length,
    rows: rows.length,
    unanswered: rows.filter(({ predicted }) => predicted === null).length,
    beyondPhysics: rows.filter(({ beyond_physics: beyond }) => beyond === true).length,
    notFitted: measurements.filter(({ run, metric }) => !isFitted(run, metric)).length,
    refits: [...refits.values()].reduce((sum, part) => sum + part.refits, 0),
  };
};
