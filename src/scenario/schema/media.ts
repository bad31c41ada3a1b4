import * as z from 'zod';
import { durations } from './distributions.js';
import { count, either, fraction, kindOf, number, optional, reject, strict } from './primitives.js';

const SIZE = /^\s*(\d{1,5})\s*[x×]\s*(\d{1,5})\s*$/i;

/** Width and height in pixels, written `1024x768`. */
const imageSize = () =>
  z
    .unknown()
    .meta({ type: 'string', pattern: '^\\s*[0-9]{1,5}\\s*[x×]\\s*[0-9]{1,5}\\s*$', examples: ['1024x768'] })
    .transform((input, context) => {
      const match = typeof input === 'string' ? SIZE.exec(input) : null;
      const [width, height] = [Number(match?.[1]), Number(match?.[2])];
      if (match === null || width < 1 || height < 1)
        return reject(context, `expected width and height in pixels such as 1024x768, got ${kindOf(input)}`, {
          code: 'E1102',
          hint: 'width first: size: 1024x768',
        });
      return { width, height };
    });

const share = (what: string) =>
  fraction({ above: 0, max: 1 }).describe(`share of requests that have ${what}; all unless given`);

/** Images in prompts. */
export const images = () =>
  strict({
    per_request: optional(() =>
      either('expected a number of images, or { min, max }, or { mean, cv }', [
        count(1, 1000).describe('the same number every time'),
        strict({ min: count(1, 1000).describe('fewest images'), max: count(1, 1000).describe('most images') }),
        strict({
          mean: number({ min: 1, max: 1000 }).describe('mean images'),
          cv: number({ min: 0, max: 10 }).describe('standard deviation divided by mean'),
        }),
      ]).describe('images of a request that has some'),
    ),
    share: optional(() => share('images')),
    size: optional(() => imageSize().describe('width and height in pixels, for example 1024x768')),
    tokens: optional(() => count(1, 1_000_000).describe('tokens of an image, instead of its size')),
  });

/** Audio in prompts. */
export const audio = () =>
  strict({
    duration: durations().describe('length of the audio of a request, for example 12 s'),
    share: optional(() => share('audio')),
  });

export type ImagesInput = z.output<ReturnType<typeof images>>;
export type AudioInput = z.output<ReturnType<typeof audio>>;
