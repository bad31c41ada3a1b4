/** Answers rows of cold-start tables: seconds to load weights, to be ready, to the first inference. */
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import {
  type ColdStart,
  type ColdStartCoefficients,
  coldStartBand80,
  coldStartParts,
  loaderOf,
  storageOf,
} from '../../latency/coldStart.js';
import { bytesPerWeight } from '../../latency/precision.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { precisionOf } from './names.js';

const weightBytesOf = (row: Row, catalog: Catalog): number | string => {
  const stated = Number(cellOf(row, 'size_gb') ?? Number.NaN);
  if (stated > 0) return stated * 1e9;
  const name = cellOf(row, 'model') ?? '';
  const model = findModel(catalog, name);
  if (model.kind === 'not-found') return `no model "${name}" in the catalog, and no size_gb`;
  const word = /^[\w]+/.exec(cellOf(row, 'weight_precision') ?? 'bf16')![0];
  return model.value.paramsTotal * bytesPerWeight(precisionOf(word) ?? 'bf16', 'vllm');
};

/** What a row asks. */
export interface AskedColdStart {
  readonly start: ColdStart;
  readonly metric: string;
}

/** The question of a row, or a sentence why it cannot be told. */
export const askedColdStart = (row: Row, catalog: Catalog): AskedColdStart | string => {
  const weightBytes = weightBytesOf(row, catalog);
  if (typeof weightBytes === 'string') return weightBytes;
  const place = cellOf(row, 'storage') ?? cellOf(row, 'load_mode') ?? '';
  const storage = storageOf(place);
  if (storage === undefined) return `the storage "${place}" is not known`;
  const framework = cellOf(row, 'framework') ?? '';
  const readers = Number(/concurrency=(\d+)/.exec(cellOf(row, 'notes') ?? '')?.[1] ?? Number.NaN);
  const start: ColdStart = {
    weightBytes,
    ...storage,
    loader: loaderOf(framework),
    ...(readers > 0 ? { readers } : {}),
    servingEngine: /vllm|sglang|tensorrt|tgi/i.test(framework),
  };
  return { start, metric: cellOf(row, 'metric') ?? '' };
};

/** Seconds, or undefined where the metric is not known. */
export const coldStartPrediction = (
  { start, metric }: AskedColdStart,
  coefficients?: ColdStartCoefficients,
): number | undefined => {
  const parts = coldStartParts(start, coefficients);
  if (/^weights?_load/.test(metric)) return parts.weightsS;
  if (/ready/.test(metric)) return parts.weightsS + parts.engineS;
  return /first_inference/.test(metric) ? parts.firstInferenceS : undefined;
};

export const answerColdStart = (row: Row, catalog: Catalog): Answer => {
  const asked = askedColdStart(row, catalog);
  if (typeof asked === 'string') return { kind: 'unanswered', reason: asked };
  const predicted = coldStartPrediction(asked);
  if (predicted === undefined) return { kind: 'unanswered', reason: `the metric "${asked.metric}" is not known` };
  return { kind: 'answered', predicted, profile: 'cold-start', band80: coldStartBand80, grade: 'measured', notes: [] };
};
