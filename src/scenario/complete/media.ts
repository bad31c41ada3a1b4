import type { AudioInput, ImagesInput } from '../schema/media.js';
import type { Traffic } from '../types.js';
import type { Context } from './context.js';
import { completeDurations } from './durations.js';
import { completeLengths } from './lengths.js';

/** Pixels of a picture as people send them, where the scenario does not say. */
const USUAL_SIDE = 1024;

export const completeImages = (input: ImagesInput, path: string, context: Context): NonNullable<Traffic['images']> => {
  const { assume } = context;
  const usual = { width: USUAL_SIDE, height: USUAL_SIDE };
  return {
    share: input.share ?? assume(`${path}.share`, 1, 'every request has images'),
    per_request: completeLengths(
      input.per_request ?? assume(`${path}.per_request`, 1, 'one image a request'),
      `${path}.per_request`,
      context,
    ),
    image:
      input.tokens === undefined
        ? (input.size ??
          assume(`${path}.size`, usual, 'a picture of a megapixel', { shown: `${USUAL_SIDE}x${USUAL_SIDE}` }))
        : { tokens: input.tokens },
  };
};

export const completeAudio = (input: AudioInput, path: string, context: Context): NonNullable<Traffic['audio']> => ({
  share: input.share ?? context.assume(`${path}.share`, 1, 'every request has audio'),
  duration: completeDurations(input.duration, `${path}.duration`, context),
});
