/** Flags that tell what benchmark files do not say, one a column of the measurement table. */
import * as Flags from '@oclif/core/flags';
import type { Told } from '../../import/benchmark/table.js';

const group = { helpGroup: 'WHAT THE FILES DO NOT SAY' };
const count = (description: string) => Flags.integer({ description, min: 1, ...group });
const text = (description: string, helpValue: string) => Flags.string({ description, helpValue, ...group });

/** A number above 0, as the table writes it. */
const number = (description: string, helpValue: string) =>
  Flags.custom<number>({
    description,
    helpValue,
    ...group,
    parse: async (input) => {
      const value = /^inf(inity)?$/i.test(input) ? Infinity : Number(input);
      if (value > 0) return value;
      throw new Error(`"${input}" is not a number above 0`);
    },
  })();

const PRECISIONS = ['fp32', 'bf16', 'fp16', 'fp8', 'int8', 'int4', 'fp4', 'q4_k_m', 'q8_0', 'unknown'];
const FRAMEWORKS = ['vllm', 'tensorrt-llm', 'sglang', 'tgi', 'deepspeed-mii', 'jetstream', 'llama.cpp', 'generic'];

export const conditionFlags = {
  hardware: text('accelerator (plimsoll catalog accelerators)', 'H100-SXM'),
  tp: count('tensor parallelism'),
  pp: count('pipeline parallelism'),
  ep: count('expert parallelism'),
  dp: count('data parallelism'),
  accelerators: count('accelerators in all, where they are not the product of the degrees'),
  framework: Flags.string({ description: 'serving engine', options: FRAMEWORKS, ...group }),
  'framework-version': text('version of the engine, or unknown', '0.8.5'),
  model: text('model by its catalog name, where the file names it otherwise', 'NAME'),
  weights: Flags.string({ description: 'precision of the weights', options: PRECISIONS, ...group }),
  'kv-cache': Flags.string({ description: 'precision of keys and values', options: PRECISIONS, ...group }),
  'prompt-tokens': count('mean prompt length'),
  'output-tokens': count('mean answer length'),
  'length-range': number('lengths are uniform between this share of the given ones and themselves', '0.8'),
  'shared-prefix-tokens': count('tokens that all prompts begin with'),
  'unique-prompts': count('distinct prompts, repeated in turn'),
  concurrency: count('requests under way at once'),
  'request-rate': number('requests per second, or inf', '4'),
  arrivals: Flags.string({ description: 'arrivals at that rate', options: ['poisson', 'constant'], ...group }),
  'max-num-seqs': count('sequences in the batch at most'),
  'max-num-batched-tokens': count('tokens of one step at most'),
  'gpu-memory-utilization': number('share of device memory the engine uses', '0.9'),
  dataset: text("name of these measurements (the tool's unless given)", 'NAME'),
};

const columnOf: Readonly<Record<string, string>> = {
  accelerators: 'n_accelerators',
  weights: 'weight_precision',
  'kv-cache': 'kv_precision',
};

/** The flags that were given, by column. */
export function toldBy(flags: Readonly<Record<string, unknown>>): Told {
  return Object.fromEntries(
    Object.keys(conditionFlags).flatMap((flag) =>
      flags[flag] === undefined ? [] : [[columnOf[flag] ?? flag.replaceAll('-', '_'), flags[flag]]],
    ),
  ) as Told;
}
