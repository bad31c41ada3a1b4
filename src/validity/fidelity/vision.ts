/** Answers rows of tables of image networks: FLOPs, parameters and image size are in the row, or in another row of the same network. */
import type { Catalog } from '../../catalog/open.js';
import type { Accelerator } from '../../catalog/types.js';
import { type VisionFit, visionBand80, visionStructure } from '../../latency/profiles/vision.js';
import { type VisionWork, visionSeconds } from '../../latency/visionTime.js';
import { cellOf } from '../measurements/servingRow.js';
import type { MeasurementTable, Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { findDevice } from './hardwareNames.js';
import { missed } from './trainingRow.js';

/** Multiply-adds and the image side that they hold for, by the network's name. */
export type KnownWork = ReadonlyMap<string, { readonly gmacs: number; readonly side: number }>;

/** `vit_base.augreg_in21k` and its old spelling `vit_base_in21k` are one network: weights do not change the work. */
const networkOf = (name: string): string =>
  name.replace(/\..*$/, '').replace(/_(in2[12]k|in2[12]ft1k|in2[12]k_ft_in1k|1k|ns|ap|ssld|cutmix|miil)$/, '');

const positive = (row: Row, column: string): number | undefined => {
  const value = Number(cellOf(row, column) ?? Number.NaN);
  return value > 0 && Number.isFinite(value) ? value : undefined;
};

/** Work that rows of the table state, for the rows that do not. */
export const knownWork = (table: MeasurementTable): KnownWork => {
  const known = new Map<string, { readonly gmacs: number; readonly side: number }>();
  for (const row of table.rows) {
    const gmacs = positive(row, 'gmacs');
    const side = positive(row, 'img_size');
    if (gmacs !== undefined && side !== undefined) known.set(networkOf(cellOf(row, 'model') ?? ''), { gmacs, side });
  }
  return known;
};

/** Convolutions and patches grow with the image's area. */
const scaled = (
  known: { readonly gmacs: number; readonly side: number } | undefined,
  side: number,
): number | undefined => (known === undefined ? undefined : known.gmacs * (side / known.side) ** 2);

/** What a row asks for, once names and work are found. */
export interface VisionCase {
  readonly metric: string;
  readonly work: VisionWork;
  readonly device: Accelerator;
  readonly precision: '16-bit' | 'fp32';
  readonly batch: number;
}

/** @returns the case, or why the row cannot be answered */
export const visionCase = (row: Row, catalog: Catalog, known: KnownWork): VisionCase | string => {
  const metric = cellOf(row, 'metric') ?? '';
  if (!/^(samples_per_s|latency_ms|step_time_s)$/.test(metric))
    return `the metric "${metric}" is not known for image networks`;
  const device = findDevice(catalog, cellOf(row, 'hardware') ?? '');
  if (device.kind !== 'found') return missed(device);
  const name = cellOf(row, 'model') ?? '';
  const side = positive(row, 'img_size') ?? 224;
  const gmacs = positive(row, 'gmacs') ?? scaled(known.get(networkOf(name)), side);
  const parametersM = positive(row, 'params_m');
  if (gmacs === undefined || parametersM === undefined) {
    return `neither this row nor another of ${name} states ${gmacs === undefined ? 'gmacs' : 'params_m'}`;
  }
  const structure = visionStructure(name);
  const precision = /^(fp32|float32|tf32)$/i.test(cellOf(row, 'weight_precision') ?? '') ? 'fp32' : '16-bit';
  const batch = positive(row, 'batch_size') ?? 1;
  const training = /training/.test(cellOf(row, 'kind') ?? '');
  return { metric, work: { structure, gmacs, parametersM, side, training }, device: device.value, precision, batch };
};

/** The case's metric from coefficients; undefined where the device has no published peak or bandwidth. */
export const visionPrediction = (
  { metric, work, device, precision, batch }: VisionCase,
  fit?: VisionFit,
): number | undefined => {
  const seconds = visionSeconds(work, device, precision, batch, fit);
  if (seconds === undefined) return undefined;
  return metric === 'samples_per_s' ? batch / seconds : metric === 'latency_ms' ? seconds * 1e3 : seconds;
};

export const answerVisionRow = (row: Row, catalog: Catalog, known: KnownWork): Answer => {
  const unanswered = (reason: string): Answer => ({ kind: 'unanswered', reason });
  const found = visionCase(row, catalog, known);
  if (typeof found === 'string') return unanswered(found);
  const { device, work } = found;
  const predicted = visionPrediction(found);
  if (predicted === undefined) return unanswered(`${device.name} has no published peak or bandwidth`);
  const isKnown = /Ampere|Cascade/.test(device.architecture);
  return {
    kind: 'answered',
    predicted,
    profile: `image network, ${work.structure}, on ${device.kind}`,
    band80: isKnown ? visionBand80.family : visionBand80.device,
    grade: isKnown ? 'measured' : 'inherited',
    notes: isKnown ? [] : [`no image network was measured on ${device.architecture}`],
  };
};
