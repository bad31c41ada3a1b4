import { describe, expect, it } from 'vitest';
import { type Routable, router, type Target } from '../../../src/fleet/llm/routing.js';
import { stream } from '../../../src/kernel/random.js';

const random = () => stream(1, 0, 'x');
const targets = (...outstanding: number[]): Target[] => outstanding.map((n) => ({ outstanding: n }));
const request = (contentKey: number): Routable => ({ sharedTokens: 0, promptTokens: 100, contentKey });
const caching = (outstanding: number, cached: number): Target => ({ outstanding, cachedTokens: () => cached });

describe('power of two', () => {
  it('takes the emptier of two, so that the fullest of all gets nothing', () => {
    const route = router('power-of-two', random());
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const to = route(targets(9, 5, 1));
      counts[to] = counts[to]! + 1;
    }
    // Of the three pairs, engine 2 wins two, engine 1 one, engine 0 none.
    expect(counts[0]).toBe(0);
    expect(counts[2]! / 30_000).toBeCloseTo(2 / 3, 1);
    expect(route(targets(9))).toBe(0);
  });
});

describe('prefix-aware routing', () => {
  const route = router('prefix-aware', random());

  it('goes where most of the prompt is cached, of several to where the fewest wait', () => {
    expect(route([caching(1, 0), caching(7, 64), caching(9, 64)], request(4))).toBe(1);
    expect(route([caching(3, 0), caching(2, 0)], request(4))).toBe(1);
  });

  it('looks at the load alone when that is out of balance', () => {
    expect(route([caching(0, 0), caching(32, 64)], request(4))).toBe(1);
    expect(route([caching(0, 0), caching(33, 64)], request(4))).toBe(0);
  });

  it('is least outstanding where nothing is cached anywhere', () => {
    expect(route(targets(4, 2, 3))).toBe(1);
  });
});

describe('session affinity', () => {
  const route = router('session-affinity', random());
  const engines = (...indices: number[]): Target[] => indices.map((index) => ({ index, outstanding: index }));

  it('keeps a conversation where it is, and moves only those whose engine goes', () => {
    const before = Array.from({ length: 400 }, (_, key) => route(engines(0, 1, 2, 3), request(key)));
    const after = Array.from({ length: 400 }, (_, key) => [0, 1, 3][route(engines(0, 1, 3), request(key))]);
    for (const [key, engine] of before.entries()) if (engine !== 2) expect(after[key]).toBe(engine);
    for (let engine = 0; engine < 4; engine++) {
      expect(before.filter((one) => one === engine).length).toBeGreaterThan(60);
    }
  });

  it('balances what is never repeated', () => {
    expect(route(targets(5, 1, 2), request(-1))).toBe(1);
  });
});

describe('weighted routing', () => {
  it('serves in proportion, evenly interleaved', () => {
    const route = router('weighted', random(), { weights: [5, 1, 1] });
    const sent = Array.from({ length: 14 }, () => route(targets(0, 0, 0)));
    // The sequence that nginx gives for these weights.
    expect(sent.slice(0, 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
    expect(sent.filter((to) => to === 0).length).toBe(10);
  });

  it('counts 1 for engines without a weight', () => {
    const route = router('weighted', random(), { weights: [3] });
    const sent = Array.from({ length: 40 }, () => route(targets(0, 0)));
    expect(sent.filter((to) => to === 0).length).toBe(30);
  });
});
