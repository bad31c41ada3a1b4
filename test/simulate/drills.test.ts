/** Drills and spot machines, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import { readDrill } from '../../src/scenario/drills.js';
import { parseScenario } from '../../src/scenario/load.js';
import { drillProblems } from '../../src/simulate/drills.js';
import { atStart } from '../../src/simulate/drivers.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { resultSchema } from '../../src/simulate/results/resultSchema.js';
import { simulate } from '../../src/simulate/simulate.js';
import { buildWorld, type World } from '../../src/simulate/world/world.js';
import { catalog, only, resultOf, scenarioOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: drilled
seed: 3
window: 30 min
warmup: 10 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 8 /s, prompt_tokens: 700, output_tokens: 200 }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.xlarge
    replicas: { min: 4, max: 8, initial: 4 }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 60 }] }
    startup: { provision: 60 s, pull: 30 s, load: 20 s, init: 10 s }
    purchase: { spot: 50 % }
    failures: { spot: { interrupted: 0 %, notice: 2 min } }
    zones: 2
`;

const drilled = async (...texts: string[]): Promise<World> => {
  const world = await worldOf(CHAT);
  const drills = texts.map((text) => {
    const read = readDrill(text);
    if (!read.ok) throw new Error(read.message);
    return read.drill;
  });
  return { ...world, scenario: { ...world.scenario, drills } };
};
const conserves = (result: SimulationResult): void => {
  const { arrived, completed, rejected, abandoned, failed, in_flight } = only(result).requests;
  expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
};

describe('a pool in one zone', () => {
  it('is said to be lost whole with it', async () => {
    const read = readDrill('zone-loss@5min');
    if (!read.ok) throw new Error(read.message);
    const warned = async (zones: number): Promise<string> => {
      const loaded = await buildWorld(
        { ...scenarioOf(CHAT, [`pools.gpu.zones=${zones}`]), drills: [read.drill] },
        catalog,
        atStart,
      );
      return loaded.ok ? loaded.world.warnings.join() : '';
    };
    expect(await warned(1)).toContain('pools.gpu: it is in one zone, and a zone loss takes all of it');
    expect(await warned(2)).not.toContain('one zone');
  });

  it('is an assumption where machines can be lost', () => {
    const loaded = parseScenario(CHAT.replace('    zones: 2\n', ''), 's.yaml', {});
    const zones = loaded.ok ? loaded.assumptions.find(({ path }) => path === 'pools.gpu.zones') : undefined;
    expect(zones).toMatchObject({ value: 1, why: 'all machines are in one zone' });
  });
});

describe('a drilled fleet', () => {
  it('loses a zone, what was in flight there, and recovers when others have started', async () => {
    const result = simulate(await drilled('zone-loss@5min+10min'));
    conserves(result);
    const { drills, failures } = result.pools['gpu']!;
    expect(failures).toMatchObject({ by_kind: { spot: 0, zone: 2 }, replicas_lost: 4 });
    expect(drills).toHaveLength(1);
    expect(drills![0]).toMatchObject({ drill: 'zone-loss@5min+10min', replicas_lost: 2, recovered_in: 2 });
    expect(2 * drills![0]!.requests_lost).toBe(only(result).requests.failed);
    // Node, image, weights and engine take 120 s; looks come every second.
    expect(drills![0]!.recovered_after_s!.max).toBeGreaterThanOrEqual(120);
    expect(drills![0]!.recovered_after_s!.max).toBeLessThan(300);
    expect(resultSchema.parse(result)).toEqual(result);
  });

  it('goes on on demand when spot is dry, at the price of that', async () => {
    const [calm, dry] = [await resultOf(CHAT), simulate(await drilled('spot-drought@0s'))];
    conserves(dry);
    const spotHours = ({ cost }: SimulationResult): number =>
      cost.by_item.filter(({ item }) => /\bspot$/.test(item)).reduce((hours, { quantity }) => hours + quantity, 0);
    expect(spotHours(calm)).toBeCloseTo(2 * 0.5, 1);
    // Two machines for the two minutes of their notice.
    expect(spotHours(dry)).toBeCloseTo(2 * (2 / 60), 2);
    expect(dry.pools['gpu']!.failures!.by_kind).toEqual({ spot: 4 });
    // What ran when the notice came was finished within it.
    expect(only(dry).requests.failed).toBe(0);
  });

  it('gets as many times the requests in a spike as it says', async () => {
    const [calm, spiked] = [await resultOf(CHAT), simulate(await drilled('traffic-spike-x3@10min+5min'))];
    const more = only(spiked).requests.arrived - only(calm).requests.arrived;
    const expected = 2 * 2 * 8 * 300;
    expect(Math.abs(more - expected)).toBeLessThan(5 * Math.sqrt(2 * 3 * 8 * 300));
    expect(spiked.pools['gpu']!.drills![0]!.drill).toBe('traffic-spike-x3@10min+5min');
  });

  it('gives the same bytes for the same seed, and another fingerprint than without a drill', async () => {
    const world = await drilled('zone-loss@5min', 'traffic-spike-x2@12min+2min');
    const result = simulate(world);
    expect(JSON.stringify(simulate(world))).toBe(JSON.stringify(result));
    expect(result.fingerprint.scenario).not.toBe((await resultOf(CHAT)).fingerprint.scenario);
    expect(result.pools['gpu']!.drills!.map(({ drill }) => drill)).toEqual([
      'zone-loss@5min',
      'traffic-spike-x2@12min+2min',
    ]);
  });

  it.each([
    ['zone-loss@40min', /after the window of 1800 s/],
    ['zone-loss@5min:cpu', /no pool is named "cpu"/],
    ['traffic-spike-x2@5min+1min:talk', /no service is named "talk"/],
  ])('%s strikes nothing, and is refused', async (text, says) => {
    const [problem, ...more] = drillProblems(await drilled(text));
    expect(more).toEqual([]);
    expect(problem!.message).toMatch(says);
  });

  it('needs spot machines for a drought, and a rate for a spike', async () => {
    const world = await drilled('spot-drought@5min');
    const { spot: _, ...pool } = world.pools['gpu']!;
    expect(drillProblems({ ...world, pools: { gpu: pool } })[0]!.message).toMatch(/is on spot/);
  });
});

describe('spot machines', () => {
  it('are interrupted as the published band of their family says, unless the scenario says otherwise', async () => {
    const without = CHAT.replace(/ {4}failures: .*\n/, '');
    const { pools, warnings } = await worldOf(without.replace('aws/g6e.xlarge', 'aws/g6.xlarge'));
    // 0–5 % a month: the middle, over 730 h.
    expect(pools['gpu']!.spot).toMatchObject({ share: 0.5, noticeS: 120 });
    expect(1 - Math.exp((-730 * 3600) / pools['gpu']!.spot!.meanS)).toBeCloseTo(0.025, 9);
    expect(warnings.join()).toMatch(/2.5 % of spot machines are interrupted in a month \(published: AWS Spot/);
    const unknown = await worldOf(without);
    expect(unknown.warnings.join()).toMatch(/10 % of spot machines .* \(assumed/);
  });

  it('come back after a notice, and cost less than they are worth', async () => {
    const result = await resultOf(CHAT, [
      'pools.gpu.failures.spot.interrupted=99 %',
      'window=40 h',
      'services.chat.traffic.rate=0.2 /s',
    ]);
    conserves(result);
    expect(result.pools['gpu']!.failures!.by_kind['spot']).toBeGreaterThan(0);
  });
});

const TWO_POOLS = `version: 1
name: outage
seed: 3
window: 5 min
warmup: 1 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 6 /s, prompt_tokens: 700, output_tokens: 200 }
    slo: { ttft: { p95: 800 ms }, e2e: { p99: 60 s } }
    runs_on: [a, b]
pools:
  a: { instance: aws/g6e.xlarge, replicas: 2 }
  b: { instance: aws/g6e.xlarge, replicas: 2 }
`;

describe('an outage', () => {
  const struck = async (text: string) => {
    const world = await worldOf(TWO_POOLS);
    const read = readDrill(text);
    if (!read.ok) throw new Error(read.message);
    const drilledWorld = { ...world, scenario: { ...world.scenario, drills: [read.drill] } };
    expect(drillProblems(drilledWorld)).toEqual([]);
    return simulate(drilledWorld);
  };

  it('that leaves nobody to answer misses objectives, though all that was answered came in time', async () => {
    const { ttft_ms, slo_attainment, requests } = only(await struck('zone-loss@1min'));
    expect(ttft_ms!.p95!).toBeLessThan(800);
    // Four of five minutes answer nobody; who came within the last 800 ms is not late yet.
    const late = requests.in_flight * (1 - 0.8 / 240);
    const { met, share_within, probability } = slo_attainment['ttft.p95']!;
    expect({ met, probability }).toEqual({ met: false, probability: 0 });
    expect(share_within).toBeCloseTo(requests.completed / (requests.completed + late), 2);
    expect(slo_attainment['e2e.p99']!.met).toBe(false);
  });

  it('strikes any of the pools that a service runs on, by name', async () => {
    const { pools } = await struck('zone-loss@1min:b');
    expect(pools['b']!.drills![0]!.replicas_lost).toBe(2);
    expect(pools['a']!.drills).toBeUndefined();
  });
});
