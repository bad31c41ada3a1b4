import { describe, expect, it } from 'vitest';
import { attentionPattern } from '../../src/catalog/attentionPattern.js';

describe('the attention pattern of a card', () => {
  it('is full without a window, and all layers with a window alone', () => {
    expect(attentionPattern(32, undefined, undefined, 4096)).toEqual({ kind: 'full' });
    expect(attentionPattern(32, 512, undefined, 4096)).toEqual({ kind: 'sliding', window: 512, layers: 32 });
  });

  it('rounds incomplete cycles as the models do: their last layers slide', () => {
    expect(attentionPattern(26, 512, '1 full per 6', 32768)).toEqual({ kind: 'sliding', window: 512, layers: 22 });
  });

  it('reads counts, and linear layers as window 0', () => {
    expect(attentionPattern(36, 128, 'full_attention:18;sliding_attention:18', 1e5)).toEqual({
      kind: 'sliding',
      window: 128,
      layers: 18,
    });
    expect(attentionPattern(48, undefined, 'full_attention:12;linear_attention:36', 1e5)).toEqual({
      kind: 'sliding',
      window: 0,
      layers: 36,
    });
  });

  it('ignores a window that the context cannot exceed', () => {
    expect(attentionPattern(32, 4096, 'all layers', 4096)).toEqual({ kind: 'full' });
  });

  it('says what it cannot read', () => {
    expect(attentionPattern(32, 128, 'every other', undefined).kind).toBe('unreadable');
    expect(attentionPattern(32, 128, 'full_attention:1', undefined).kind).toBe('unreadable');
    expect(attentionPattern(32, undefined, '1 full per 2', undefined).kind).toBe('unreadable');
  });
});
