import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { router } from '../../../src/fleet/llm/routing.js';
import { WaitingLine } from '../../../src/fleet/llm/waitingLine.js';
import { stream } from '../../../src/kernel/random.js';

const targets = (...outstanding: number[]) => outstanding.map((n) => ({ outstanding: n }));

describe('routing', () => {
  it('sends to the engine with the fewest requests, the first of several', () => {
    const route = router('least-outstanding', stream(1, 0, 'x'));
    expect(route(targets(3, 1, 2, 1))).toBe(1);
    expect(route(targets(0, 0))).toBe(0);
  });

  it('goes round in turn, and on when engines join', () => {
    const route = router('round-robin', stream(1, 0, 'x'));
    expect([1, 2, 3, 4].map(() => route(targets(9, 0, 0)))).toEqual([0, 1, 2, 0]);
    expect(route(targets(0, 0, 0, 0, 0))).toBe(4);
  });

  it('spreads at random evenly', () => {
    const route = router('random', stream(1, 0, 'x'));
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const to = route(targets(5, 0, 0));
      counts[to] = counts[to]! + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(30_000 * (2 / 9)));
  });
});

describe('WaitingLine', () => {
  it('is a list that gives from its front, whatever is pushed where', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('back', 'back', 'front', 'pop'), { maxLength: 400 }), (operations) => {
        const line = new WaitingLine();
        const model: number[] = [];
        operations.forEach((operation, id) => {
          if (operation === 'back') {
            line.pushBack(id);
            model.push(id);
          } else if (operation === 'front') {
            line.pushFront(id);
            model.unshift(id);
          } else if (model.length > 0) {
            expect(line.peekFront()).toBe(model[0]);
            expect(line.popFront()).toBe(model.shift());
          }
          expect(line.length).toBe(model.length);
        });
        while (model.length > 0) expect(line.popFront()).toBe(model.shift());
      }),
    );
  });
});
