import { describe, expect, it } from 'vitest';
import { FairLine } from '../../../src/fleet/llm/fairLine.js';
import { RequestTable } from '../../../src/fleet/llm/requestTable.js';
import { Shares } from '../../../src/fleet/llm/shares.js';
import { stream } from '../../../src/kernel/random.js';
import { type Ask, listed, runSmall } from './fleetHarness.js';

const lineOf = (weights: readonly number[]) => {
  const table = new RequestTable();
  const line = new FairLine(weights, true, table);
  const push = (tenant: number, prompt = 10, output = 5): boolean => {
    const id = table.take();
    table.tenant[id] = tenant;
    table.promptTokens[id] = prompt;
    table.outputTokens[id] = output;
    return line.pushBack(id);
  };
  const pop = (): number => table.tenant[line.popFront()]!;
  return { line, table, push, pop };
};

describe('a line that is fair between tenants', () => {
  it('serves those that have had the least for their weight', () => {
    const { push, pop } = lineOf([1, 3]);
    for (let i = 0; i < 8; i++) push(0);
    for (let i = 0; i < 8; i++) push(1);
    const order = Array.from({ length: 8 }, pop);
    expect(order.filter((tenant) => tenant === 1)).toHaveLength(6);
  });

  it('counts tokens and not requests: an answer’s for two', () => {
    const { push, pop } = lineOf([1, 1]);
    for (let i = 0; i < 3; i++) push(0, 20, 90);
    for (let i = 0; i < 12; i++) push(1, 30, 10);
    // 200 for each of the first, 50 for each of the second: four of them for one.
    expect(Array.from({ length: 10 }, pop)).toEqual([0, 1, 1, 1, 1, 0, 1, 1, 1, 1]);
  });

  it('lets nobody save up: who comes back starts where the others are', () => {
    const { push, pop } = lineOf([1, 1]);
    for (let i = 0; i < 20; i++) push(0);
    for (let i = 0; i < 10; i++) pop();
    for (let i = 0; i < 10; i++) push(1);
    expect(Array.from({ length: 6 }, pop)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('says whether who comes is next, and gives all to who waits alone', () => {
    const { line, push, pop } = lineOf([1, 1]);
    expect(push(1)).toBe(true);
    expect(push(1)).toBe(false);
    expect(push(0)).toBe(true);
    expect([pop(), pop(), pop(), line.length]).toEqual([0, 1, 1, 0]);
  });

  it('charges a request once, though it comes back', () => {
    const { line, push, pop } = lineOf([1, 1]);
    push(0);
    push(1);
    const id = line.popFront();
    line.pushFront(id);
    expect([pop(), pop()]).toEqual([1, 0]);
  });
});

/** One request at a time, each 1 s. The first tenant sends `flood` at once and then as fast as it is served; the second one each 4 s. */
const compete = (tenantWeights: readonly number[] | undefined, flood: number) => {
  const asks: Ask[] = Array.from({ length: flood }, () => ({ at: 0, prompt: 10, output: 10 }));
  for (let i = 0; i < 50; i++) asks.push({ at: 0.55 + 4 * i, prompt: 10, output: 10 });
  // Tenants as the requests are listed.
  const tenants = Object.assign(new Shares([1, 1], stream(1, 0, 't')), {
    of: (which: number) => (which < flood ? 0 : 1),
  });
  return runSmall({ limits: { maxSequences: 1, ...(tenantWeights && { tenantWeights }) }, tenants }, listed(asks));
};

describe('a tenant that floods', () => {
  it('holds nobody else up for more than what runs, where the line is fair', () => {
    const quantile = (run: ReturnType<typeof compete>, tenant: number): number =>
      run.metrics.byTenant[tenant]!.ttft.max;
    expect(quantile(compete(undefined, 150), 1)).toBeGreaterThan(100);
    // A request under way, one of the flood's whose turn it is at most, and its own step.
    expect(quantile(compete([1, 1], 150), 1)).toBeLessThanOrEqual(2 + 0.1 + 1e-9);
    expect(quantile(compete([1, 1], 0), 1)).toBeCloseTo(0.1, 9);
  });

  it('gets all that the others leave: no second is lost', () => {
    const [plain, fair] = [compete(undefined, 150), compete([1, 1], 150)];
    expect(fair.untilS).toBeCloseTo(plain.untilS, 9);
    expect(fair.groups[0]!.engines[0]!.busyS).toBeCloseTo(plain.groups[0]!.engines[0]!.busyS, 9);
    expect(fair.metrics.completed).toBe(200);
  });
});
