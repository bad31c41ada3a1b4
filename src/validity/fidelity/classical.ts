/** Answers rows of tables of encoders and other classical models, for inference and training. */
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import { isRefusalOfInference, planInference } from '../../latency/planInference.js';
import type { TrainingPrecision } from '../../latency/training/config.js';
import { planTraining } from '../../latency/training/planTraining.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { findDevice } from './hardwareNames.js';
import { missed } from './trainingRow.js';

const positive = (row: Row, column: string): number | undefined => {
  const value = Number(cellOf(row, column) ?? Number.NaN);
  return value > 0 && Number.isFinite(value) ? value : undefined;
};

const precisionOf = (text: string): TrainingPrecision =>
  /tf32/i.test(text)
    ? 'tf32'
    : /^(fp32|float32)$/i.test(text)
      ? 'fp32'
      : /fp8/i.test(text)
        ? 'fp8'
        : /bf16/i.test(text)
          ? 'bf16'
          : 'fp16';

export const answerClassicalRow = (row: Row, catalog: Catalog): Answer => {
  const unanswered = (reason: string): Answer => ({ kind: 'unanswered', reason });
  if (cellOf(row, 'metric') !== 'samples_per_s')
    return unanswered(`the metric "${cellOf(row, 'metric') ?? ''}" is not samples_per_s`);
  const device = findDevice(catalog, cellOf(row, 'hardware') ?? '');
  if (device.kind !== 'found') return unanswered(missed(device));
  const model = findModel(catalog, cellOf(row, 'model') ?? '');
  if (model.kind !== 'found') return unanswered(missed(model));
  const devices = positive(row, 'n_accelerators') ?? 1;
  const batch = positive(row, 'batch_size') ?? positive(row, 'concurrency') ?? 1;
  const precision = precisionOf(cellOf(row, 'weight_precision') ?? '');
  const tokens = positive(row, 'input_tokens');
  if (/training/.test(cellOf(row, 'kind') ?? '')) {
    if (tokens === undefined) return unanswered('input_tokens is not given');
    const plan = planTraining({
      model: model.value,
      accelerator: device.value,
      accelerators: devices,
      sequenceTokens: tokens,
      globalBatch: batch * devices,
      microBatch: batch,
      precision,
      recompute: 'none',
      bidirectional: !/llm|decoder/.test(model.value.kind),
      sharding: 'none',
      assumeFits: true,
    });
    if (plan.kind !== 'training-plan') return unanswered(`${plan.message} (${plan.hint})`);
    const { profile } = plan;
    const predicted = plan.tokensPerSecond / tokens;
    return {
      kind: 'answered',
      predicted,
      profile: profile.name,
      band80: Math.max(1.4, profile.band80.e2e),
      grade: profile.grade,
      notes: profile.extrapolates,
    };
  }
  const weights = precision === 'tf32' || precision === 'fp32' ? 'fp32' : precision === 'fp8' ? 'fp8' : 'bf16';
  const plan = planInference(
    {
      model: model.value,
      accelerator: device.value,
      weights,
      maxBatch: batch,
      itemsPerRequest: 1,
      instances: 1,
      ...(tokens === undefined ? {} : { tokensPerItem: tokens }),
    },
    catalog,
  );
  if (isRefusalOfInference(plan)) return unanswered(`${plan.message} (${plan.hint})`);
  const { name, band80, grade, extrapolates } = plan.profile;
  return {
    kind: 'answered',
    predicted: (devices * batch) / plan.batchTimeS[batch]!,
    profile: name,
    band80: band80.e2e,
    grade,
    notes: extrapolates,
  };
};
