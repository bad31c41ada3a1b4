import { describe, expect, it } from 'vitest';
import { displayWidth, truncate } from '../../src/report/text/width.js';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Width by the rule alone: what a terminal draws as one, each of two cells, one or none. */
function widthByGraphemes(text: string): number {
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (/\p{Emoji_Presentation}/u.test(segment)) cells += 2;
    else if (!/^[\p{Mark}\p{Format}]+$/u.test(segment)) cells += 1;
  }
  return cells;
}

describe('displayWidth', () => {
  it('agrees with the graphemes of every narrow character, whatever stands beside it', () => {
    const wrong: string[] = [];
    for (let code = 0xa1; code < 0x1100; code++) {
      const text = `a${String.fromCodePoint(code)}b`;
      if (displayWidth(text) !== widthByGraphemes(text)) wrong.push(code.toString(16));
    }
    for (let code = 0x2010; code < 0x2e80; code++) {
      const text = `a${String.fromCodePoint(code)}b`;
      if (displayWidth(text) !== widthByGraphemes(text)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('gives two cells to ideographs and emoji, none to marks', () => {
    expect(displayWidth('容量')).toBe(4);
    expect(displayWidth('🚢')).toBe(2);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(truncate('容量計画', 5)).toBe('容量…');
  });
});
