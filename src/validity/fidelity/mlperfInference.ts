/** Answers rows of MLPerf Inference: offline and server throughput, single- and multi-stream latency. */
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { Accelerator, ModelCard } from '../../catalog/types.js';
import { trainingCoefficients } from '../../latency/profiles/training.js';
import { cellOf } from '../measurements/servingRow.js';
import type { Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { findDevice } from './hardwareNames.js';
import {
  inferenceBenchmark,
  type SampleBenchmark,
  type TokenBenchmark,
  tokenConstants,
} from './mlperfInferenceWork.js';
import { missed } from './trainingRow.js';

/** Share of the 8-bit peak of CPUs (AMX) that large products hold: assumed 0.3; the benchmarks' own factor comes on top. */
const cpuShare = 0.3;

interface Rates {
  readonly flops: number;
  readonly bytes: number;
  /** Bytes of a weight in the precision of that rate. */
  readonly weightBytes: number;
}

/** Sustained rates of a tuned submission: 8 bits where the device has them, 4 for language models where it has those. */
const ratesOf = ({ tflops, bandwidthGBps, ...device }: Accelerator, language: boolean): Rates | undefined => {
  const wide = tflops.bf16 ?? tflops.fp16 ?? tflops.fp32;
  if (wide === undefined || bandwidthGBps === undefined) return undefined;
  const bytes = bandwidthGBps * 1e9;
  const eight = Math.max(tflops.fp8 ?? 0, tflops.int8 ?? 0);
  if (device.kind === 'cpu') return { flops: Math.max(eight, wide) * 1e12 * cpuShare, bytes, weightBytes: 1 };
  const { coefficients } = trainingCoefficients({ tflops, bandwidthGBps, ...device });
  if (language && tflops.fp4 !== undefined)
    return { flops: tflops.fp4 * 1e12 * coefficients.gemm8, bytes, weightBytes: 0.56 };
  return eight > wide
    ? { flops: eight * 1e12 * coefficients.gemm8, bytes, weightBytes: 1 }
    : { flops: wide * 1e12 * coefficients.gemm16, bytes, weightBytes: 2 };
};

/** Seconds of one sample on one device. */
const sampleSeconds = (benchmark: SampleBenchmark, rates: Rates, isCpu: boolean): number =>
  Math.hypot(benchmark.flops / rates.flops, benchmark.bytes / rates.bytes) / (isCpu ? benchmark.cpu : 1);

/** PCIe as all-reduces see it, bytes per second. */
const pcieBytesPerS = 12.8e9;

/** Output tokens a second of one device: groups of devices that hold the weights, batches that fill the memory left for the cache. */
const tokenRate = (
  benchmark: TokenBenchmark,
  card: ModelCard,
  device: Accelerator,
  devices: number,
  rates: Rates,
): number => {
  const isCpu = device.kind === 'cpu';
  const memory = (device.memoryGiB ?? 512) * 2 ** 30 * 0.9;
  const weights = card.paramsTotal * rates.weightBytes;
  let tensor = 1;
  while (tensor < devices && weights * 1.2 > tensor * memory) tensor *= 2;
  const { inputTokens, outputTokens, beams } = benchmark;
  const perToken = (card.kvBytesPerTokenBf16 ?? 2 * 2 * card.layers * card.kvHeads * card.headDim) / 2;
  const cache = perToken * (inputTokens + outputTokens / 2) * beams;
  const batch = Math.min(2048, Math.max(tensor * memory - weights, 1e9) / cache);
  const passes = beams + inputTokens / outputTokens;
  const arithmetic = (tokenConstants.flops * 2 * card.paramsActive * passes) / rates.flops;
  const moved = (tokenConstants.bytes * (weights / batch + cache)) / (rates.bytes * 0.9);
  const link = device.linkGBps !== undefined && device.scaleUpDomain >= tensor ? device.linkGBps * 1e9 : pcieBytesPerS;
  const collective =
    (4 * (tensor - 1) * card.hidden * card.layers * passes * tokenConstants.collective) / tensor / link;
  const seconds = Math.hypot(arithmetic, moved) / tensor + collective;
  return (1 / tensor / seconds) * (isCpu ? tokenConstants.cpu : 1);
};

/** Sockets of a CPU system, from its host's description (`host=2xINTEL …`); two unless given. */
const socketsOf = (row: Row): number => Number(/host=(\d+)x/.exec(cellOf(row, 'notes') ?? '')?.[1] ?? 2);

export const answerMlperfInferenceRow = (row: Row, catalog: Catalog): Answer => {
  const unanswered = (reason: string): Answer => ({ kind: 'unanswered', reason });
  const name = cellOf(row, 'model') ?? '';
  const benchmark = inferenceBenchmark(name);
  if (benchmark === undefined) return unanswered(`the work of the benchmark "${name}" is not known`);
  const found = findDevice(catalog, cellOf(row, 'hardware') ?? '');
  if (found.kind !== 'found') return unanswered(missed(found));
  const device = found.value;
  const rates = ratesOf(device, benchmark.kind === 'token');
  if (rates === undefined) return unanswered(`${device.name} has no published peak or bandwidth`);
  const isCpu = device.kind === 'cpu';
  const stated = Number(cellOf(row, 'n_accelerators') ?? Number.NaN);
  const devices = stated > 0 ? stated : isCpu ? socketsOf(row) * Number(cellOf(row, 'n_nodes') ?? 1) : 1;
  const scenario = (cellOf(row, 'scenario') ?? '').toLowerCase();
  const answered = (predicted: number, band80: number): Answer => ({
    kind: 'answered',
    predicted,
    profile: `MLPerf Inference, ${name.replace(/-99(\.9)?$/, '')}, on ${device.kind}`,
    band80,
    grade: 'inherited',
    notes: [],
  });
  const isStream = scenario === 'singlestream' || scenario === 'multistream';
  if (!isStream && scenario !== 'offline' && scenario !== 'server' && scenario !== 'interactive') {
    return unanswered(`the scenario "${scenario}" is not known`);
  }
  if (benchmark.kind === 'sample') {
    const strict = /99\.9$/.test(name) ? benchmark.strict : 1;
    const seconds = sampleSeconds(benchmark, rates, isCpu) * strict;
    if (isStream) {
      const share = scenario === 'multistream' ? benchmark.stream : 1;
      return answered(1e3 * (seconds * share * streamShare + streamFloorS), 2.5);
    }
    return answered(devices / (seconds * (scenario === 'offline' ? 1 : benchmark.server)), 1.3);
  }
  if (isStream) return unanswered('a single stream of a language model is a serving question: use a serving table');
  const model = findModel(catalog, benchmark.model);
  if (model.kind !== 'found') return unanswered(missed(model));
  const tokens =
    devices * tokenRate(benchmark, model.value, device, devices / Number(cellOf(row, 'n_nodes') ?? 1), rates);
  const served = tokens / (scenario === 'offline' ? 1 : tokenConstants.server);
  const perSample = /sample|quer/i.test(cellOf(row, 'unit') ?? '') ? benchmark.outputTokens : 1;
  return answered(served / perSample, 1.5);
};

/** A single item leaves most of a device idle; floor of a query. From three devices of round 4.1, within a factor of 2. */
const streamShare = 1.3;
const streamFloorS = 0.1e-3;
