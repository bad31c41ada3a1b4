/** Services that contend for the quota of a pool: by priority, at every moment, to the accelerator. */
import { describe, expect, it } from 'vitest';
import { planned, simulate } from '../../src/simulate/simulate.js';
import { runTask } from '../../src/simulate/tasks.js';
import { findingsOf, worldOf } from './worlds.js';

const SCALER = (max: number): string => `replicas: { min: 1, max: ${max} }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 4 }] }`;
const service = (name: string, rate: number, keys: string): string => `  ${name}:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: ${rate} /s, prompt_tokens: { mean: 500, cv: 1 }, output_tokens: { mean: 150, cv: 0.7 } }
    ${keys}
`;
const scenario = (first: string, second: string, quota = 6): string => `version: 1
seed: 9
window: 10 min
warmup: 2 min
replications: 2
services:
${first}${second}pools:
  gpu: { instance: aws/g6e.12xlarge, region: us-east-1, quota: ${quota}, startup: { provision: 20 s, pull: 10 s, load: 10 s, init: 5 s } }
`;
const URGENT = service('urgent', 5, `priority: 10\n    ${SCALER(5)}`);

/** Accelerators that each service holds at moments of the first replication's window, by its places. */
async function heldOver(
  text: string,
): Promise<{ readonly each: number[][]; readonly world: Awaited<ReturnType<typeof worldOf>> }> {
  const world = await worldOf(text);
  const { tasksAfter } = planned(world, {});
  const tasks = tasksAfter([]).filter(
    ({ spec, standsForHours }) => spec.replication === 0 && standsForHours === undefined,
  );
  const each = tasks.map((task) => {
    const record = runTask(world, task);
    const fleet = record.lanes?.[0]?.fleet ?? record.fleet;
    // A fixed fleet that nobody takes from.
    if (!fleet) return Array.from({ length: 600 }, () => record.servers);
    return Array.from(
      { length: 600 },
      (_, s) => fleet.places.filter(({ startS, endS }) => startS <= s + 0.5 && s + 0.5 < endS).length,
    );
  });
  return { each, world };
}

describe('services that contend for a quota', () => {
  it('of higher priority do not notice the others', async () => {
    const text = scenario(URGENT, service('other', 4, SCALER(5)));
    const both = simulate(await worldOf(text));
    const alone = simulate(await worldOf(scenario(URGENT.replace('priority: 10\n    ', ''), '', 8)));
    expect(both.services['urgent']).toEqual(alone.services['urgent']);
    expect(both.pools['gpu']!.quota_used).toBeLessThanOrEqual(1);
    expect(both.services['other']!.requests.completed).toBeGreaterThan(0);
    expect(simulate(await worldOf(text))).toEqual(both);
  });

  it('never hold more than the quota together, whoever grows', async () => {
    for (const other of [SCALER(5), 'replicas: 5']) {
      for (const quota of [5, 6, 8]) {
        const { each } = await heldOver(scenario(URGENT, service('other', 4, other), quota));
        const [urgent, rest] = each as [number[], number[]];
        expect(Math.max(...urgent)).toBeGreaterThan(1);
        for (const [s, held] of urgent.entries()) expect(held + rest[s]!).toBeLessThanOrEqual(quota);
      }
    }
  });

  it('take replicas of a fixed fleet, whose requests are sent anew and not lost', async () => {
    const { each } = await heldOver(scenario(URGENT, service('other', 4, 'replicas: 5')));
    const [urgent, rest] = each as [number[], number[]];
    // What is left of six, and no more than five.
    for (const [s, held] of urgent.entries()) expect(rest[s]).toBe(Math.min(5, 6 - held));
    const text = scenario(URGENT, service('other', 4, 'replicas: 5'));
    const result = simulate(await worldOf(text.replace('warmup: 2 min', 'warmup: 0 s')));
    const { requests } = result.services['other']!;
    expect(result.pools['gpu']!.services!['other']!.replicas_preempted).toBeGreaterThan(0);
    expect([requests.failed, requests.rejected]).toEqual([0, 0]);
    expect(requests.arrived).toBe(requests.completed + requests.in_flight);
  });

  it('stand behind fixed fleets of a higher priority', async () => {
    const { each } = await heldOver(scenario(service('fixed', 2, 'replicas: 3\n    priority: 20'), URGENT, 5));
    expect(Math.max(...each.at(-1)!)).toBe(2);
  }, 20_000);

  it('need an order of precedence', async () => {
    const [finding] = await findingsOf(
      scenario(URGENT.replace('priority: 10\n    ', ''), service('other', 4, SCALER(5))),
    );
    expect(finding).toMatchObject({ code: 'E1303', path: ['pools', 'gpu', 'quota'] });
    expect(finding!.hint).toContain('services.urgent.priority');
    expect(await findingsOf(scenario(URGENT, service('other', 4, SCALER(5)), 10))).toEqual([]);
    const fixed = scenario(service('a', 1, 'replicas: 4'), service('b', 1, 'replicas: 4'));
    expect(await findingsOf(fixed.replace(/, startup: \{.*?\}/, ''))).toEqual([]);
  });
});
