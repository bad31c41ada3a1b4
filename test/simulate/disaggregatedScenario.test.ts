/** What the comment of scenarios/disaggregated.yaml says is found. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { only, resultOf, worldOf } from './worlds.js';

const TEXT = readFileSync(new URL('../../scenarios/disaggregated.yaml', import.meta.url), 'utf8');
const run = (...set: readonly string[]) => resultOf(TEXT, set);
const TOGETHER = 'services.chat.runs_on=[prompts, answers]';
const MORE = 'services.chat.traffic.rate=10.5 /s';
const met = (service: ReturnType<typeof only>) => Object.values(service.slo_attainment).map((slo) => slo.met);

it('nothing holds up who decodes, where both doing both misses the pace', async () => {
  const [apart, together] = [only(await run()), only(await run(TOGETHER))];
  expect(met(apart)).toEqual([true, true]);
  expect(met(together)).toEqual([true, false]);
  expect(apart.itl_ms!.p99!).toBeLessThan(12);
  expect(together.itl_ms!.p95!).toBeGreaterThan(50);
  expect(apart.tpot_ms!.p95!).toBeLessThan(11);
  expect(together.tpot_ms!.p95!).toBeGreaterThan(15);
  expect(apart.ttft_ms!.p95! / together.ttft_ms!.p95!).toBeGreaterThan(1.7);
});

it('a second machine for prompts brings the first token', async () => {
  expect(only(await run('pools.prompts.replicas=2')).ttft_ms!.p95!).toBeLessThan(320);
});

it('the machines are out of balance, and prompts run out first', async () => {
  const { pools, bottleneck } = await run();
  expect(pools['prompts']!.utilization.of_capacity).toBeCloseTo(0.69, 1);
  expect(pools['answers']!.utilization.of_capacity).toBeCloseTo(0.34, 1);
  expect(bottleneck!.resource).toBe('pools.prompts.compute');
  const [apart, together] = [only(await run(MORE)), only(await run(MORE, TOGETHER))];
  expect(apart.ttft_ms!.p95!).toBeGreaterThan(1400);
  expect(together.ttft_ms!.p95!).toBeLessThan(450);
});

it('sends 0.39 GB a prompt in 31 ms', async () => {
  const [service] = (await worldOf(TEXT)).services;
  if (service?.kind !== 'llm') throw new Error('not a language model');
  expect(3000 * service.link!.perTokenS).toBeCloseTo(0.031, 3);
});
