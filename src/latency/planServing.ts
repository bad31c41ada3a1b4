import { adapterPlan, adapterRefusal } from './adapters.js';
import type { ServingConfig } from './config.js';
import type { StepInputs } from './costTerms.js';
import { encoderPlan, encoderTerms } from './encoder.js';
import { whatFits } from './fit.js';
import { blockTokens, breakdownOf, kvBytesLeft, type MemoryNeeds, memoryNeeds } from './memory.js';
import { partsOf } from './modelParts.js';
import { placementOf } from './placement.js';
import { computePath, peak16 } from './precision.js';
import { resolveProfile } from './resolveProfile.js';
import { type StepCost, stepCost } from './stepCost.js';
import { tabulate } from './stepModel.js';
import { termsOf } from './stepTerms.js';
import type { DoesNotFit, ServingPlan, StepShape, Term } from './types.js';

const refuse = (message: string, hint: string): DoesNotFit => ({ kind: 'does-not-fit', message, hint });

export const isRefusal = (value: object): value is DoesNotFit => 'kind' in value && value.kind === 'does-not-fit';

/** KV tokens granted to a run that is known to have worked although our memory model leaves less. */
const grantedTokens = 16_384;
/** A configuration that cannot hold one sequence of this many tokens is not a deployment. */
const leastTokens = 1024;

/** Tokens of KV cache without which a configuration is not a deployment: one sequence of the stated length, or a short one. */
export const leastTokensOf = ({ model, maxModelLen, batching }: ServingConfig): number =>
  maxModelLen ?? batching.max_model_len ?? Math.min(leastTokens, model.maxContext ?? leastTokens);

/** Media that the model has no encoder for. */
const withoutEncoder = ({ model, media }: ServingConfig): DoesNotFit | undefined => {
  if (media?.image !== undefined && model.vision === undefined) {
    const hint =
      'choose a model that sees, such as Qwen/Qwen2.5-VL-7B-Instruct or google/gemma-3-12b-it, or describe its encoder in an inline model (vision_layers, vision_hidden, vision_heads, vision_patch)';
    return { ...refuse(`${model.name} cannot see: its card has no vision encoder`, hint), at: ['traffic', 'images'] };
  }
  if (media?.audio !== true || model.hearing !== undefined) return undefined;
  const hint =
    'choose a model that hears, such as Qwen/Qwen2-Audio-7B-Instruct, or describe its encoder in an inline model (audio_layers, audio_hidden, audio_heads, audio_window_s, audio_positions_per_s, audio_tokens_per_s)';
  return { ...refuse(`${model.name} cannot hear: its card has no audio encoder`, hint), at: ['traffic', 'audio'] };
};

/** Everything but memory: who holds what, which calibration, how long a step takes. */
const prepare = (config: ServingConfig): (StepInputs & { readonly cost: StepCost }) | DoesNotFit => {
  const { model: card, accelerator, weights } = config;
  if (!(card.layers > 0 && card.hidden > 0 && card.vocab > 0)) {
    return refuse(
      `${card.name} has no architecture in its card`,
      'give layers, hidden, heads and vocab in the model card',
    );
  }
  if (config.expert > 1 && card.moe === undefined) {
    return refuse(`${card.name} has no experts to spread over ${config.expert} ranks`, 'set parallelism.expert to 1');
  }
  if (card.heads > 0 && card.heads % config.tensor !== 0) {
    const degrees = [1, 2, 4, 8, 16].filter((degree) => card.heads % degree === 0);
    return refuse(
      `tensor ${config.tensor} does not divide the ${card.heads} attention heads of ${card.name}`,
      `tensor may be ${degrees.join(', ')}`,
    );
  }
  const blind = withoutEncoder(config);
  if (blind !== undefined) return blind;
  const unadapted = adapterRefusal(config);
  if (unadapted !== undefined) return unadapted;
  const placement = placementOf(config, config.accelerators);
  if (typeof placement === 'string')
    return refuse(placement, 'accelerators are the product of the degrees of parallelism');
  if (placement.stages > card.layers) {
    return refuse(
      `${placement.stages} pipeline stages for ${card.layers} layers`,
      `pipeline may be up to ${card.layers}`,
    );
  }
  const profile = resolveProfile(config);
  const path = computePath(accelerator, weights, profile.coefficients);
  const peak16Flops = peak16(accelerator);
  if (path === undefined || peak16Flops === undefined || accelerator.bandwidthGBps === undefined) {
    return refuse(
      `${accelerator.name} has no published peak or bandwidth in the catalog`,
      'add its bf16 (or fp16) TFLOP/s and its bandwidth, or choose another accelerator',
    );
  }
  const parts = partsOf(card);
  const bandwidth = accelerator.bandwidthGBps * 1e9;
  const inputs: StepInputs = { config, placement, parts, profile, path, peak16Flops, bandwidth };
  return { ...inputs, cost: stepCost(inputs) };
};

/**
 * Plan one replica of an LLM service: the tables of its step time, its KV memory, and the calibration behind them.
 *
 * A replica has one scheduler for each pipeline stage and each attention data-parallel rank. Pipeline stages are kept full by as many
 * batches as there are stages: each scheduler holds 1/stages of the sequences and of the KV blocks, and each of its steps goes through
 * every stage. llama.cpp runs one batch through its layer split instead.
 *
 * @returns the plan, or why the configuration cannot run and what would
 */
export const planServing = (config: ServingConfig): ServingPlan | DoesNotFit => {
  const prepared = prepare(config);
  if (isRefusal(prepared)) return prepared;
  const { model: card, accelerator, batching } = config;
  const { parts, placement, profile, cost } = prepared;
  const memoryGiB = accelerator.memoryGiB ?? config.memoryGiB;
  if (memoryGiB === undefined) {
    return refuse(
      `the memory of ${accelerator.name} is not known`,
      'run it on an instance of the catalog, which has memory',
    );
  }
  const needs = memoryNeeds(config, parts, placement, profile.traits, memoryGiB * 2 ** 30);
  const lanes = profile.traits.pipelineLanes ? placement.stages : 1;
  const perLane = Math.max(1, Math.ceil(batching.max_num_seqs / lanes));
  const adapters = adapterPlan(prepared, perLane);
  const maxSequences = adapters?.maxSequences ?? perLane;
  const stated = config.maxModelLen ?? batching.max_model_len;
  const contextTokens = stated ?? card.maxContext ?? 32_768;
  const left = tokensLeft(needs);
  const least = leastTokensOf(config);
  const short = left / lanes < least;
  if (short && config.assumeFits !== true) return whatFits(config, needs, lanes * least, stated !== undefined);
  const tokens = short ? Math.max(left, lanes * Math.max(least, grantedTokens)) : left;
  const { reference } = profile;
  const encoder = encoderPlan(prepared);
  const extrapolates = [
    ...reference.extrapolates,
    ...parts.corrections.map((text) => `${card.name}: ${text}`),
    ...(card.sliding !== undefined && card.sliding.window === 0
      ? [`${card.name}: the constant state of its ${card.sliding.layers} linear-attention layers is not counted`]
      : []),
    ...(adapters === undefined
      ? []
      : [
          'adapters are not calibrated: thin kernels at 3 µs each, weights and activations at the bandwidth of the base model',
        ]),
    ...(encoder === undefined
      ? []
      : [
          `the time of encoding images and audio is not calibrated: arithmetic at the fractions of the language model${card.mediaSource === undefined ? '' : ` (${card.mediaSource})`}; preparing them on the host is not counted`,
        ]),
    ...(short ? ['the memory model leaves too little for KV; granted because the run is known to have worked'] : []),
  ];
  return {
    step: tabulate(cost, Math.max(batching.max_num_batched_tokens, maxSequences), maxSequences),
    overhead: {
      fixedS: profile.coefficients.requestS,
      perPromptTokenS: profile.coefficients.requestPerPromptTokenS,
    },
    engines: lanes * placement.attentionReplicas,
    blockTokens,
    kvBlocks: Math.floor(tokens / lanes / blockTokens),
    maxSequences,
    maxBatchedTokens: batching.max_num_batched_tokens,
    maxModelTokens: contextTokens,
    reservesAnswers: profile.traits.reservesAnswers === true,
    ...(encoder && { encoder }),
    ...(adapters && { adapters }),
    acceleratorsPerReplica: placement.accelerators,
    memory: breakdownOf(needs),
    profile: { ...reference, ...(encoder && withEncoderBand(reference)), extrapolates },
  };
};

/** First tokens wait for an encoder whose speed nobody has measured here: the band widens by this factor (assumed). */
const encoderBand = 1.2;

const withEncoderBand = ({ band80 }: ServingPlan['profile']): Pick<ServingPlan['profile'], 'band80'> => ({
  band80: { ...band80, ttft: band80.ttft * encoderBand },
});

/** Models without a KV cache (attention: none) are bounded by sequences only: a token costs nothing, and 2³⁰ stands for no limit. */
const tokensLeft = (needs: MemoryNeeds): number => {
  const bytes = kvBytesLeft(needs);
  if (needs.kvBytesPerToken === 0) return bytes > 0 ? 2 ** 30 : -1;
  return bytes / needs.kvBytesPerToken;
};

/** The trees of terms behind encoding an image and a window of audio; empty where prompts are text. */
export const mediaTerms = (config: ServingConfig): ReturnType<typeof encoderTerms> => {
  const prepared = prepare(config);
  return isRefusal(prepared) ? {} : encoderTerms(prepared);
};

/** The tree of named terms behind one step of a configuration; equals what the tables of `planServing` give for it. */
export const stepTerms = (config: ServingConfig, shape: StepShape): Term | DoesNotFit => {
  const prepared = prepare(config);
  return isRefusal(prepared) ? prepared : termsOf(prepared.cost, shape);
};
