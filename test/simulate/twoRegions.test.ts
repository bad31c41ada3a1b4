/** What the comment of scenarios/two-regions.yaml says is found. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { only, resultOf } from './worlds.js';

const TEXT = readFileSync(new URL('../../scenarios/two-regions.yaml', import.meta.url), 'utf8');
const run = (...set: readonly string[]) => resultOf(TEXT, set);
const AT_HOME = 'routing.overflow=1000';

type Regions = NonNullable<ReturnType<typeof only>['regions']>;
const [US, EU] = ['us-east-1', 'eu-central-1'];
/** Share of the American requests that Europe answers. */
const abroad = (regions: Regions): number => {
  const { us = 0, eu = 0 } = regions[US]!.answered_by;
  return eu / (us + eu);
};

it('users are served nearby, some Americans in Europe and no European elsewhere', async () => {
  const result = await run();
  const { regions, slo_attainment } = only(result);
  expect(abroad(regions!)).toBeCloseTo(0.09, 1);
  expect(regions![EU]!.answered_by['us']).toBe(0);
  expect(result.pools['us']!.utilization.of_capacity).toBeCloseTo(0.77, 1);
  expect(result.pools['eu']!.utilization.of_capacity).toBeCloseTo(0.53, 1);
  expect(Object.values(slo_attainment).map(({ met }) => met)).toEqual([true, true]);
});

it('without overflow the tokens of American answers are too slow, and a line of four is hardly better', async () => {
  const [home, four] = [only(await run(AT_HOME)), only(await run('routing.overflow=4'))];
  expect(abroad(home.regions!)).toBe(0);
  expect(home.tpot_ms!.p95!).toBeGreaterThan(68);
  expect(four.tpot_ms!.p95!).toBeGreaterThan(68);
  expect(home.slo_attainment['tpot.p95']!.met).toBe(false);
});

it('half of America lost fails over to Europe', async () => {
  const { regions, requests, tpot_ms } = only(await run('pools.us.replicas=1'));
  expect(abroad(regions!)).toBeGreaterThan(0.4);
  expect(regions![EU]!.answered_by['us']).toBe(0);
  expect(requests.rejected).toBe(0);
  expect(tpot_ms!.p95!).toBeGreaterThan(90);
});

it('and without overflow the limit of the whole service turns away Europeans before idle machines', async () => {
  const result = await run('pools.us.replicas=1', AT_HOME);
  const { rejections, regions } = only(result);
  expect(Object.keys(rejections!)).toEqual(['queue_full']);
  const { arrived, rejected } = regions![EU]!.requests;
  expect(rejected / arrived).toBeGreaterThan(0.3);
  expect(result.pools['eu']!.utilization.of_capacity).toBeLessThan(0.55);
});

it('half of Europe lost leaves its users nowhere to go', async () => {
  const { regions } = only(await run('pools.eu.replicas=1'));
  expect(regions![EU]!.answered_by['us']).toBe(0);
  expect(regions![EU]!.ttft_ms.p95!).toBeGreaterThan(1000);
  expect(regions![US]!.ttft_ms.p95!).toBeLessThan(800);
});
