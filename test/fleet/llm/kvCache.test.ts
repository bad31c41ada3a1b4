import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KvCache } from '../../../src/fleet/llm/kvCache.js';
import { type Block, NaiveKv } from './naiveKv.js';

const KEYS = 3;
const operation = fc.record({
  kind: fc.constantFrom('admit', 'admit', 'grow', 'publish', 'publish', 'leave', 'leave', 'forget'),
  key: fc.nat({ max: KEYS - 1 }),
  which: fc.nat({ max: 100 }),
  blocks: fc.nat({ max: 9 }),
});

interface Holder {
  readonly key: number;
  held: number;
  readonly blocks: Block[];
}

describe('KvCache', () => {
  it('finds, frees and evicts what single blocks in one free list do', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 24 }),
        fc.array(operation, { minLength: 100, maxLength: 200 }),
        fc.boolean(),
        (total, operations, wide) => {
          const kv = new KvCache(total, KEYS);
          const naive = new NaiveKv(total);
          const holders: Holder[] = [];
          for (const { kind, key, which, blocks } of operations) {
            const holder = holders[which % Math.max(1, holders.length)];
            if (kind === 'admit') admit(key, which % (wide ? 30 : 5), blocks % 5);
            else if (kind === 'forget') forget(key);
            else if (holder && kind === 'grow') grow(holder, blocks);
            else if (holder && kind === 'publish') publish(holder, blocks);
            else if (holder) leave(holder);
            check();
          }

          function admit(key: number, most: number, extra: number): void {
            const found = naive.found(key).slice(0, most);
            const leaving = found.filter((block) => block.users === 0).length;
            expect(kv.inQueue(key, found.length)).toBe(leaving);
            if (extra + leaving > naive.free) return;
            for (const block of found) naive.use(block);
            if (found.length > 0) kv.hold(key, found.length);
            const one = { key, held: found.length, blocks: found };
            holders.push(one);
            grow(one, extra);
          }
          function grow(one: Holder, blocks: number): void {
            if (blocks > naive.free) return;
            for (let i = 0; i < blocks; i++) one.blocks.push(naive.take());
            kv.allocate(blocks);
          }
          function publish(one: Holder, blocks: number): void {
            const more = Math.min(blocks, one.blocks.length - one.held);
            if (more <= 0 || naive.found(one.key).length !== one.held) return;
            for (let i = 0; i < more; i++) naive.publish(one.blocks[one.held + i]!, one.key, one.held + i);
            kv.extend(one.key, one.held, more);
            one.held += more;
          }
          function leave(one: Holder): void {
            naive.giveBack(one.blocks);
            kv.release(one.blocks.length - one.held);
            if (one.held > 0) kv.drop(one.key, one.held);
            holders.splice(holders.indexOf(one), 1);
          }
          function forget(key: number): void {
            if (holders.some((one) => one.key === key && one.held > 0)) return;
            naive.forget(key);
            kv.forget(key);
          }
          function check(): void {
            expect(kv.free).toBe(naive.free);
            for (let key = 0; key < KEYS; key++) expect(kv.cached(key)).toBe(naive.found(key).length);
            const held = holders.reduce((sum, one) => sum + one.held, 0);
            expect(kv.savedBlocks).toBe(held - naive.publishedInUse());
          }
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });

  it('trims the end of the content that was idle longest first', () => {
    const kv = new KvCache(10, 3);
    for (const [key, blocks] of [
      [1, 4],
      [2, 4],
    ] as const) {
      kv.allocate(blocks);
      kv.extend(key, 0, blocks);
      kv.drop(key, blocks);
    }
    kv.allocate(2 + 3);
    expect([kv.cached(1), kv.cached(2), kv.free]).toEqual([1, 4, 5]);
    kv.hold(1, 1);
    kv.allocate(4);
    expect([kv.cached(1), kv.cached(2), kv.free]).toEqual([1, 0, 0]);
  });

  it('refuses to allocate more than is free, and to drop what nobody holds', () => {
    const kv = new KvCache(3, 2);
    expect(() => kv.allocate(4)).toThrow('INV-kv');
    expect(() => kv.drop(1, 2)).toThrow('INV-kv');
    kv.allocate(2);
    kv.extend(1, 0, 2);
    expect(() => kv.forget(1)).toThrow('INV-kv');
  });
});
