/** What the comments of scenarios/spot-fallback.yaml and scenarios/interactive-and-batch.yaml say is found. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDrill } from '../../src/scenario/drills.js';
import { simulate } from '../../src/simulate/simulate.js';
import { only, resultOf, worldOf } from './worlds.js';

const textOf = (name: string): string => readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8');

describe('spot machines with a fallback', () => {
  const TEXT = textOf('spot-fallback');
  const drilled = async (drill: string, ...set: string[]) => {
    const world = await worldOf(TEXT, set);
    const parsed = readDrill(drill);
    if (!parsed.ok) throw new Error(drill);
    return simulate({ ...world, scenario: { ...world.scenario, drills: [parsed.drill] } });
  };

  it('cost some 60 % of what on demand costs, for the same latency', async () => {
    const [spot, onDemand] = [await resultOf(TEXT), await resultOf(TEXT, ['pools.gpu.purchase.spot=0 %'])];
    const share = spot.cost.per_month_usd / onDemand.cost.per_month_usd;
    expect(share).toBeGreaterThan(0.55);
    expect(share).toBeLessThan(0.65);
    expect(only(spot).ttft_ms!.p95! / only(onDemand).ttft_ms!.p95!).toBeCloseTo(1, 1);
    expect(Object.values(only(spot).slo_attainment).every(({ met }) => met)).toBe(true);
  });

  it('lose no request in a drought, and a third of the fleet carries all of it for some minutes', async () => {
    const result = await drilled('spot-drought@30min');
    const [drill] = result.pools['gpu']!.drills!;
    expect(drill).toMatchObject({ requests_lost: 0, recovered_in: 2 });
    expect(drill!.recovered_after_s!.mean).toBeGreaterThan(200);
    expect(drill!.recovered_after_s!.mean).toBeLessThan(400);
    const { ttft_ms, slo_attainment } = only(result);
    expect(ttft_ms!.p99!).toBeGreaterThan(10_000);
    expect(slo_attainment['ttft.p95']!.met).toBe(true);
  });

  it('a lost zone loses what it was answering, and clients get it at the second try', async () => {
    const patient = only(await drilled('zone-loss@30min+20min'));
    expect(patient.requests.failed).toBe(0);
    const hasty = only(await drilled('zone-loss@30min+20min', 'services.chat.traffic.client.retries=0'));
    // Two replications.
    expect(hasty.requests.failed / 2).toBeGreaterThan(20);
    expect(hasty.requests.failed / 2).toBeLessThan(80);
    expect(hasty.slo_attainment['availability']!.met).toBe(true);
  });
});

describe('people and batch work on one fleet', () => {
  const TEXT = textOf('interactive-and-batch');
  const service = async (...set: string[]) => only(await resultOf(TEXT, set));

  it('people start at once, batch work waits, and without levels everybody does', async () => {
    const apart = await service();
    const { interactive, batch } = apart.priority!;
    expect(interactive!.ttft_ms.p95!).toBeLessThan(1000);
    expect(batch!.ttft_ms.p95!).toBeGreaterThan(5000);
    expect(apart.slo_attainment['tpot.p95']!.met).toBe(true);
    const alike = await service('services.assistant.traffic.priority=[{name: all, share: 100 %}]');
    expect(alike.ttft_ms!.p95!).toBeGreaterThan(3000);
    expect(alike.tpot_ms!.p95! / apart.tpot_ms!.p95!).toBeCloseTo(1, 1);
  });

  it('without a limit on the batch all tokens slow down', async () => {
    expect((await service('services.assistant.batching.max_num_seqs=256')).tpot_ms!.p95!).toBeGreaterThan(80);
  });

  it('beyond capacity batch work starves and people do not', async () => {
    const { interactive, batch } = (await service('services.assistant.traffic.rate=14 /s')).priority!;
    expect(interactive!.ttft_ms.p95!).toBeLessThan(2000);
    expect(batch!.ttft_ms.mean!).toBeGreaterThan(60_000);
  });
});
