import type { CardProblem, CheckedFields } from './cardFields.js';
import { known } from './fields.js';
import type { Hearing, MediaEncoder, ModelCard, Vision } from './types.js';

const billion = 1e9;

type Sense = 'vision' | 'audio';

/** Keys without which an encoder has no size. */
const sizes = ['layers', 'hidden', 'heads'] as const;
/** The same of what becomes of its input. */
const forms: Readonly<Record<Sense, readonly string[]>> = {
  vision: ['vision_patch'],
  audio: ['audio_window_s', 'audio_positions_per_s', 'audio_tokens_per_s'],
};

const has = ({ number }: CheckedFields, sense: Sense): boolean => number(`${sense}_layers`) !== undefined;

/** Weights of the attention and MLP of each layer; embeddings of patches and norms are below 1 %. */
const encoderOf = ({ number, flag }: CheckedFields, sense: Sense): MediaEncoder => {
  const hidden = number(`${sense}_hidden`) ?? 0;
  const layers = number(`${sense}_layers`) ?? 0;
  const intermediate = number(`${sense}_intermediate`) ?? 4 * hidden;
  const gatedMlp = flag(`${sense}_gated_mlp`) ?? false;
  const computed = layers * (4 * hidden * hidden + (gatedMlp ? 3 : 2) * hidden * intermediate);
  const published = number(`${sense}_params_b`);
  const params = published === undefined ? computed : published * billion;
  return { layers, hidden, intermediate, heads: number(`${sense}_heads`) ?? 0, gatedMlp, params };
};

const visionOf = (fields: CheckedFields): Vision => {
  const { number, flag } = fields;
  const image = number('vision_image');
  const maxTiles = number('vision_max_tiles');
  const patch = number('vision_patch') ?? 0;
  const merge = number('vision_merge') ?? 1;
  return known<Vision>({
    ...encoderOf(fields, 'vision'),
    patch,
    merge,
    kind: image === undefined ? 'grid' : maxTiles === undefined ? 'fixed' : 'tiles',
    image,
    tokens: image === undefined ? undefined : (number('vision_tokens') ?? Math.floor(image / (patch * merge)) ** 2),
    maxTiles,
    minPixels: number('vision_min_pixels'),
    maxPixels: number('vision_max_pixels'),
    maxSide: number('vision_max_side'),
    rowToken: flag('vision_row_token') ?? false,
    window: number('vision_window'),
    fullLayers: number('vision_full_layers') ?? 0,
  });
};

const hearingOf = (fields: CheckedFields): Hearing => ({
  ...encoderOf(fields, 'audio'),
  windowS: fields.number('audio_window_s') ?? 0,
  positionsPerS: fields.number('audio_positions_per_s') ?? 0,
  tokensPerS: fields.number('audio_tokens_per_s') ?? 0,
});

/** The encoders that a card describes; an encoder has at least its layers. */
export const mediaOf = (fields: CheckedFields): Pick<ModelCard, 'vision' | 'hearing' | 'mediaSource'> =>
  known<Pick<ModelCard, 'vision' | 'hearing' | 'mediaSource'>>({
    vision: has(fields, 'vision') ? visionOf(fields) : undefined,
    hearing: has(fields, 'audio') ? hearingOf(fields) : undefined,
    mediaSource: fields.text('media_source'),
  });

/** What an encoder lacks, or has without being one. */
export const mediaProblems = (fields: CheckedFields, given: readonly string[]): readonly CardProblem[] =>
  (['vision', 'audio'] as const).flatMap((sense): readonly CardProblem[] => {
    const own = given.filter((field) => field.startsWith(`${sense}_`));
    if (own.length === 0) return [];
    const needed = [...sizes.map((field) => `${sense}_${field}`), ...forms[sense]];
    const lacking = needed.filter((field) => !((fields.number(field) ?? 0) > 0) && !isFaulty(fields, field));
    if (lacking.length > 0) {
      const [field] = lacking;
      return [{ field: field!, message: `${own[0]} needs ${lacking.join(', ')} as well` }];
    }
    const image = fields.number('vision_image');
    const alone = sense === 'vision' && image === undefined;
    const idle = ['vision_tokens', 'vision_max_tiles'].find((field) => alone && fields.number(field) !== undefined);
    return idle === undefined ? [] : [{ field: idle, message: `${idle} needs vision_image, the side of what is cut` }];
  });

const isFaulty = ({ problems }: CheckedFields, field: string): boolean => problems.some((each) => each.field === field);
