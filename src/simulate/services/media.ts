/** Images and audio of a service: what they add to prompts on average, and their draws. */
import type { ModelCard } from '../../catalog/types.js';
import type { Uniform } from '../../kernel/random.js';
import type { ServingConfig } from '../../latency/config.js';
import { imageShape } from '../../latency/imageTokens.js';
import type { EncoderPlan, ServingPlan } from '../../latency/types.js';
import type { Distribution, Traffic } from '../../scenario/types.js';
import { drawOf, drawTokens, meanOf, meanTokens } from '../../workload/draws.js';
import { type MediaDraw, type MediaKind, mediaDraw } from '../../workload/media.js';
import type { MediaResult } from '../result.js';

/** What the latency room needs to know of a service's media. */
export function mediaConfig({ images, audio }: Traffic): Pick<ServingConfig, 'media'> {
  if (images === undefined && audio === undefined) return {};
  return { media: { ...(images && { image: images.image }), ...(audio && { audio: true }) } };
}

/** Mean tokens that images and audio add to a prompt. */
function meanMediaTokens({ images, audio }: Traffic, { vision, hearing }: ModelCard): number {
  const seen =
    images && vision ? images.share * meanTokens(images.per_request) * imageShape(vision, images.image).tokens : 0;
  const heard = audio && hearing ? audio.share * meanOf(audio.duration) * hearing.tokensPerS : 0;
  return seen + heard;
}

/** Mean tokens of a prompt, media included, with text grown by `factor`. */
export function meanPromptTokens(traffic: Traffic, model: ModelCard, factor = 1): number {
  return meanTokens(traffic.prompt_tokens) * factor + meanMediaTokens(traffic, model);
}

/** Mean seconds of encoding for a prompt. */
export function meanEncodeS({ images, audio }: Traffic, encoder: EncoderPlan | undefined): number {
  const seen = images && encoder?.image ? images.share * meanTokens(images.per_request) * encoder.image.seconds : 0;
  const heard =
    audio && encoder?.audio
      ? audio.share * meanWindows(audio.duration, encoder.audio.windowS) * encoder.audio.secondsPerWindow
      : 0;
  return seen + heard;
}

/** Mean seconds of a request's prompt beside its tokens: encoding, and loading its adapter. */
export function meanBesideS(traffic: Traffic, { encoder, adapters }: ServingPlan): number {
  return meanEncodeS(traffic, encoder) + (adapters === undefined ? 0 : (1 - adapters.hitRate) * adapters.loadS);
}

/** Windows that a clip fills, on average; about half a window is filled up where lengths vary. */
function meanWindows(duration: Distribution, windowS: number): number {
  const mean = meanOf(duration) / windowS;
  return duration.distribution === 'deterministic' ? Math.max(1, Math.ceil(mean)) : mean + 0.5;
}

/** The same for the result; undefined where prompts are text. */
export function mediaResult(
  traffic: Traffic,
  model: ModelCard,
  encoder: EncoderPlan | undefined,
): MediaResult | undefined {
  if (encoder === undefined) return undefined;
  const { image, audio } = encoder;
  return {
    tokens_per_request: meanMediaTokens(traffic, model),
    encode_ms_per_request: 1000 * meanEncodeS(traffic, encoder),
    ...(image && { image: { tokens: image.tokens, encode_ms: 1000 * image.seconds } }),
    ...(audio && {
      audio: {
        tokens_per_s: audio.tokensPerS,
        window_s: audio.windowS,
        encode_ms_per_window: 1000 * audio.secondsPerWindow,
      },
    }),
  };
}

/** Draws of the media of requests; undefined where prompts are text. Tokens and seconds are those of `encoder`. */
export function mediaOf(
  { images, audio }: Traffic,
  encoder: EncoderPlan | undefined,
  uniform: (what: string) => Uniform,
): MediaDraw | undefined {
  const kinds: MediaKind[] = [];
  if (images && encoder?.image) {
    const { tokens, seconds } = encoder.image;
    kinds.push({
      share: images.share,
      uniform: uniform('with images'),
      amount: drawTokens(images.per_request, uniform('images')),
      tokensPer: tokens,
      window: 1,
      secondsPerWindow: seconds,
    });
  }
  if (audio && encoder?.audio) {
    const { tokensPerS, windowS, secondsPerWindow } = encoder.audio;
    kinds.push({
      share: audio.share,
      uniform: uniform('with audio'),
      amount: drawOf(audio.duration, uniform('audio')),
      tokensPer: tokensPerS,
      window: windowS,
      secondsPerWindow,
    });
  }
  return kinds.length === 0 ? undefined : mediaDraw(kinds);
}
