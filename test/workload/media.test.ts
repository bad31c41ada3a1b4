import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import { constant, exponential } from '../../src/kernel/variates.js';
import { withBacklog } from '../../src/workload/backlog.js';
import { closedSource } from '../../src/workload/closedSource.js';
import { type MediaDraw, mediaDraw } from '../../src/workload/media.js';
import { openSource } from '../../src/workload/openSource.js';

const images = (share: number, count = 2): MediaDraw =>
  mediaDraw([
    {
      share,
      uniform: stream(1, 0, 'with images'),
      amount: constant(count),
      tokensPer: 100,
      window: 1,
      secondsPerWindow: 0.25,
    },
  ]);

const open = (media: MediaDraw | undefined, more: { uniquePrompts?: number; shared?: number } = {}) =>
  openSource({
    unitGap: exponential(stream(1, 0, 'gaps'), 1),
    ratePerS: 1,
    intensity: { at: () => ({ factor: 1, until: Infinity }) },
    promptTokens: constant(50),
    outputTokens: constant(10),
    sharedTokens: more.shared ?? 0,
    ...(media && { media }),
    uniquePrompts: more.uniquePrompts ?? 0,
    limit: 100_000,
  });

describe('media of requests', () => {
  it('come on top of the text, with their seconds of encoding', () => {
    const source = open(images(1));
    expect([source.promptTokens, source.encodeS]).toEqual([250, 0.5]);
  });

  it('are in the share of requests that has some', () => {
    const source = open(images(0.3));
    let some = 0;
    for (let i = 0; i < 50_000; i++) {
      expect(source.promptTokens).toBe(source.encodeS > 0 ? 250 : 50);
      some += source.encodeS > 0 ? 1 : 0;
      source.advance();
    }
    // Three standard deviations of a binomial count.
    expect(Math.abs(some / 50_000 - 0.3)).toBeLessThan(3 * Math.sqrt((0.3 * 0.7) / 50_000));
  });

  it('leave arrivals and lengths of text as they were', () => {
    const [text, seeing] = [open(undefined), open(images(0.5))];
    for (let i = 0; i < 100; i++) {
      expect(seeing.time).toBe(text.time);
      expect(seeing.outputTokens).toBe(text.outputTokens);
      text.advance();
      seeing.advance();
    }
  });

  it('stand after the shared prefix, which is text', () => {
    expect(open(images(1), { shared: 80 }).sharedTokens).toBe(50);
  });

  it('are the same each time that a prompt is repeated', () => {
    const source = open(images(0.5), { uniquePrompts: 3 });
    const seen = Array.from({ length: 9 }, () => {
      const { contentKey, promptTokens, encodeS } = source;
      source.advance();
      return { contentKey, promptTokens, encodeS };
    });
    expect(seen.slice(3, 6)).toEqual(seen.slice(0, 3));
    expect(seen.slice(6)).toEqual(seen.slice(0, 3));
  });

  it('stay in a conversation, and begin anew with the next', () => {
    const source = closedSource({
      users: 1,
      thinkS: constant(1),
      turns: 3,
      promptTokens: constant(50),
      outputTokens: constant(10),
      sharedTokens: 80,
      media: images(1),
      maxTokens: 1e6,
      limit: 10,
      startTogether: true,
    });
    const turns = Array.from({ length: 4 }, () => {
      const { promptTokens, sharedTokens, encodeS } = source;
      source.advance();
      source.answered(0, 1);
      return [promptTokens, sharedTokens, encodeS];
    });
    expect(turns).toEqual([
      [250, 50, 0.5],
      [510, 50, 1],
      [770, 50, 1.5],
      [250, 50, 0.5],
    ]);
  });

  it('are in a backlog as in what follows it', () => {
    const source = withBacklog(open(images(1)), 5);
    for (let i = 0; i < 8; i++) {
      expect([source.promptTokens, source.encodeS]).toEqual([250, 0.5]);
      source.advance();
    }
  });
});
