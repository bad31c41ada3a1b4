/** Predictions of one table by the built-in profiles, gathered as the page shows them. */
import { basename } from 'node:path';
import type { Problem } from '../../scenario/types.js';
import { type FidelityOptions, fidelity } from '../fidelity/fidelity.js';
import type { FidelityGroup, FidelityRow } from '../fidelity/groups.js';
import type { MeasurementTable } from '../measurements/table.js';
import { scoreKey } from './score.js';

/** Rows of one data set, metric and device. */
export interface PredictedGroup {
  readonly by: FidelityGroup['by'];
  readonly rows: readonly FidelityRow[];
}

/** A table of more devices than this is one line a metric. */
const mostDevices = 3;

/** What the page calls a table that names no data set: by its file, and the kind of work where rows say so. */
export const nameOf = (file: string, kind: string | undefined): string =>
  [basename(file, '.csv'), ...(kind ? [kind.replaceAll('_', ' ')] : [])].join(', ');

export const predictTable = async (
  file: string,
  table: MeasurementTable,
  options: FidelityOptions,
): Promise<
  | { readonly ok: true; readonly groups: readonly PredictedGroup[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> => {
  const read = await fidelity(file, options);
  if (!read.ok) return read;
  const devices = new Set(table.rows.map(({ cells }) => cells['hardware']));
  const together = table.kind !== 'serving' && devices.size > mostDevices;
  const groups = new Map<string, { by: FidelityGroup['by']; rows: FidelityRow[] }>();
  read.result.rows.forEach((row, at) => {
    const { dataset, kind, hardware = '' } = table.rows[at]!.cells;
    const by = {
      dataset: table.kind === 'serving' && dataset !== undefined ? dataset : nameOf(file, kind),
      metric: row.metric,
      hardware: together ? `${devices.size} devices` : hardware,
    };
    const group = groups.get(scoreKey(by)) ?? { by, rows: [] };
    group.rows.push(row);
    groups.set(scoreKey(by), group);
  });
  return { ok: true, groups: [...groups.values()] };
};
