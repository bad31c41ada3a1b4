/**
 * MLPerf Inference benchmarks as work. Costs of a sample are fitted over the devices of round 4.1 (2024-08) at the rates that sustained
 * 8-bit products hold; they are those of tuned submissions. Hardware left out, median error in %: 3d-unet 13, bert 3, dlrm-v2 11,
 * resnet50 9, retinanet 7, stable-diffusion-xl 6, language models 15 (B200 52 and L40S 38 before 4-bit weights were allowed for; a
 * language model left out: 20 to 63). The sustained rates of Ada and of Hopper cards were pinned on the same round.
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
  [/^3d-?unet/, sample(1.49e14, 3.4e10, 1.11, 1.05, 0.9)],
  [/^bert/, sample(1.24e11, 4.8e7, 1.25, 1.14, 0.65)],
  [/^dlrm/, sample(1.41e10, 2.2e7, 1.13, 1.48, 0.71)],
  [/^resnet/, sample(1.17e10, 2.1e6, 1.14, 1, 0.92)],
  [/^retinanet/, sample(5.78e11, 1.39e8, 1.13, 1, 0.66)],
  [/^stable-diffusion-xl/, sample(4.32e14, 9e11, 1.11, 1, 1)],
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
