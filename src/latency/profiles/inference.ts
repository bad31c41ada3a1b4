import type { Accelerator, AcceleratorKind } from '../../catalog/types.js';
import type { WorkClass } from '../inferenceWork.js';
import type { Grade } from '../profile.js';
import { baseTraining, trainingCoefficients } from './training.js';
import { type VisionStructure, visionCoefficients, visionScales } from './vision.js';

/** How much of a datasheet peak a class of model reaches at large batches. */
export interface InferenceFraction {
  readonly compute: number;
  readonly grade: Grade;
  readonly source: string;
}

const timm = 'pytorch-image-models results, RTX 3090 (71 TFLOP/s, amp), PyTorch 1.13–2.4, 2022–2024';
const mlperf = 'MLPerf Inference v4.1 offline, 2024-08 (tuned, int8 or fp8)';

const onGpu: Readonly<Record<WorkClass, InferenceFraction>> = {
  transformer: {
    compute: 0.5,
    grade: 'measured',
    source: `between ViT-B/L at 0.78–0.84 of peak (${timm}) and BERT-large at 0.25 (NVIDIA DeepLearningExamples, A100, fp16, 2021)`,
  },
  convolution: {
    compute: 0.4,
    grade: 'measured',
    source: `ResNet-50 at 0.35–0.43 (${timm}), 0.37 on H100, 0.50 on L40S, 0.43 on L4 (${mlperf}); small nets reach 0.1`,
  },
  diffusion: {
    compute: 0.5,
    grade: 'measured',
    source: `SDXL at 0.50 on H100: 2.05 images/s of 20 steps with guidance (${mlperf})`,
  },
  recommender: { compute: 0.0075, grade: 'measured', source: `DLRM-v2 on H100, 0.1 GFLOP a sample (${mlperf})` },
  trees: {
    compute: 0.0005,
    grade: 'assumed',
    source: 'node visits are dependent loads, about 5·10¹⁰ a second on a large GPU',
  },
  speech: { compute: 0.4, grade: 'assumed', source: 'encoder like a transformer, decoder bound by reading weights' },
};

const onCpu: Readonly<Record<WorkClass, InferenceFraction>> = {
  transformer: {
    compute: 0.25,
    grade: 'measured',
    source: `BERT-large at 0.18 of int8 on two Xeon 8592+ (${mlperf}); ViT-B at 0.42 of fp32 on i9-10940X`,
  },
  convolution: {
    compute: 0.2,
    grade: 'measured',
    source: `ResNet-50 at 0.21 of int8 on two Xeon 8592+ (${mlperf}) and 0.20 of fp32 on i9-10940X`,
  },
  diffusion: { compute: 0.2, grade: 'assumed', source: 'as convolutions' },
  recommender: { compute: 0.002, grade: 'measured', source: `DLRM-v2 on two Xeon 8592+ (${mlperf})` },
  trees: { compute: 0.004, grade: 'assumed', source: 'node visits are dependent loads, about 5·10⁸ a second and core' },
  speech: { compute: 0.2, grade: 'assumed', source: 'as transformers' },
};

/** Fraction of the peak for a class of model on a kind of device; TPUs and NPUs are taken like GPUs and graded assumed. */
export const inferenceFraction = (kind: AcceleratorKind, workClass: WorkClass): InferenceFraction => {
  if (kind === 'cpu') return onCpu[workClass];
  const fraction = onGpu[workClass];
  return kind === 'gpu'
    ? fraction
    : { ...fraction, grade: 'assumed', source: `no ${kind} was measured; as on GPUs: ${fraction.source}` };
};

/** Matrix units of CPUs (AMX, VNNI) reach less of their peak than vectors do: MLPerf Inference v4.1, BERT-large and ResNet-50, int8. */
const onCpuUnits = 0.3;

/**
 * Share of the peak at which a model's arithmetic alone runs; memory traffic comes on top. Networks of layers have it by structure and
 * by what sustained matrix products hold on the device's generation; the other classes have it whole, traffic included.
 */
export const computeShare = (
  device: Accelerator,
  workClass: WorkClass,
  structure: VisionStructure,
  unit: string,
): number => {
  if (workClass !== 'transformer' && workClass !== 'convolution')
    return inferenceFraction(device.kind, workClass).compute;
  const share = visionCoefficients.compute[structure];
  if (device.kind === 'cpu') return Math.min(0.95, share * (unit === 'fp32' ? visionScales.cpu.compute : onCpuUnits));
  return Math.min(0.95, (share * trainingCoefficients(device).coefficients.gemm16) / baseTraining.gemm16);
};

/** Fraction of bandwidth for weight reads, and the fixed time of a batch: framework call, copies, launches. */
export const inferenceConstants = {
  memory: 0.9,
  /** Bytes an element in 8 bits: engines that quantise (TensorRT, OpenVINO) also fuse layers, a quarter of the traffic is left. */
  tunedElementBytes: 0.25,
  overheadS: { gpu: 2e-3, tpu: 2e-3, npu: 2e-3, cpu: 3e-3 },
  source: `small nets at batch 1 take 5–10 ms on a CPU (${timm}, i9-10940X); GPU value assumed`,
  grade: 'assumed',
} as const;

/** Factor that contains 80 % of measured/predicted: image networks with families or devices left out, twice that spread for a serving stack. */
export const inferenceBand80 = { measured: 1.8, assumed: 3 } as const;
