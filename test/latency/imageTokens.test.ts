import { describe, expect, it } from 'vitest';
import { findModel } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import type { Vision } from '../../src/catalog/types.js';
import { imageShape } from '../../src/latency/imageTokens.js';

const catalog = openCatalog();
const visionOf = (name: string): Vision => {
  const found = findModel(catalog, name);
  if (found.kind !== 'found' || found.value.vision === undefined) throw new Error(`${name} does not see`);
  return found.value.vision;
};
const tokens = (name: string, width: number, height: number): number =>
  imageShape(visionOf(name), { width, height }).tokens;

describe('tokens of an image', () => {
  it('are a grid of 28 pixels for Qwen2-VL: 1280x960 is 46 by 34', () => {
    expect(imageShape(visionOf('Qwen/Qwen2-VL-7B-Instruct'), { width: 1280, height: 960 })).toEqual({
      tokens: 46 * 34,
      passes: 1,
      patches: 4 * 46 * 34,
    });
  });

  it('keep within the pixels that a grid may have, however large or small the image', () => {
    for (const name of ['Qwen/Qwen2-VL-7B-Instruct', 'Qwen/Qwen3-VL-8B-Instruct']) {
      const vision = visionOf(name);
      const pixels = (vision.patch * vision.merge) ** 2;
      for (const [width, height] of [
        [20_000, 9000],
        [99_999, 30],
        [4000, 4000],
      ] as const) {
        expect(tokens(name, width, height) * pixels).toBeLessThanOrEqual(vision.maxPixels!);
      }
      for (const side of [1, 20, 100])
        expect(tokens(name, side, side) * pixels).toBeGreaterThanOrEqual(vision.minPixels!);
    }
  });

  it('are 256 for Gemma 3 and 576 for LLaVA-1.5, whatever the size', () => {
    for (const side of [100, 896, 4000]) {
      expect(tokens('google/gemma-3-4b-it', side, side)).toBe(256);
      expect(tokens('llava-hf/llava-1.5-7b-hf', side, 2 * side)).toBe(576);
    }
  });

  it('have one more for each row in Pixtral, whose longer side is at most 1024 pixels', () => {
    expect(tokens('mistralai/Pixtral-12B-2409', 512, 256)).toBe(32 * 16 + 16);
    expect(tokens('mistralai/Pixtral-12B-2409', 4096, 2048)).toBe(64 * 32 + 32);
  });

  it('come tile by tile with an overview in Llama 4, with at most 16 tiles', () => {
    const scout = 'meta-llama/Llama-4-Scout-17B-16E-Instruct';
    expect(tokens(scout, 336, 336)).toBe(144);
    expect(tokens(scout, 672, 336)).toBe(3 * 144);
    expect(tokens(scout, 9000, 9000)).toBe(17 * 144);
  });

  it('are as many as stated, and then the encoder works as for so many', () => {
    expect(imageShape(visionOf('Qwen/Qwen2-VL-7B-Instruct'), { tokens: 100 })).toEqual({
      tokens: 100,
      passes: 1,
      patches: 400,
    });
    expect(imageShape(visionOf('google/gemma-3-4b-it'), { tokens: 512 })).toEqual({
      tokens: 512,
      passes: 2,
      patches: 64 * 64,
    });
  });
});
