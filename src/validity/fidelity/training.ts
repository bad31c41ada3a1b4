/** Answers rows of a training table. */
import type { Catalog } from '../../catalog/open.js';
import { chooseLayout, interleaving } from '../../latency/training/chooseLayout.js';
import type { TrainingCoefficients } from '../../latency/training/coefficients.js';
import type { TrainingConfig, TrainingPlan } from '../../latency/training/config.js';
import { planTraining } from '../../latency/training/planTraining.js';
import { tokenWork } from '../../latency/training/work.js';
import type { DoesNotFit } from '../../latency/types.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { type TrainingJob, trainingJob } from './trainingRow.js';

/** Frameworks that count masked pairs of attention too when they state FLOP/s (Megatron-LM, Narayanan et al. 2021, eq. 3). */
const countsMaskedPairs = /megatron|nemo|deepspeed/i;

/** A plan for a measured job: as given; what is open is chosen; what our memory model denies is answered all the same. */
export const planMeasured = (
  config: TrainingConfig,
  coefficients?: TrainingCoefficients,
): TrainingPlan | DoesNotFit => {
  const open =
    config.tensor === undefined ||
    config.pipeline === undefined ||
    config.sharding === undefined ||
    config.microBatch === undefined;
  const virtualStages = interleaving(config.model.layers, config.pipeline ?? 1);
  const chosen = open ? chooseLayout(config, coefficients) : planTraining({ ...config, virtualStages }, coefficients);
  if (chosen.kind === 'training-plan') return chosen;
  const degrees = {
    virtualStages,
    recompute: config.recompute ?? ('full' as const),
    sharding: config.sharding ?? ('weights' as const),
  };
  return planTraining({ ...config, ...degrees, assumeFits: true }, coefficients);
};

/** How each metric of a training table is read off a plan. */
export const readers: Readonly<Record<string, (plan: TrainingPlan, job: TrainingJob) => number>> = {
  tokens_per_s_per_accelerator: (plan) => plan.tokensPerSecondPerAccelerator,
  tokens_per_s: (plan) => plan.tokensPerSecond,
  samples_per_s: (plan, { config }) => plan.tokensPerSecond / config.sequenceTokens,
  step_time_s: (plan) => plan.stepSeconds,
  model_tflops_per_accelerator: (plan, job) => plan.modelTflopsPerAccelerator * countedShare(job, plan),
  mfu_pct: (plan, job) => 100 * plan.mfu * countedShare(job, plan) * sixteenBitShare(job, plan),
};

/** FLOPs as the framework counts them over ours. */
const countedShare = ({ config, framework }: TrainingJob, plan: TrainingPlan): number => {
  if (!countsMaskedPairs.test(framework) || config.bidirectional === true) return 1;
  const work = tokenWork(config.model, config.sequenceTokens);
  return 1 + (3 * work.attentionFlops) / plan.modelFlopsPerToken;
};

/** Utilisation is stated against the peak of the precision that was trained in. */
const sixteenBitShare = ({ config }: TrainingJob, plan: TrainingPlan): number => {
  const { bf16, fp16, fp8, int8 } = config.accelerator.tflops;
  const wide = bf16 ?? fp16;
  const narrow = plan.precision === 'fp8' ? fp8 : plan.precision === 'int8' ? int8 : wide;
  return wide === undefined || narrow === undefined ? 1 : wide / narrow;
};

export const answerTrainingRow = (row: Row, catalog: Catalog): Answer => {
  const metric = cellOf(row, 'metric') ?? '';
  const reader = readers[metric];
  if (reader === undefined)
    return { kind: 'unanswered', reason: `the metric "${metric}" is not known in training tables` };
  const job = trainingJob(row, catalog);
  if (typeof job === 'string') return { kind: 'unanswered', reason: job };
  const plan = planMeasured(job.config);
  if (plan.kind !== 'training-plan') return { kind: 'unanswered', reason: `${plan.message} (${plan.hint})` };
  const { name, band80, grade, extrapolates } = plan.profile;
  return {
    kind: 'answered',
    predicted: reader(plan, job),
    profile: name,
    band80: band80.e2e,
    grade,
    notes: [...job.notes, ...extrapolates],
  };
};
