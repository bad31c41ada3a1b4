/** From a row of a training table to the job that it describes; what a row leaves open is derived and said. */
import { findAccelerator } from '../../catalog/accelerators.js';
import { missHint, missMessage, type NotFound } from '../../catalog/lookup.js';
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { ModelCard } from '../../catalog/types.js';
import type { Method, Recompute, Sharding, TrainingConfig, TrainingPrecision } from '../../latency/training/config.js';
import { decoderOfSize } from '../../latency/training/dimensions.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';

export interface TrainingJob {
  readonly config: TrainingConfig;
  readonly framework: string;
  readonly notes: readonly string[];
}

/** A miss in one sentence. */
export const missed = (miss: NotFound): string => {
  const { hint } = missHint(miss);
  return hint === undefined ? missMessage(miss) : `${missMessage(miss)}; ${hint}`;
};

const countOf = (row: Row, column: string): number | undefined => {
  const text = cellOf(row, column);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
};

/** Frameworks that shard the weights themselves unless told otherwise (their documentation, 2024–2026). */
const shardsWeights =
  /foundry|composer|fsdp|maxtext|titan|axlearn|levanter|easylm|pax|t5x|zero-?3|optimum|lightning|torchtune/i;

const precisionOf = (text: string | undefined): TrainingPrecision => {
  const name = (text ?? 'bf16').toLowerCase();
  if (/fp8|mxfp8|float8|fp4/.test(name)) return 'fp8';
  if (/int8|aqt/.test(name)) return 'int8';
  if (/tf32/.test(name)) return 'tf32';
  if (/^(fp32|float32)$/.test(name)) return 'fp32';
  return /fp16|float16|amp/.test(name) && !/bfloat16/.test(name) ? 'fp16' : 'bf16';
};

const recomputeOf = (text: string | undefined): Recompute | undefined => {
  const name = (text ?? '').toLowerCase();
  if (/^(true|yes|1|full|block|uniform|remat_full|minimal_?full)/.test(name)) return 'full';
  if (/select|minimal|partial|save/.test(name)) return 'selective';
  return /^(false|no|0|none|off)/.test(name) ? 'none' : undefined;
};

const methodOf = (task: string): Method => (/qlora/i.test(task) ? 'qlora' : /lora|peft/i.test(task) ? 'lora' : 'full');

const modelOf = (row: Row, catalog: Catalog, notes: string[]): ModelCard | string => {
  const name = cellOf(row, 'model') ?? '';
  const found = findModel(catalog, name);
  if (found.kind === 'found' && found.value.layers > 0) return found.value;
  const parameters = countOf(row, 'n_params');
  if (parameters === undefined) {
    const miss = found.kind === 'found' ? `${name} has no architecture` : missed(found);
    return `${miss}; the row has no n_params either`;
  }
  notes.push(`no card describes ${name}: a dense decoder of ${(parameters / 1e9).toFixed(2)} B parameters`);
  return decoderOfSize(name, parameters);
};

/** The job of a row, or a sentence why it cannot be told. */
export const trainingJob = (row: Row, catalog: Catalog): TrainingJob | string => {
  const accelerator = findAccelerator(catalog, cellOf(row, 'hardware') ?? '');
  if (accelerator.kind === 'not-found') return missed(accelerator);
  const notes: string[] = [];
  const model = modelOf(row, catalog, notes);
  if (typeof model === 'string') return model;
  const sequenceTokens = countOf(row, 'sequence_length');
  if (sequenceTokens === undefined) return 'sequence_length is not given';
  const framework = cellOf(row, 'framework') ?? '';
  const tensor = countOf(row, 'tp');
  const pipeline = countOf(row, 'pp');
  const context = countOf(row, 'cp');
  const data = countOf(row, 'dp');
  const accelerators = countOf(row, 'n_accelerators') ?? (tensor ?? 1) * (pipeline ?? 1) * (context ?? 1) * (data ?? 1);
  const ranks = Math.max(1, accelerators / ((tensor ?? 1) * (pipeline ?? 1) * (context ?? 1)));
  const microBatch = countOf(row, 'micro_batch_size');
  const batch = countOf(row, 'global_batch_size');
  if (batch === undefined) notes.push('global_batch_size is not given: one micro-batch a rank, eight a pipeline stage');
  const globalBatch = batch ?? ranks * (microBatch ?? 1) * ((pipeline ?? 1) > 1 ? 8 * (pipeline ?? 1) : 1);
  const expert = model.moe === undefined ? undefined : countOf(row, 'ep');
  const sharding: Sharding | undefined = shardsWeights.test(framework) ? 'weights' : undefined;
  const recompute = recomputeOf(cellOf(row, 'activation_checkpointing'));
  const config: TrainingConfig = {
    model,
    accelerator: accelerator.value,
    accelerators,
    sequenceTokens,
    globalBatch,
    precision: precisionOf(cellOf(row, 'precision')),
    method: methodOf(`${cellOf(row, 'task') ?? ''} ${cellOf(row, 'model') ?? ''}`),
    bidirectional: /bert|encoder/i.test(`${model.family} ${model.kind}`),
    ...(tensor === undefined ? {} : { tensor }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(context === undefined ? {} : { context }),
    ...(expert === undefined ? {} : { expert }),
    ...(sharding === undefined ? {} : { sharding }),
    ...(microBatch === undefined ? {} : { microBatch }),
    ...(recompute === undefined ? {} : { recompute }),
  };
  return { config, framework, notes };
};
