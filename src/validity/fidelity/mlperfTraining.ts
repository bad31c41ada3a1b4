/** Answers rows of MLPerf Training: time to train = samples to the target × time of a sample. */

import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { Accelerator } from '../../catalog/types.js';
import { trainingCoefficients } from '../../latency/profiles/training.js';
import { chooseLayout } from '../../latency/training/chooseLayout.js';
import { exchangeRoute, gatherRoute, networkOf } from '../../latency/training/communication.js';
import type { TrainingConfig } from '../../latency/training/config.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { findDevice } from './hardwareNames.js';
import { benchmarkOf, type LanguageBenchmark, type OtherBenchmark, samplesToTarget } from './mlperfTrainingWork.js';
import { missed } from './trainingRow.js';

/** Tuned submissions train language models in 8 bits where the device has a unit for it: Transformer Engine, AQT on TPUs. */
export const mlperfPrecision = ({ kind, tflops }: Accelerator): 'fp8' | 'int8' | 'bf16' => {
  const wide = tflops.bf16 ?? 0;
  if (kind === 'tpu') return (tflops.int8 ?? 0) > wide ? 'int8' : 'bf16';
  return (tflops.fp8 ?? 0) > wide ? 'fp8' : 'bf16';
};

/** The job of a language benchmark. */
export const languageJob = (
  benchmark: LanguageBenchmark,
  accelerator: Accelerator,
  accelerators: number,
  globalBatch: number,
  catalog: Catalog,
): TrainingConfig | string => {
  const model = findModel(catalog, benchmark.model);
  if (model.kind !== 'found') return missed(model);
  return {
    model: model.value,
    accelerator,
    accelerators,
    sequenceTokens: benchmark.sequenceTokens,
    globalBatch,
    precision: mlperfPrecision(accelerator),
    method: benchmark.method,
  };
};

/** Seconds to the target of a benchmark that is not a language model. */
export const otherSeconds = (
  benchmark: OtherBenchmark,
  accelerator: Accelerator,
  devices: number,
  batch: number,
): number | undefined => {
  const { tflops, bandwidthGBps } = accelerator;
  const peak = tflops.bf16 ?? tflops.fp16 ?? tflops.fp32;
  if (peak === undefined || bandwidthGBps === undefined) return undefined;
  const { coefficients } = trainingCoefficients(accelerator);
  const network = networkOf(accelerator);
  const group = { size: devices, stride: 1 };
  const sum = gatherRoute(accelerator, network, group, coefficients).perByteS * benchmark.gradients * 4;
  const exchange = exchangeRoute(accelerator, network, group, coefficients).perByteS * benchmark.exchanged;
  const steps = samplesToTarget(benchmark.convergence, batch) / batch;
  const narrow = benchmark.eightBits === true && mlperfPrecision(accelerator) === 'fp8' ? (tflops.fp8 ?? 0) : 0;
  const rate = Math.max(peak * coefficients.gemm16, narrow * coefficients.gemm8) * 1e12;
  const arithmetic = benchmark.flops / rate;
  const sampleS = Math.hypot(arithmetic, benchmark.bytes / (bandwidthGBps * 1e9)) + exchange;
  const busyS = (batch / devices) * sampleS;
  const shownS = Math.max(0, sum - busyS / 2) + coefficients.exposed * Math.min(sum, busyS / 2);
  const stepS = busyS + shownS + benchmark.stepS + benchmark.doublingS * Math.log2(devices);
  return steps * stepS + benchmark.fixedS;
};

export const answerMlperfTrainingRow = (row: Row, catalog: Catalog): Answer => {
  const unanswered = (reason: string): Answer => ({ kind: 'unanswered', reason });
  if (cellOf(row, 'metric') !== 'time_to_train')
    return unanswered(`the metric "${cellOf(row, 'metric') ?? ''}" is not time_to_train`);
  const name = cellOf(row, 'model') ?? '';
  const benchmark = benchmarkOf(name);
  if (benchmark === undefined) return unanswered(`the work of the benchmark "${name}" is not known`);
  const device = findDevice(catalog, cellOf(row, 'hardware') ?? '');
  if (device.kind !== 'found') return unanswered(missed(device));
  const devices = Number(cellOf(row, 'n_accelerators') ?? Number.NaN);
  const batch = Number(cellOf(row, 'global_batch') ?? Number.NaN);
  if (!(devices > 0 && batch > 0)) return unanswered('n_accelerators or global_batch is not given');
  const perUnit = cellOf(row, 'unit') === 'minutes' ? 60 : 1;
  if (benchmark.kind === 'other') {
    const seconds = otherSeconds(benchmark, device.value, devices, batch);
    if (seconds === undefined) return unanswered(`${device.value.name} has no published peak or bandwidth`);
    return {
      kind: 'answered',
      predicted: seconds / perUnit,
      profile: `training, ${name}`,
      band80: 1.5,
      grade: 'inherited',
      notes: [],
    };
  }
  const job = languageJob(benchmark, device.value, devices, batch, catalog);
  if (typeof job === 'string') return unanswered(job);
  const plan = chooseLayout(job);
  if (plan.kind !== 'training-plan') return unanswered(`${plan.message} (${plan.hint})`);
  const steps = samplesToTarget(benchmark.convergence, batch) / batch;
  return {
    kind: 'answered',
    predicted: (steps * plan.stepSeconds) / perUnit,
    profile: plan.profile.name,
    band80: Math.max(1.4, plan.profile.band80.e2e),
    grade: plan.profile.grade,
    notes: [`fastest layout: ${plan.terms.why}; ${plan.precision}`, ...plan.profile.extrapolates],
  };
};
