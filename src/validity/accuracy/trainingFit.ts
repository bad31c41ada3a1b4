/** Refits of the time of dense training on a part of a table. */
import type { Catalog } from '../../catalog/open.js';
import { baseTraining } from '../../latency/profiles/training.js';
import { trainingBand80 } from '../../latency/profiles/trainingBands.js';
import { type TrainingCoefficientName, withCoefficients } from '../../latency/training/coefficients.js';
import { planMeasured, readers } from '../fidelity/training.js';
import { type TrainingJob, trainingJob } from '../fidelity/trainingRow.js';
import { cellOf } from '../measurements/servingRow.js';
import type { MeasurementTable } from '../measurements/table.js';
import type { LeftOut, LeftOutRows } from './leaveOut.js';
import { type FittedRow, leaveOutRows, plus, type RowModel, type RowParameter, times } from './rowFit.js';

interface Question {
  readonly job: TrainingJob;
  readonly metric: string;
}

/**
 * Where the fit starts, seen by no training table: sustained products at two thirds of the peak and attention at a third of it, what is
 * recomputed at its full cost, traffic at three quarters of its bandwidth and as often as unfused code moves it, hosts by orders of magnitude.
 */
const starts: readonly (readonly [TrainingCoefficientName, RowParameter])[] = [
  ['gemm16', times(0.67, 0.2)],
  ['attention', times(0.33, 0.3)],
  ['narrowHead', plus(0.2, 0.1)],
  ['recompute', times(0.9, 0.15)],
  ['bandwidth', times(0.75, 0.1)],
  ['elementwise', times(1, 0.3)],
  ['layerHostS', times(50e-6, 0.7)],
  ['stepHostS', times(5e-3, 0.7)],
  ['exposed', times(0.2, 0.3)],
  ['link', times(0.75, 0.1)],
  ['network', times(0.6, 0.1)],
  ['jitter', times(0.01, 0.3)],
];

const model: RowModel<Question> = {
  parameters: starts.map(([, parameter]) => parameter),
  predict: ({ job, metric }, values) => {
    const moved = Object.fromEntries(starts.map(([name], at) => [name, values[at]]));
    const plan = planMeasured(job.config, withCoefficients(baseTraining, moved));
    return plan.kind === 'training-plan' ? (readers[metric]?.(plan, job) ?? Number.NaN) : Number.NaN;
  },
  noise: 0.08,
  effectiveRows: 100,
  iterations: 6,
};

/** A family of models is one size here: sizes of one architecture are what the table varies. */
const rowsOf = (table: MeasurementTable, catalog: Catalog, datasetOf: string): readonly FittedRow<Question>[] =>
  table.rows.flatMap((row): readonly FittedRow<Question>[] => {
    const job = trainingJob(row, catalog);
    const metric = cellOf(row, 'metric') ?? '';
    const measured = Number(cellOf(row, 'value') ?? Number.NaN);
    if (typeof job === 'string' || !(measured > 0) || readers[metric] === undefined) return [];
    const hardware = cellOf(row, 'hardware') ?? '';
    const group = { hardware, family: cellOf(row, 'model') ?? '' };
    return [{ question: { job, metric }, measured, dataset: datasetOf, metric, hardware, group }];
  });

/** Leave every device, or every size of model, out once. */
export const leaveOutTraining = (
  table: MeasurementTable,
  catalog: Catalog,
  by: LeftOut,
  dataset: string,
  onGroup: (name: string) => void,
): LeftOutRows => leaveOutRows(rowsOf(table, catalog, dataset), model, by, () => trainingBand80.measured, onGroup);
