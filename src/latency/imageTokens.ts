import type { Vision } from '../catalog/types.js';

/** An image by its size in pixels, or by the tokens that stand for it. */
export type ImageSize = { readonly width: number; readonly height: number } | { readonly tokens: number };

/** What becomes of an image: the tokens that the language model sees, and the passes of so many patches that the encoder makes. */
export interface ImageShape {
  readonly tokens: number;
  readonly passes: number;
  readonly patches: number;
}

/** Side of an image that fills a token: a square of patches. */
const unitOf = ({ patch, merge }: Vision): number => patch * merge;

const grid = (vision: Vision, columns: number, rows: number): ImageShape => ({
  tokens: columns * rows + (vision.rowToken ? rows : 0),
  passes: 1,
  patches: columns * rows * vision.merge ** 2,
});

/** A grid whose longer side is limited: the image is scaled down to it, and a started token counts (Pixtral 12B, 2024, §2.2). */
const gridBySide = (vision: Vision, width: number, height: number): ImageShape => {
  const unit = unitOf(vision);
  const scale = Math.max(1, Math.max(width, height) / (vision.maxSide ?? Number.POSITIVE_INFINITY));
  return grid(vision, Math.max(1, Math.ceil(width / scale / unit)), Math.max(1, Math.ceil(height / scale / unit)));
};

/** A grid whose pixels are limited: sides are rounded to whole tokens, and the image is scaled into the limits (Qwen2-VL, 2024, §2.1). */
const gridByPixels = (vision: Vision, width: number, height: number): ImageShape => {
  const unit = unitOf(vision);
  const { minPixels = 0, maxPixels = Number.POSITIVE_INFINITY } = vision;
  const whole = (side: number, round: (value: number) => number): number => Math.max(1, round(side / unit));
  const columns = whole(width, Math.round);
  const rows = whole(height, Math.round);
  const pixels = columns * rows * unit * unit;
  const scaled = (limit: number, round: (value: number) => number): ImageShape => {
    const scale = Math.sqrt((width * height) / limit);
    return grid(vision, whole(width / scale, round), whole(height / scale, round));
  };
  if (pixels > maxPixels) return scaled(maxPixels, Math.floor);
  return pixels < minPixels ? scaled(minPixels, Math.ceil) : grid(vision, columns, rows);
};

/** Tiles that cover the image, scaled down until they are few enough, and where there are several an overview of the whole. */
const tiles = (vision: Vision, width: number, height: number): ImageShape => {
  const side = vision.image ?? 1;
  const most = vision.maxTiles ?? 1;
  let [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  while (columns * rows > most) {
    if (columns >= rows) columns -= 1;
    else rows -= 1;
  }
  const passes = columns * rows > 1 ? columns * rows + 1 : 1;
  return { tokens: passes * (vision.tokens ?? 1), passes, patches: Math.floor(side / vision.patch) ** 2 };
};

/** What a model makes of an image. Where the scenario states its tokens, the encoder's work is what so many tokens take. */
export const imageShape = (vision: Vision, size: ImageSize): ImageShape => {
  if ('tokens' in size) {
    if (vision.kind === 'grid') return { tokens: size.tokens, passes: 1, patches: size.tokens * vision.merge ** 2 };
    const passes = Math.max(1, Math.round(size.tokens / (vision.tokens ?? 1)));
    return { tokens: size.tokens, passes, patches: Math.floor((vision.image ?? 1) / vision.patch) ** 2 };
  }
  const { width, height } = size;
  switch (vision.kind) {
    case 'fixed':
      return { tokens: vision.tokens ?? 1, passes: 1, patches: Math.floor((vision.image ?? 1) / vision.patch) ** 2 };
    case 'tiles':
      return tiles(vision, width, height);
    case 'grid':
      return vision.maxSide === undefined ? gridByPixels(vision, width, height) : gridBySide(vision, width, height);
  }
};
