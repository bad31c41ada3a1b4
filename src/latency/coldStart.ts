/**
 * How long an engine takes from its start to its first answer, in named parts: reading weights, engine initialisation (profiling, CUDA
 * graphs), first inference. Node boot and image pull belong to the pool. Coefficients from few set-ups: see their sources.
 */

/** Where weights lie. Block volumes and object stores answer one reader slowly and many well. */
export type StorageKind = 'nvme' | 'block-volume' | 'object-store' | 'memory';

/** How weights are read: one reader through the page cache, or many readers straight into place. */
export type WeightLoader = 'page-cache' | 'streaming';

export interface ColdStart {
  readonly weightBytes: number;
  readonly storage: StorageKind;
  /** Sequential read bandwidth of the storage, GB/s; absent: unlimited for its kind. */
  readonly storageGBps?: number;
  readonly loader: WeightLoader;
  /** Concurrent readers of a streaming loader (default 8). */
  readonly readers?: number;
  /** Host link of the accelerator, GB/s per direction. */
  readonly pcieGBps?: number;
  /** A serving engine that profiles memory and records graphs, or a bare library. */
  readonly servingEngine: boolean;
}

export interface ColdStartParts {
  readonly weightsS: number;
  readonly engineS: number;
  readonly firstInferenceS: number;
}

/** What measurement says of cold starts. */
export interface ColdStartCoefficients {
  /** GB/s of one reader: what an unparallel reader reaches on each kind of storage. */
  readonly perReaderGBps: Readonly<Record<StorageKind, number>>;
  /** Share of a storage's bandwidth that many readers reach, and of the host link that pinned copies reach. */
  readonly parallelShare: number;
  readonly linkShare: number;
  /** A serving engine from weights in memory to ready. */
  readonly engineInitS: number;
  /** First inference of a bare library: context, kernels, a short answer. */
  readonly firstInferenceS: number;
}

const builtIn: ColdStartCoefficients = {
  perReaderGBps: {
    // ServerlessLLM on RTX A5000 with two P5510 in RAID 0, 2024: safetensors 13.3 GB in 4.9 s.
    nvme: 2.7,
    // Run:ai Model Streamer on AWS gp3 at 1000 MiB/s, 2024: 15 GB in 47.6 s with one reader, the same for safetensors.
    'block-volume': 0.32,
    // Assumed: a third of a block volume, for the round trip of each range request.
    'object-store': 0.12,
    // Page cache into pinned buffers, one thread; assumed.
    memory: 6,
  },
  // 15 GB in 14.4 s on 1.049 GB/s, 13.3 GB in 1.05 s on two drives of 6.5 GB/s (the same two sources).
  parallelShare: 0.98,
  // Assumed.
  linkShare: 0.8,
  // vLLM, Llama-3-8B on A10G: 18 to 21 s by loader (Run:ai, 2024).
  engineInitS: 19.5,
  // OPT-6.7B on A5000, median of 60 (ServerlessLLM, 2024).
  firstInferenceS: 2.2,
};

const defaultReaders = 8;

/** Bandwidth at which weights arrive, GB/s. */
export const weightReadGBps = (start: ColdStart, coefficients = builtIn): number => {
  const { perReaderGBps, parallelShare, linkShare } = coefficients;
  const readers = start.loader === 'streaming' ? (start.readers ?? defaultReaders) : 1;
  const storage = (start.storageGBps ?? Number.POSITIVE_INFINITY) * parallelShare;
  const link = (start.pcieGBps ?? Number.POSITIVE_INFINITY) * linkShare;
  return Math.min(storage, link, readers * perReaderGBps[start.storage]);
};

/** The parts of a cold start, seconds. */
export const coldStartParts = (start: ColdStart, coefficients = builtIn): ColdStartParts => ({
  weightsS: start.weightBytes / (weightReadGBps(start, coefficients) * 1e9),
  engineS: start.servingEngine ? coefficients.engineInitS : 0,
  firstInferenceS: coefficients.firstInferenceS,
});

/** Factor that contains 80 % of measured/predicted: devices with their storage left out, and loaders (`npm run accuracy`). */
export const coldStartBand80 = 1.5;

/** A storage by its description: `AWS gp3 SSD 1000MiB/s`, `2x NVMe P5510 RAID0`, `Amazon S3`. Undefined when it names none that we know. */
export const storageOf = (text: string): Pick<ColdStart, 'storage' | 'storageGBps'> | undefined => {
  const lower = text.toLowerCase();
  const rate = /([\d.]+)\s*(gib|gb|mib|mb)\/s/.exec(lower);
  const unit: Readonly<Record<string, number>> = { gib: 2 ** 30 / 1e9, gb: 1, mib: 2 ** 20 / 1e9, mb: 1e-3 };
  const stated = rate === null ? undefined : Number(rate[1]) * unit[rate[2]!]!;
  const found = (storage: StorageKind, usual: number): Pick<ColdStart, 'storage' | 'storageGBps'> => ({
    storage,
    storageGBps: stated ?? usual,
  });
  if (/nvme|p5510|local ssd/.test(lower)) {
    const drives = Number(/(\d+)\s*x\s/.exec(lower)?.[1] ?? 1);
    // Solidigm D7-P5510: 6.5 to 7 GB/s sequential read (datasheet).
    return found('nvme', 6.5 * drives);
  }
  // AWS: gp3 125 MB/s unless provisioned; io2 up to 4 GB/s on Block Express; both as of 2026-08.
  if (/gp3|gp2|ebs|persistent disk/.test(lower)) return found('block-volume', 0.125);
  if (/io2|io1/.test(lower)) return found('block-volume', 4);
  if (/s3|gcs|blob|object/.test(lower)) return found('object-store', 12.5);
  if (/memory|ram|tmpfs|page cache|dram/.test(lower)) return found('memory', 50);
  return undefined;
};

/** Loaders that read with many threads into place; others go through the page cache. */
export const loaderOf = (framework: string): WeightLoader =>
  /runai|streamer|tensorizer|sllm|serverless|fastsafetensors|instanttensor/i.test(framework)
    ? 'streaming'
    : 'page-cache';
