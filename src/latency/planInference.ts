import type { Catalog } from '../catalog/open.js';
import type { Accelerator, Instance, ModelCard } from '../catalog/types.js';
import type { Precision } from '../scenario/types.js';
import { interpolateBatchTime, type MeasuredBatch } from './batchCurve.js';
import { cpuShareOf } from './cpuHost.js';
import { type Denoising, type ItemWork, workOf } from './inferenceWork.js';
import { computeShare, inferenceBand80, inferenceConstants, inferenceFraction } from './profiles/inference.js';
import type { DoesNotFit, ProfileReference, Term } from './types.js';
import { overlapped } from './visionTime.js';

/** What decides the time of a batch of a `kind: inference` service. */
export interface InferenceConfig {
  readonly model: ModelCard;
  /** The device of a replica; absent: the CPUs of `instance`. */
  readonly accelerator?: Accelerator;
  readonly instance?: Instance;
  readonly weights: Precision;
  /** Requests in the largest batch. */
  readonly maxBatch: number;
  readonly itemsPerRequest: number;
  /** Copies of the model that share the replica's device. */
  readonly instances: number;
  /** Measured seconds by requests in the batch, under the load of all copies; replaces the roofline. */
  readonly batchTime?: readonly MeasuredBatch[];
  /** Mean tokens of an item, for encoders. */
  readonly tokensPerItem?: number;
  /** How an image is made, for diffusion models, where it is not made as the card says. */
  readonly denoising?: Denoising;
}

/** The time of a batch on one copy of the model. */
export interface InferencePlan {
  /** Seconds by requests in the batch; index 0..maxBatch, 0 at 0. Never decreases. */
  readonly batchTimeS: Float64Array;
  /** Copies that serve in parallel in one replica. */
  readonly servers: number;
  /** Bytes of weights of one copy. */
  readonly weightBytes: number;
  readonly device: string;
  readonly profile: ProfileReference;
}

interface Prepared {
  readonly device: Accelerator;
  readonly work: ItemWork;
  readonly peakFlops: number;
  readonly unit: string;
  readonly notes: readonly string[];
}

const refuse = (message: string, hint: string): DoesNotFit => ({ kind: 'does-not-fit', message, hint });

/** Peak of a precision: unlike language models, 8-bit vision and encoder models compute in 8 bits where the device can. */
const peakOf = ({ tflops }: Accelerator, weights: Precision): readonly [number, string] | undefined => {
  const { fp32, tf32, bf16, fp16, fp8, int8 } = tflops;
  const wide = bf16 ?? fp16 ?? tf32 ?? fp32;
  const chosen: readonly [number | undefined, string] =
    weights === 'int8' && int8 !== undefined && int8 >= (wide ?? 0)
      ? [int8, 'int8']
      : weights === 'fp8' && fp8 !== undefined
        ? [fp8, 'fp8']
        : weights === 'fp32'
          ? [tf32 ?? fp32, tf32 === undefined ? 'fp32' : 'tf32']
          : [wide, bf16 !== undefined || fp16 !== undefined ? '16-bit' : 'fp32'];
  return chosen[0] === undefined ? undefined : [chosen[0] * 1e12, chosen[1]];
};

const prepare = (config: InferenceConfig, catalog: Catalog): Prepared | DoesNotFit => {
  const work = workOf(config.model, config.weights, config);
  if ('message' in work) return refuse(work.message, work.hint);
  const share =
    config.accelerator === undefined && config.instance !== undefined
      ? cpuShareOf(config.instance, catalog)
      : undefined;
  if (typeof share === 'string') return refuse(share, 'name an accelerator in the pool');
  const device = config.accelerator ?? share?.device;
  if (device === undefined)
    return refuse('the pool names neither an accelerator nor an instance', 'set instance or accelerator');
  const peak = peakOf(device, config.weights);
  if (peak === undefined || device.bandwidthGBps === undefined) {
    return refuse(
      `${device.name} has no published peak or bandwidth in the catalog`,
      'choose another device or give batch_time',
    );
  }
  const memoryGiB = device.memoryGiB ?? config.instance?.memoryGiB;
  const needGiB = (work.weightBytes * config.instances) / 0.9 / 2 ** 30;
  if (memoryGiB !== undefined && needGiB > memoryGiB) {
    return refuse(
      `${config.instances} × ${config.model.name} in ${config.weights} need ${needGiB.toFixed(1)} GiB, ${device.name} has ${memoryGiB}`,
      `what would fit: fewer instances; or fewer bits; or a device with at least ${Math.ceil(needGiB)} GiB`,
    );
  }
  const notes = [...work.assumptions, ...(share === undefined ? [] : [share.assumption])];
  return { device, work, peakFlops: peak[0], unit: peak[1], notes };
};

const isRefused = (value: Prepared | DoesNotFit): value is DoesNotFit => 'kind' in value;

/** Parts of the time of a batch of `items` when every copy on the device is busy. */
const roofline = ({ device, work, peakFlops, unit }: Prepared, items: number, copies: number): readonly Term[] => {
  const share = computeShare(device, work.workClass, work.structure, unit);
  const arithmetic = (items * work.flopsPerItem) / (peakFlops * share);
  const bytesPerS = (device.bandwidthGBps ?? 0) * 1e9 * inferenceConstants.memory;
  const elementBytes =
    unit === 'int8' || unit === 'fp8' ? inferenceConstants.tunedElementBytes : unit === '16-bit' ? 2 : 4;
  const activations = (items * work.trafficElements * elementBytes) / bytesPerS;
  const read = (work.weightBytes * work.weightPasses) / bytesPerS;
  return [
    {
      name: 'model',
      seconds: copies * overlapped(arithmetic, activations + read),
      why:
        `${work.why}: ${(arithmetic * 1e3).toPrecision(3)} ms at ${(share * 100).toPrecision(2)} % of the ${unit} peak of ${device.name}, ` +
        `${(activations * 1e3).toPrecision(3)} ms to move activations, ${(read * 1e3).toPrecision(3)} ms to read weights` +
        `${copies > 1 ? `; ${copies} copies share the device` : ''}`,
    },
    {
      name: 'overhead',
      seconds: inferenceConstants.overheadS[device.kind],
      why: `framework call, copies and launches of a batch (${inferenceConstants.grade})`,
    },
  ];
};

const seconds = (terms: readonly Term[]): number => terms.reduce((sum, term) => sum + term.seconds, 0);

const measuredPlan = (config: InferenceConfig, curve: readonly MeasuredBatch[]): InferencePlan => ({
  batchTimeS: Float64Array.from({ length: config.maxBatch + 1 }, (_, batch) => interpolateBatchTime(curve, batch)),
  servers: config.instances,
  weightBytes: 0,
  device: config.accelerator?.name ?? config.instance?.type ?? 'measured',
  profile: {
    name: 'batch_time of the scenario',
    grade: 'measured',
    band80: { ttft: 1.1, tpot: 1.1, e2e: 1.1 },
    extrapolates:
      config.maxBatch > Math.max(...curve.map((point) => point.batch))
        ? ['batches above the largest measured one are continued at its slope']
        : [],
  },
});

/**
 * Plan one replica of an `inference` service: seconds by batch size, from a measured curve where there is one, else from a roofline:
 * arithmetic against the memory traffic of activations and weights, times the copies that share the device, plus a fixed overhead. A
 * batch of b requests carries b·itemsPerRequest items.
 *
 * @returns the plan, or why it cannot run and what would
 */
export const planInference = (config: InferenceConfig, catalog: Catalog): InferencePlan | DoesNotFit => {
  if (config.batchTime !== undefined && config.batchTime.length > 0) return measuredPlan(config, config.batchTime);
  const prepared = prepare(config, catalog);
  if (isRefused(prepared)) return prepared;
  const { device, work, notes } = prepared;
  const { grade } = inferenceFraction(device.kind, work.workClass);
  const band = grade === 'measured' ? inferenceBand80.measured : inferenceBand80.assumed;
  const batchTimeS = Float64Array.from({ length: config.maxBatch + 1 }, (_, batch) =>
    batch === 0 ? 0 : seconds(roofline(prepared, batch * config.itemsPerRequest, config.instances)),
  );
  return {
    batchTimeS,
    servers: config.instances,
    weightBytes: work.weightBytes,
    device: device.name,
    profile: {
      name: `roofline, ${work.workClass} on ${device.kind}`,
      grade: grade === 'measured' ? 'inherited' : 'assumed',
      band80: { ttft: band, tpot: band, e2e: band },
      extrapolates: notes,
    },
  };
};

/** The terms behind one batch of a roofline plan. */
export const inferenceTerms = (config: InferenceConfig, catalog: Catalog, batch: number): Term | DoesNotFit => {
  const prepared = prepare(config, catalog);
  if (isRefused(prepared)) return prepared;
  const children = roofline(prepared, batch * config.itemsPerRequest, config.instances);
  return {
    name: 'batch',
    seconds: seconds(children),
    why: `${batch} requests of ${config.itemsPerRequest} items`,
    children,
  };
};

export const isRefusalOfInference = (value: InferencePlan | DoesNotFit): value is DoesNotFit => 'kind' in value;
