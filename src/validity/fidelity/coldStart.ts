/** Answers rows of cold-start tables: seconds to load weights, to be ready, to the first inference. */
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import { type ColdStart, coldStartParts, loaderOf, storageOf } from '../../latency/coldStart.js';
import { bytesPerWeight } from '../../latency/precision.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { precisionOf } from './names.js';

/** Factor that contains 80 % of measured/predicted: the spread of the few set-ups behind the coefficients, assumed for others. */
const band80 = 1.5;

const weightBytesOf = (row: Row, catalog: Catalog): number | string => {
  const stated = Number(cellOf(row, 'size_gb') ?? Number.NaN);
  if (stated > 0) return stated * 1e9;
  const name = cellOf(row, 'model') ?? '';
  const model = findModel(catalog, name);
  if (model.kind === 'not-found') return `no model "${name}" in the catalog, and no size_gb`;
  const word = /^[\w]+/.exec(cellOf(row, 'weight_precision') ?? 'bf16')![0];
  return model.value.paramsTotal * bytesPerWeight(precisionOf(word) ?? 'bf16', 'vllm');
};

export const answerColdStart = (row: Row, catalog: Catalog): Answer => {
  const weightBytes = weightBytesOf(row, catalog);
  if (typeof weightBytes === 'string') return { kind: 'unanswered', reason: weightBytes };
  const place = cellOf(row, 'storage') ?? cellOf(row, 'load_mode') ?? '';
  const storage = storageOf(place);
  if (storage === undefined) return { kind: 'unanswered', reason: `the storage "${place}" is not known` };
  const framework = cellOf(row, 'framework') ?? '';
  const readers = Number(/concurrency=(\d+)/.exec(cellOf(row, 'notes') ?? '')?.[1] ?? Number.NaN);
  const start: ColdStart = {
    weightBytes,
    ...storage,
    loader: loaderOf(framework),
    ...(readers > 0 ? { readers } : {}),
    servingEngine: /vllm|sglang|tensorrt|tgi/i.test(framework),
  };
  const parts = coldStartParts(start);
  const metric = cellOf(row, 'metric') ?? '';
  const seconds = /^weights?_load/.test(metric)
    ? parts.weightsS
    : /ready/.test(metric)
      ? parts.weightsS + parts.engineS
      : /first_inference/.test(metric)
        ? parts.firstInferenceS
        : undefined;
  if (seconds === undefined) return { kind: 'unanswered', reason: `the metric "${metric}" is not known` };
  return { kind: 'answered', predicted: seconds, profile: 'cold-start', band80, grade: 'measured', notes: [] };
};
