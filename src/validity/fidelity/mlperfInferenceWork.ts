/**
 * MLPerf Inference benchmarks as work. Costs of a sample are fitted over the devices of round 4.1 (2024-08) at the rates that sustained
 * 8-bit products hold; they are those of tuned submissions. Hardware left out, median error in %: 3d-unet 17, bert 6, dlrm-v2 9,
 * resnet50 15, retinanet 10, stable-diffusion-xl 11, language models 16 (a language model left out: 21 to 61).
 */

export interface SampleBenchmark {
  readonly kind: 'sample';
  /** FLOPs and bytes of device memory of one sample. */
  readonly flops: number;
  readonly bytes: number;
  /** Time of the server scenario over offline, of 99.9 % accuracy over 99 %, and rate of CPUs over their sustained peak. */
  readonly server: number;
  readonly strict: number;
  readonly cpu: number;
  /** Samples of one query of the multi-stream scenario. */
  readonly stream: number;
}

export interface TokenBenchmark {
  readonly kind: 'token';
  readonly model: string;
  /** Mean tokens of the data set (mlcommons/inference, reference implementations and tokens-per-sample constants, read 2026-11). */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly beams: number;
}

const sample = (flops: number, bytes: number, server: number, strict: number, cpu: number): SampleBenchmark => ({
  kind: 'sample',
  flops,
  bytes,
  server,
  strict,
  cpu,
  stream: 8,
});

const token = (model: string, inputTokens: number, outputTokens: number, beams = 1): TokenBenchmark => ({
  kind: 'token',
  model,
  inputTokens,
  outputTokens,
  beams,
});

const benchmarks: readonly (readonly [RegExp, SampleBenchmark | TokenBenchmark])[] = [
  [/^3d-?unet/, sample(1.46e14, 1.22e11, 1.11, 1.07, 0.95)],
  [/^bert/, sample(1.19e11, 2.6e7, 1.28, 1.2, 0.62)],
  [/^dlrm/, sample(1.55e10, 6.5e6, 1.11, 1.49, 0.64)],
  [/^resnet/, sample(1.15e10, 3.1e6, 1.16, 1, 0.92)],
  [/^retinanet/, sample(5.51e11, 1.14e8, 1.17, 1, 0.64)],
  [/^stable-diffusion-xl/, sample(4.83e14, 4.46e11, 1.11, 1, 1)],
  [/^llama2-70b/, token('meta-llama/Llama-2-70b-hf', 294, 294)],
  [/^gptj/, token('EleutherAI/gpt-j-6b', 870, 69, 4)],
  [/^mixtral-8x7b/, token('mistralai/Mixtral-8x7B-v0.1', 430, 145)],
  [/^llama3[._]?1-405b/, token('meta-llama/Meta-Llama-3.1-405B', 9428, 684)],
  [/^llama3[._]?1-8b/, token('meta-llama/Meta-Llama-3.1-8B', 778, 73)],
  [/^deepseek-r1/, token('deepseek-ai/DeepSeek-R1', 800, 3880)],
];

export const inferenceBenchmark = (name: string): SampleBenchmark | TokenBenchmark | undefined =>
  benchmarks.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];

/** What tuned serving of language models needs over its FLOPs, bytes and all-reduces. */
export const tokenConstants = { flops: 1.3, bytes: 1.04, collective: 1.16, server: 1.17, cpu: 0.29 } as const;
