/** Pools that fall back to other instance types, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { DecisionRow } from '../../src/fleet/scaling/poolScaler.js';
import { readDrill } from '../../src/scenario/drills.js';
import { parseScenario } from '../../src/scenario/load.js';
import { drillProblems } from '../../src/simulate/drills.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import { findingsOf, only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: stock
seed: 3
window: 90 min
warmup: 10 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 6 /s, prompt_tokens: 700, output_tokens: { mean: 200, cv: 0.5 } }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.xlarge
    region: us-east-1
    fallback: [aws/g6e.12xlarge]
    replicas: { min: 1, max: 6, initial: 1 }
    autoscaler: { policy: hpa, metrics: [ { name: "vllm:num_requests_running", per: replica, target: 8 } ] }
    startup: { provision: 60 s, pull: 30 s, load: 20 s, init: 10 s, keep_nodes: 2 min }
`;
const EMBED = `version: 1
name: embed
seed: 3
window: 30 min
warmup: 1 min
replications: 2
services:
  embed:
    kind: inference
    model: BAAI/bge-m3
    traffic: { rate: 60 /s, prompt_tokens: 128 }
    batching: { max_batch: 16, max_delay: 5 ms }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6.xlarge
    region: us-east-1
    fallback: [aws/g5.xlarge]
    replicas: { min: 1, max: 6, initial: 1 }
    autoscaler: { policy: hpa, metrics: [ { name: utilization, per: replica, target: 30 } ] }
    startup: { provision: 60 s, pull: 30 s, load: 20 s, init: 10 s }
`;
const NEVER = 'pools.gpu.stock_outs={"aws/g6e.xlarge":{"mean_time_between":"1 s","mean_duration":"1000 d"}}';

const conserves = ({ services }: SimulationResult): void => {
  for (const { requests } of Object.values(services)) {
    const { arrived, completed, rejected, abandoned, failed, in_flight } = requests;
    expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
  }
};
const itemsOf = ({ cost }: SimulationResult): string[] => cost.by_item.map(({ item }) => item);
const problemsOf = (set: readonly string[], text = CHAT): string[] => {
  const loaded = parseScenario(text, 's.yaml', { set });
  return loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('a pool with a list of instance types', () => {
  it('runs on its own where that can be had', async () => {
    const result = await resultOf(CHAT);
    conserves(result);
    const [own, other] = result.pools['gpu']!.machines!;
    expect(own).toMatchObject({ instance: 'aws/g6e.xlarge', out_of_stock: 0 });
    expect(own!.mean).toBeCloseTo(result.pools['gpu']!.instances_billed, 9);
    expect(other).toMatchObject({ instance: 'aws/g6e.12xlarge', mean: 0, started: 0 });
    expect(itemsOf(result).some((item) => item.includes('12xlarge'))).toBe(false);
  });

  it('starts the next type while its own is out of stock, and pays each at its price', async () => {
    const rows: DecisionRow[] = [];
    const world = await worldOf(CHAT, [NEVER]);
    const result = simulate(world, { onDecision: () => (row) => rows.push(row) });
    conserves(result);
    const pool = result.pools['gpu']!;
    const [own, other] = pool.machines!;
    expect(own).toMatchObject({ out_of_stock: 1, started: 0 });
    expect(other!.started + other!.mean).toBeGreaterThan(0);
    // Four replicas on a machine of four accelerators: two machines are enough for the most that there may be.
    expect(other!.max).toBeLessThanOrEqual(2);
    expect(pool.replicas.max).toBeGreaterThan(2);
    expect(own!.mean + other!.mean).toBeCloseTo(pool.instances_billed, 9);
    const item = result.cost.by_item.find(({ item }) => item.includes('12xlarge'))!;
    expect(item.quantity).toBeGreaterThan(0.95 * other!.mean * 1.5);
    expect(item.usd).toBeCloseTo(item.quantity * item.unit_price_usd, 9);
    const started = rows.flatMap(({ startedByType }) => startedByType.map((count, type) => [type, count]));
    expect(started.some(([type]) => type === 1)).toBe(true);
    expect(rows[0]!.types).toEqual(['aws/g6e.xlarge', 'aws/g6e.12xlarge']);
  });

  it('is answered later where there is nothing to fall back to', async () => {
    const stuck = await resultOf(CHAT.replace('    fallback: [aws/g6e.12xlarge]\n', ''), [NEVER]);
    conserves(stuck);
    expect(stuck.pools['gpu']!.autoscaling!.syncs_out_of_stock).toBeGreaterThan(10);
    expect(stuck.pools['gpu']!.replicas.max).toBe(1);
    const helped = await resultOf(CHAT, [NEVER]);
    expect(only(stuck).tpot_ms!.mean!).toBeGreaterThan(only(helped).tpot_ms!.mean!);
  });

  it('is the same whoever simulates it, and lists stock only where it is asked for', async () => {
    const often = 'pools.gpu.stock_outs={"mean_time_between":"20 min","mean_duration":"10 min"}';
    const [a, b] = [await resultOf(CHAT, [often]), await resultOf(CHAT, [often])];
    expect(a).toEqual(b);
    const [own, other] = a.pools['gpu']!.machines!;
    // Each type has its own clock.
    expect(own!.out_of_stock).not.toBe(other!.out_of_stock);
    const plain = await resultOf(CHAT.replace('    fallback: [aws/g6e.12xlarge]\n', ''));
    expect(plain.pools['gpu']!.machines).toBeUndefined();
  });

  it('takes part in a drill', async () => {
    const read = readDrill('stock-out@0min+30min');
    if (!read.ok) throw new Error(read.message);
    const world = await worldOf(CHAT);
    const drilled = { ...world, scenario: { ...world.scenario, drills: [read.drill] } };
    expect(drillProblems(drilled)).toEqual([]);
    const { machines } = simulate(drilled).pools['gpu']!;
    expect(machines![0]!.out_of_stock).toBeCloseTo(1 / 3, 9);
    expect(machines![1]!.out_of_stock).toBe(0);
  });

  it('serves batches on other hardware, each at its speed', async () => {
    const set = ['pools.gpu.stock_outs={"aws/g6.xlarge":{"mean_time_between":"1 s","mean_duration":"1000 d"}}'];
    const result = await resultOf(EMBED, set);
    conserves(result);
    const [own, other] = result.pools['gpu']!.machines!;
    expect(own!.max).toBe(1);
    expect(other!.max).toBeGreaterThan(0);
    expect(itemsOf(result).some((item) => item.includes('g5.xlarge'))).toBe(true);
    // The A10G is not the L4: with it alone as the pool's own, the mean batch takes another time.
    const swapped = await resultOf(EMBED, ['pools.gpu.instance=aws/g5.xlarge', 'pools.gpu.fallback=["aws/g6.xlarge"]']);
    expect(only(result).e2e_ms.mean).not.toBe(only(swapped).e2e_ms.mean);
  });
});

describe('what cannot be', () => {
  it.each([
    [['pools.gpu.fallback=["aws/g6e.xlarge"]'], 'aws/g6e.xlarge is in the list already'],
    [['pools.gpu.fallback=[]'], 'fallback'],
    [['pools.gpu.fallback=aws/g5.xlarge'], 'fallback'],
    [['pools.gpu.stock_outs={"mean_time_between":"1 h"}'], 'stock_outs'],
    [['pools.gpu.stock_outs={"mean_time_between":"1 h","mean_duration":"0 s"}'], 'mean_duration'],
    [['pools.gpu.stock_outs={"mean_time_between":3,"mean_duration":"1 h"}'], 'mean_time_between'],
    [
      ['pools.gpu.stock_outs={"aws/p5.48xlarge":{"mean_time_between":"1 h","mean_duration":"1 h"}}'],
      'aws/p5.48xlarge is no instance type of this pool',
    ],
  ])('%s', (set, message) => {
    expect(problemsOf(set).join('\n')).toContain(message);
  });

  it('a pool that starts no machines has no use for stock', () => {
    const fixed = CHAT.replace(/ {4}replicas: .*\n {4}autoscaler: .*\n {4}startup: .*\n/, '    replicas: 2\n');
    expect(problemsOf([], fixed).join('\n')).toContain('fallback has no effect');
  });

  it('a name that the catalog lacks, a model that does not fit there', async () => {
    const unknown = await findingsOf(CHAT, ['pools.gpu.fallback=["aws/g6e.12xlarg"]']);
    expect(unknown).toMatchObject([{ path: ['pools', 'gpu', 'fallback', 0] }]);
    expect(unknown[0]!.hint).toContain('g6e.12xlarge');
    const small = await findingsOf(CHAT, ['pools.gpu.fallback=["aws/g6e.12xlarge","aws/g4dn.xlarge"]']);
    expect(small).toMatchObject([{ code: 'E1304', path: ['pools', 'gpu', 'fallback', 1] }]);
    expect(small[0]!.message).toContain('on aws/g4dn.xlarge');
  });
});
