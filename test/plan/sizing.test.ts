/** The smallest fleet that meets every objective, and what the search for it takes for granted. */
import { describe, expect, it } from 'vitest';
import { isTooSmall, violations } from '../../src/plan/constraints.js';
import { type SizingOptions, sizeReplicas, tryReplicas, withReplicas } from '../../src/plan/sizing.js';
import { simulate } from '../../src/simulate/simulate.js';
import { inThisThread } from '../../src/simulate/simulator.js';
import { CHAT, EMBED, only, resultOf, scenarioOf, worldOf } from '../simulate/worlds.js';

const OF = { service: 'chat', pool: 'gpu' };
const options = (given: Partial<SizingOptions> = {}): SizingOptions => ({
  simulator: inThisThread,
  of: OF,
  start: 1,
  replications: 2,
  seed: 11,
  worthUsd: Infinity,
  confidence: 0,
  onSimulated: () => undefined,
  ...given,
});
const BUSY = ['services.chat.traffic.rate=9 /s', 'services.chat.slo.tpot.p95=30 ms', 'window=5 min'];

describe('more replicas', () => {
  it.each([
    ['llm, least outstanding', CHAT, 'gpu', ['services.chat.traffic.rate=9 /s']],
    ['llm, round robin', CHAT, 'gpu', ['services.chat.traffic.rate=9 /s', 'routing.policy=round-robin']],
    ['llm, random', CHAT, 'gpu', ['services.chat.traffic.rate=9 /s', 'routing.policy=random']],
    ['llm, long prompts', CHAT, 'gpu', ['services.chat.traffic.rate=3 /s', 'services.chat.traffic.prompt_tokens=6000']],
    ['inference', EMBED, 'cpu', ['services.embed.traffic.rate=60 /s']],
  ] as const)('never make a service slower (%s)', async (_, text, pool, set) => {
    const world = await worldOf(text, [...set, 'window=4 min', 'warmup=30 s']);
    const figures = [1, 2, 3, 4, 6, 9].map((replicas) => {
      const service = only(
        simulate(withReplicas(world, { service: world.services[0]!.name, pool }, replicas), { replications: 2 }),
      );
      return [service.ttft_ms?.p95, service.tpot_ms?.p95, service.e2e_ms.p95].filter((p95) => p95 != null);
    });
    for (let i = 1; i < figures.length; i++) {
      figures[i]!.forEach((p95, quantity) => {
        // Where another replica no longer matters, what is left is noise: 2 % of a p95, and the histogram's buckets.
        expect(p95).toBeLessThanOrEqual(figures[i - 1]![quantity]! * 1.03);
      });
    }
  });
});

describe('sizing', () => {
  it('finds the smallest fleet that meets the objectives, from any start', async () => {
    const world = await worldOf(CHAT, BUSY);
    const all = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => tryReplicas(world, options(), n)));
    const smallest = all.find(({ violations: found }) => found.length === 0)!.replicas;
    expect(smallest).toBeGreaterThan(1);
    for (const start of [1, 2, smallest, 7, 20]) {
      const sized = await sizeReplicas(world, options({ start }));
      expect(sized.replicas).toBe(smallest);
      expect(sized.violations).toEqual([]);
    }
  });

  it('simulates few fleets: fewer than trying them one by one', async () => {
    let simulated = 0;
    const world = await worldOf(CHAT, BUSY);
    await sizeReplicas(world, options({ start: 40, onSimulated: () => simulated++ }));
    expect(simulated).toBeLessThanOrEqual(12);
  });

  it('gives up where replicas are not what a service lacks', async () => {
    let simulated = 0;
    const world = await worldOf(CHAT, [...BUSY, 'services.chat.slo.ttft.p95=1 ms']);
    const sized = await sizeReplicas(world, options({ onSimulated: () => simulated++ }));
    expect(sized.violations.map(({ what }) => what)).toEqual(['services.chat.slo.ttft.p95']);
    expect(sized.replicas).toBeLessThan(300);
    expect(simulated).toBeLessThan(20);
  });

  it('does not chase requests that no replica can hold', async () => {
    const world = await worldOf(CHAT, ['services.chat.batching.max_model_len=700', 'window=5 min']);
    const sized = await sizeReplicas(world, options());
    expect(sized.replicas).toBe(1);
    expect(sized.violations.map(({ what }) => what)).toEqual(['services.chat.requests.rejected']);
  });

  it('stops where a fleet costs more than it is worth', async () => {
    const world = await worldOf(CHAT, BUSY);
    const sized = await sizeReplicas(world, options({ worthUsd: 2000 }));
    expect(sized.replicas).toBe(2);
    expect(sized.violations).not.toEqual([]);
  });

  it('needs more for more confidence', async () => {
    const world = await worldOf(CHAT, BUSY);
    const replicas = async (confidence: number): Promise<number> =>
      (await sizeReplicas(world, options({ confidence }))).replicas;
    const [none, some, much] = [await replicas(0), await replicas(0.8), await replicas(0.9)];
    expect(none).toBeLessThanOrEqual(some);
    expect(some).toBeLessThanOrEqual(much);
    expect(none).toBeLessThan(much);
  });
});

describe('constraints', () => {
  const found = async (set: readonly string[], confidence = 0) => {
    const result = await resultOf(CHAT, ['window=3 min', ...set]);
    return violations(scenarioOf(CHAT, ['window=3 min', ...set]), result, confidence);
  };
  const names = async (set: readonly string[], confidence = 0) =>
    (await found(set, confidence)).map(({ what }) => what);

  it('are met by a fleet that has room', async () => {
    expect(await found([])).toEqual([]);
  });

  it('name an objective that is missed, with limit and value', async () => {
    const [slo] = await found(['services.chat.slo.ttft.p95=50 ms']);
    expect(slo).toMatchObject({ what: 'services.chat.slo.ttft.p95', limit: '50 ms' });
    expect(slo?.value).toMatch(/^\d+(\.\d+)? ms$/);
  });

  it('name an objective that holds without the confidence asked for', async () => {
    const p95 = only(await resultOf(CHAT, ['window=3 min'])).ttft_ms!.p95!;
    const set = [`services.chat.slo.ttft.p95=${p95 * 1.05} ms`];
    expect(await names(set)).toEqual([]);
    expect(await names(set, 0.95)).toEqual(['services.chat.slo.ttft.p95']);
    expect((await found(set, 0.95))[0]?.value).toContain('holds with a chance of only');
  });

  it('name a budget, a quota, what has no price and what is turned away', async () => {
    expect(await names(['budget.monthly=1000 USD'])).toEqual(['budget.monthly']);
    expect(await names(['pools.gpu.quota=1', 'pools.gpu.replicas=2'])).toEqual(['pools.gpu.quota']);
    expect(await names(['pools.gpu.instance=aws/p5e.48xlarge', 'pools.gpu.region=us-west-2'])).toEqual([
      'cost.unpriced',
    ]);
    expect(await names(['services.chat.batching.max_model_len=700'])).toEqual(['services.chat.requests.rejected']);
  });

  it('name a backlog that grows', async () => {
    expect(await names(['services.chat.traffic.rate=60 /s'])).toContain('services.chat.capacity');
  });

  it('are mended by replicas only where they are about speed', () => {
    const about = (what: string) => [{ what, limit: '', value: '' }];
    expect(isTooSmall(about('services.chat.slo.ttft.p95'))).toBe(true);
    expect(isTooSmall(about('services.chat.capacity'))).toBe(true);
    for (const what of ['budget.monthly', 'pools.gpu.quota', 'cost.unpriced', 'services.chat.requests.rejected'])
      expect(isTooSmall(about(what))).toBe(false);
  });
});
