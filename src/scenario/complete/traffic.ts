import { SHAPES, withMeanOne } from '../../workload/shapes.js';
import { readColumns } from '../columns.js';
import { parsePath } from '../path.js';
import type { TrafficInput } from '../schema/traffic.js';
import type { Arrivals, Lengths, Traffic } from '../types.js';
import { completeTenants } from './admission.js';
import { completeClient } from './client.js';
import type { Context } from './context.js';
import { given } from './context.js';
import { completeDurations } from './durations.js';
import { completeLengths } from './lengths.js';
import { completeAudio, completeImages } from './media.js';

const NONE: Lengths = { kind: 'constant', tokens: 0 };
/** Azure LLM inference trace 2023, conversation, all 19,366 requests: mean and coefficient of variation. */
const AZURE = {
  source: 'Azure LLM inference trace 2023, conversation (CC-BY-4.0, Microsoft)',
  grade: 'measured' as const,
};
const AZURE_PROMPT: Lengths = { kind: 'lognormal', mean: 1155, cv: 0.96 };
const AZURE_OUTPUT: Lengths = { kind: 'lognormal', mean: 211, cv: 0.77 };

/** Traffic with its defaults. `kind` decides whether token lengths are assumed or absent (zero). */
export const completeTraffic = (
  input: TrafficInput,
  kind: 'llm' | 'inference' | 'queue',
  path: string,
  context: Context,
): Traffic => {
  const fromTrace = input.trace !== undefined;
  if (input.priority?.length === 1) {
    context.report({
      code: 'W1702',
      severity: 'warning',
      path: parsePath(`${path}.priority`)!,
      at: 'key',
      message: 'with one level of priority all requests are equal',
      hint: 'remove it, or add a level',
    });
  }
  const tokens = (key: 'prompt_tokens' | 'output_tokens', typical: Lengths): Lengths => {
    const stated = input[key];
    if (stated !== undefined) return completeLengths(stated, `${path}.${key}`, context);
    if (kind !== 'llm' || fromTrace) return NONE;
    const { mean, cv } = typical as { readonly mean: number; readonly cv: number };
    context.report({
      code: 'W1701',
      severity: 'warning',
      path: parsePath(`${path}.${key}`)!,
      at: 'key',
      message: `${key} is not given: a typical chat is assumed (mean ${mean}, cv ${cv})`,
      hint: `set ${path}.${key}; results depend strongly on it`,
    });
    return context.assume(`${path}.${key}`, typical, 'a typical chat', {
      ...AZURE,
      shown: `{ mean: ${mean}, cv: ${cv} }`,
    });
  };
  return {
    ...given({
      rate: input.rate,
      users: input.users === undefined ? undefined : completeUsers(input.users, `${path}.users`, context),
      trace: input.trace === undefined ? undefined : context.files.resolve(input.trace),
      requests: input.requests,
      unique_prompts: input.unique_prompts,
      priority: input.priority,
      client: input.client === undefined ? undefined : completeClient(input.client, `${path}.client`, context),
      images: input.images === undefined ? undefined : completeImages(input.images, `${path}.images`, context),
      audio: input.audio === undefined ? undefined : completeAudio(input.audio, `${path}.audio`, context),
      tenants: completeTenants(input.tenants, `${path}.tenants`, context),
      response_bytes_per_token: input.response_bytes_per_token,
    }),
    arrivals: completeArrivals(input, path, context),
    shape: completeShape(input.shape, path, context),
    prompt_tokens: tokens('prompt_tokens', AZURE_PROMPT),
    output_tokens: tokens('output_tokens', AZURE_OUTPUT),
    shared_prefix_tokens:
      input.shared_prefix_tokens ??
      (kind === 'llm' ? context.assume(`${path}.shared_prefix_tokens`, 0, 'prompts have nothing in common') : 0),
    batch_size: input.batch_size ?? 1,
  };
};

const completeUsers = (
  input: NonNullable<TrafficInput['users']>,
  path: string,
  context: Context,
): NonNullable<Traffic['users']> => {
  const { assume } = context;
  const think = input.think_time;
  if (typeof think === 'number' && think > 0)
    assume(`${path}.think_time.distribution`, 'exponential', 'pauses of people vary; only their mean is given');
  return {
    concurrent: input.concurrent,
    think_time:
      think === undefined
        ? assume(
            `${path}.think_time`,
            { distribution: 'deterministic' as const, mean: 0 },
            'users ask again at once, as load generators do',
            { shown: '0 s' },
          )
        : completeDurations(think, `${path}.think_time`, context, 'exponential'),
    turns: input.turns ?? assume(`${path}.turns`, 1, 'every request stands alone'),
  };
};

const completeArrivals = (input: TrafficInput, path: string, context: Context): Arrivals => {
  const stated = input.arrivals;
  if (stated === undefined) {
    if (input.rate !== undefined) context.assume(`${path}.arrivals`, 'poisson', 'many independent users');
    return { process: 'poisson' };
  }
  const process = typeof stated === 'string' ? stated : stated.process;
  if (process === 'constant') return { process };
  const cv = (typeof stated === 'string' ? undefined : stated.cv) ?? input.cv ?? 1;
  return process === 'gamma' || process === 'weibull' ? { process, cv } : { process: 'poisson' };
};

const completeShape = (input: TrafficInput['shape'], path: string, context: Context): Traffic['shape'] => {
  const at = parsePath(`${path}.shape`)!;
  const flat = { name: 'flat', weights: SHAPES['flat']!.weights };
  if (input === undefined) return context.assume(`${path}.shape`, flat, 'no weekly curve is given', { shown: 'flat' });
  const scaled = (name: string, weights: readonly number[]): Traffic['shape'] => {
    if (weights.some((weight) => weight > 0)) return { name, weights: withMeanOne(weights) };
    context.report({ code: 'E1101', path: at, message: 'all weights of the shape are zero' });
    return flat;
  };
  if (typeof input !== 'string') return scaled('weights', input);
  const known = Object.hasOwn(SHAPES, input) ? SHAPES[input] : undefined;
  if (known !== undefined) return { name: input, weights: known.weights };
  const text = context.files.read(input);
  if (text === undefined) return flat;
  const columns = readColumns(text);
  const weights = columns.ok ? columns.rows.map((row) => row.at(-1)!) : [];
  if (columns.ok && weights.length === 168) return scaled(input, weights);
  const why = columns.ok ? `expected 168 weights, found ${weights.length}` : columns.message;
  context.report({
    code: 'E1402',
    path: at,
    message: `${input}: ${why}`,
    hint: 'one row an hour, Monday 00:00 UTC first; the weight is the last column',
  });
  return flat;
};
