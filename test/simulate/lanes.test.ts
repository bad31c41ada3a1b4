/** Services on several pools, with admission and users in regions: from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { DecisionRow } from '../../src/fleet/scaling/poolScaler.js';
import { parseScenario } from '../../src/scenario/load.js';
import { simulate } from '../../src/simulate/simulate.js';
import { catalog, findingsOf, only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: lanes
seed: 5
window: 5 min
warmup: 60 s
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 6 /s, prompt_tokens: { mean: 700, cv: 1 }, output_tokens: { mean: 150, cv: 0.7 } }
    runs_on: [a, b]
pools:
  a: { instance: aws/g6e.xlarge, region: us-east-1, replicas: 1 }
  b: { instance: aws/g6e.xlarge, region: us-east-1, replicas: 2 }
`;
const ONE = CHAT.replace('[a, b]', 'a').replace(/replicas: 1[\s\S]*/, 'replicas: 3 }\n');
const MIXED = CHAT.replace('b: { instance: aws/g6e.xlarge', 'b: { instance: aws/g6.xlarge');
const REGIONS = `${MIXED.replace('b: { instance: aws/g6.xlarge, region: us-east-1', 'b: { instance: aws/g6.xlarge, region: eu-central-1')}
regions:
  us-east-1: { share: 70 % }
  eu-central-1: { share: 30 %, residency: [eu-central-1] }
routing: { policy: nearest }
`;

describe('a service on several pools', () => {
  it('of equal machines is the service on one pool of as many', async () => {
    const [two, one] = [await resultOf(CHAT), await resultOf(ONE)];
    expect(only(two)).toEqual(only(one));
    expect(two.cost.total_usd).toBeCloseTo(one.cost.total_usd, 9);
    expect(two.energy.kwh).toBeCloseTo(one.energy.kwh!, 9);
    expect(Object.values(two.pools).map(({ replicas }) => replicas.mean)).toEqual([1, 2]);
  });

  it('says of each pool what it did and cost', async () => {
    const { pools, cost, bottleneck } = await resultOf(MIXED);
    expect([pools['a']!.accelerator, pools['b']!.accelerator]).toEqual(['L40S', 'L4']);
    expect(pools['a']!.kv_utilization!.mean).toBeLessThan(pools['b']!.kv_utilization!.mean);
    const billed = (pool: string) => cost.by_item.filter(({ item }) => item.startsWith(`pools.${pool}:`));
    expect(billed('a')).toHaveLength(1);
    expect(billed('b')[0]!.quantity).toBeCloseTo(2 / 12, 9);
    expect(bottleneck!.resource).toMatch(/^pools\.b\./);
  });

  it('sends by the weights of pools', async () => {
    const weighted = `${MIXED}routing: { policy: weighted, weights: { a: 4, b: 1 } }\n`;
    const even = `${MIXED}routing: { policy: weighted, weights: { a: 1, b: 1 } }\n`;
    const loadOf = async (text: string) => (await resultOf(text)).pools['a']!.utilization.of_capacity;
    // A replica with 4 of 4 + 2·1 instead of 1 of 3.
    expect((await loadOf(weighted)) / (await loadOf(even))).toBeCloseTo(2, 1);
  });

  it('scales each pool by its own autoscaler, which sees its own replicas only', async () => {
    const scaled = MIXED.replace(
      'replicas: 2 }',
      `replicas: { min: 1, max: 4, initial: 1 },
       autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 6 }] },
       startup: { provision: 30 s, pull: 10 s, load: 10 s, init: 5 s } }`,
    );
    const rows: DecisionRow[] = [];
    const result = simulate(await worldOf(scaled, ['warmup=10 min']), { onDecision: () => (row) => rows.push(row) });
    expect(result.pools['a']!.replicas).toEqual({ mean: 1, max: 1 });
    expect(result.pools['a']!.autoscaling).toBeUndefined();
    expect(result.pools['b']!.autoscaling!.replicas_started).toBeGreaterThan(0);
    expect(result.pools['b']!.replicas.max).toBeGreaterThan(1);
    expect(result.pools['b']!.replicas.max).toBeLessThanOrEqual(4);
    expect(new Set(rows.map(({ pool }) => pool))).toEqual(new Set(['b']));
    expect(Math.max(...rows.map(({ ready }) => ready))).toBeLessThanOrEqual(4);
  });

  it('refuses a pool that another service has', () => {
    const shared = MIXED.replace(
      'pools:',
      `  other: { kind: queue, service_time: 1 s, traffic: { rate: 0.1 /s }, runs_on: b }\npools:`,
    );
    const loaded = parseScenario(shared, 's.yaml');
    expect(loaded.ok ? [] : loaded.problems.map(({ code, path }) => `${code} ${path}`)).toEqual(
      expect.arrayContaining(['E1501 services.other.runs_on', 'E1501 services.chat.runs_on']),
    );
  });
});

describe('admission', () => {
  it('counts who is turned away, by reason and tenant', async () => {
    const text = MIXED.replace('    runs_on', '    admission: { max_in_flight: 20 }\n    runs_on').replace(
      'traffic: {',
      'traffic: { tenants: [{ name: free, share: 60 %, rate_limit: { rate: 2 /s } }, { name: paid, share: 40 % }],',
    );
    const service = only(await resultOf(text));
    const { rate_limit = 0, in_flight = 0, ...others } = service.rejections!;
    expect(Object.keys(others)).toEqual([]);
    expect(rate_limit + in_flight).toBe(service.requests.rejected);
    expect(rate_limit).toBeGreaterThan(100);
    expect(in_flight).toBeGreaterThan(100);
    expect(service.in_system.max).toBe(20);
    const { free, paid } = service.tenants!;
    expect(free!.requests.rejected / free!.requests.arrived).toBeGreaterThan(
      (1.5 * paid!.requests.rejected) / paid!.requests.arrived,
    );
    expect(free!.requests.arrived / (free!.requests.arrived + paid!.requests.arrived)).toBeCloseTo(0.6, 1);
  });
});

describe('users in regions', () => {
  it('have the catalog’s round trips, and go only where they may', async () => {
    const world = await worldOf(REGIONS);
    const [service] = world.services;
    if (service?.kind !== 'llm') throw new Error('not a language model');
    expect(service.origins!.map(({ allowed }) => allowed)).toEqual([
      [true, true],
      [false, true],
    ]);
    const rttMs = service.origins!.map(({ rttS }) => rttS.map((seconds) => 1000 * seconds));
    const rows = catalog.rowsOf('region_latency', 'us-east-1').filter((row) => row['to_region'] === 'eu-central-1');
    expect(rttMs[0]![1]).toBeCloseTo(Number(rows[0]!['rtt_ms_p50']), 9);
    expect(world.warnings).toEqual([]);
    const regions = only(simulate(world)).regions!;
    expect(regions['eu-central-1']!.answered_by['a']).toBe(0);
    expect(regions['us-east-1']!.answered_by['b']).toBe(0);
    expect(regions['us-east-1']!.requests.arrived).toBeGreaterThan(2 * regions['eu-central-1']!.requests.arrived);
  });

  it('pay for what their answers send, by the region that answers', async () => {
    const { cost, services } = await resultOf(REGIONS);
    const sent = cost.by_item.filter(({ item }) => item.includes('internet_egress'));
    expect(sent.map(({ item }) => item.split(':')[0])).toEqual(['pools.a', 'pools.b']);
    const tokens = services['chat']!.throughput.output_tokens_per_s! * 300;
    const gigabytes = sent.reduce((sum, { quantity }) => sum + quantity, 0);
    // Answers that end in the window are sent in it, whenever their tokens came.
    expect((gigabytes * 1e9) / 250 / tokens).toBeGreaterThan(0.9);
    expect((gigabytes * 1e9) / 250 / tokens).toBeLessThan(1.1);
    const twice = await resultOf(REGIONS, ['services.chat.traffic.response_bytes_per_token=500']);
    const usd = (result: typeof twice) =>
      result.cost.by_item.filter(({ item }) => item.includes('egress')).reduce((sum, item) => sum + item.usd, 0);
    expect(usd(twice)).toBeCloseTo(2 * sent.reduce((sum, item) => sum + item.usd, 0), 9);
  });

  it('follow the sun', async () => {
    const text = REGIONS.replace('traffic: {', 'traffic: { shape: office-hours,')
      .replace('share: 70 %', 'share: 70 %, utc_offset: -5 h')
      .replace('share: 30 %', 'share: 30 %, utc_offset: 1 h');
    const { traffic } = (await worldOf(text)).services[0]!.service;
    const [us, eu] = traffic.origins!;
    const utc = (await worldOf(REGIONS.replace('traffic: {', 'traffic: { shape: office-hours,'))).services[0]!.service
      .traffic.origins![0]!;
    expect(us![20]).toBe(utc[15]);
    expect(eu![20]).toBe(utc[21]);
    traffic.shape.weights.forEach((weight, hour) => {
      expect(weight).toBeCloseTo(0.7 * us![hour]! + 0.3 * eu![hour]!, 12);
    });
  });

  it('are far where nobody has measured, and the assumption is said', async () => {
    const { warnings } = await worldOf(REGIONS.replaceAll(/ {2}us-east-1: \{ share/g, '  mars: { share'));
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/regions\.mars: no measured round trip to aws us-east-1: 150 ms assumed/);
    const stated = REGIONS.replace('us-east-1: { share: 70 %', 'mars: { share: 70 %, rtt: { us-east-1: 3 s, b: 4 s }');
    expect((await worldOf(stated)).warnings).toEqual([]);
    expect(only(await resultOf(stated)).regions!['mars']!.ttft_ms.p50).toBeGreaterThan(3000);
  });

  it('must have a pool that may serve them', async () => {
    const findings = await findingsOf(REGIONS.replace('residency: [eu-central-1]', 'residency: [eu-west-3]'));
    expect(findings).toMatchObject([{ path: ['regions', 'eu-central-1', 'residency'] }]);
    expect(findings[0]!.hint).toMatch(/us-east-1, eu-central-1/);
  });

  it('get the same answer for the same seed', async () => {
    expect(JSON.stringify(await resultOf(REGIONS))).toBe(JSON.stringify(await resultOf(REGIONS)));
  });
});
