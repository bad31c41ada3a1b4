/** Refits of cold starts on a part of a table. */
import type { Catalog } from '../../catalog/open.js';
import { type ColdStartCoefficients, coldStartBand80 } from '../../latency/coldStart.js';
import { type AskedColdStart, askedColdStart, coldStartPrediction } from '../fidelity/coldStart.js';
import { cellOf } from '../measurements/servingRow.js';
import type { MeasurementTable } from '../measurements/table.js';
import type { LeftOut, LeftOutRows } from './leaveOut.js';
import { type FittedRow, leaveOutRows, type RowModel, times } from './rowFit.js';

/**
 * Where the fit starts, seen by no table: one reader without read-ahead holds about 2 GB/s of local drives, 0.25 GB/s of network block
 * volumes and 0.1 GB/s of object stores; many readers nearly all of a bandwidth; engines record graphs for some 20 s; a first inference
 * loads kernels for 2 s.
 */
const parameters = [
  times(2, 0.4),
  times(0.25, 0.4),
  times(0.1, 0.4),
  times(6, 0.4),
  times(0.9, 0.1),
  times(0.8, 0.1),
  times(20, 0.4),
  times(2, 0.4),
];

const coefficientsOf = (values: readonly number[]): ColdStartCoefficients => {
  const [nvme, blockVolume, objectStore, memory, parallelShare, linkShare, engineInitS, firstInferenceS] = values;
  return {
    perReaderGBps: { nvme: nvme!, 'block-volume': blockVolume!, 'object-store': objectStore!, memory: memory! },
    parallelShare: Math.min(1, parallelShare!),
    linkShare: Math.min(1, linkShare!),
    engineInitS: engineInitS!,
    firstInferenceS: firstInferenceS!,
  };
};

const model: RowModel<AskedColdStart> = {
  parameters,
  predict: (asked, values) => coldStartPrediction(asked, coefficientsOf(values)) ?? Number.NaN,
  noise: 0.15,
  effectiveRows: 40,
  iterations: 8,
};

/** Loaders stand in for families of models: cold starts read bytes, whatever they mean. */
const rowsOf = (table: MeasurementTable, catalog: Catalog, dataset: string): readonly FittedRow<AskedColdStart>[] =>
  table.rows.flatMap((row): readonly FittedRow<AskedColdStart>[] => {
    const question = askedColdStart(row, catalog);
    const measured = Number(cellOf(row, 'value') ?? Number.NaN);
    if (typeof question === 'string' || !(measured > 0) || coldStartPrediction(question) === undefined) return [];
    const hardware = cellOf(row, 'hardware') ?? '';
    const loader = (cellOf(row, 'framework') ?? '').replace(/^vllm\+/i, '');
    return [{ question, measured, dataset, metric: question.metric, hardware, group: { hardware, family: loader } }];
  });

/** Leave every device (with its storage and model), or every loader, out once. */
export const leaveOutColdStart = (
  table: MeasurementTable,
  catalog: Catalog,
  by: LeftOut,
  dataset: string,
  onGroup: (name: string) => void,
): LeftOutRows => leaveOutRows(rowsOf(table, catalog, dataset), model, by, () => coldStartBand80, onGroup);
