/** What the comments of the shipped scenarios with an autoscaler say is found. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesBeside } from '../../src/scenario/files.js';
import { parseScenario } from '../../src/scenario/load.js';
import { atStart } from '../../src/simulate/drivers.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import { buildWorld } from '../../src/simulate/world/world.js';
import { catalog, only } from './worlds.js';

async function shipped(name: string, ...set: readonly string[]): Promise<SimulationResult> {
  const file = fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url));
  const read = parseScenario(readFileSync(file, 'utf8'), file, { set, files: filesBeside(file) });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  const built = await buildWorld(read.scenario, catalog, atStart);
  if (!built.ok) throw new Error(built.findings.map(({ message }) => message).join('\n'));
  return simulate(built.world);
}

describe('scenarios/chat-hpa.yaml', () => {
  const metric = (name: string, target: number): string => `{ name: ${name}, per: replica, target: ${target} }`;
  const both = `pools.gpu.autoscaler={ policy: hpa, metrics: [${metric('vllm_num_requests_waiting', 4)}, ${metric('vllm_num_requests_running', 24)}], behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } }`;

  it('breathes on waiting requests alone, and misses its p95 though the fleet could serve four times the load', async () => {
    const { pools, bottleneck, services, cost } = await shipped('chat-hpa');
    const { autoscaling, replicas } = pools['gpu']!;
    expect(services['chat']!.ttft_ms!.p95!).toBeGreaterThan(10_000);
    expect(bottleneck!.utilization).toBeLessThan(0.3);
    expect(replicas.max).toBe(8);
    // Each breath starts seven replicas or so, on machines that were kept.
    expect(autoscaling!.replicas_started).toBeGreaterThan(100);
    expect(autoscaling!.on_new_nodes).toBeLessThan(20);
    expect(services['chat']!.queue_length.max).toBeGreaterThan(300);
    expect(cost.per_month_usd / (cost.per_hour_usd * 730)).toBeGreaterThan(0.3);
    expect(cost.per_month_usd / (cost.per_hour_usd * 730)).toBeLessThan(0.5);
  }, 30_000);

  it('holds its p95 on fewer replicas and for less with a second metric of what runs', async () => {
    const [alone, mended] = [await shipped('chat-hpa'), await shipped('chat-hpa', both)];
    expect(mended.services['chat']!.ttft_ms!.p95!).toBeLessThan(500);
    expect(mended.pools['gpu']!.replicas.mean).toBeLessThan(0.75 * alone.pools['gpu']!.replicas.mean);
    expect(mended.cost.per_month_usd).toBeLessThan(0.85 * alone.cost.per_month_usd);
  }, 30_000);
});

describe('scenarios/keda-scale-to-zero.yaml', () => {
  it('saves a tenth of a machine that is always on, and lets one question in eighteen wait for a start', async () => {
    const result = await shipped('keda-scale-to-zero');
    const { ttft_ms, requests } = only(result);
    const always = result.cost.by_item[0]!.unit_price_usd * 730;
    expect(result.cost.per_month_usd / always).toBeGreaterThan(0.85);
    expect(result.cost.per_month_usd / always).toBeLessThan(0.93);
    expect(ttft_ms!.p90!).toBeLessThan(1000);
    expect(ttft_ms!.p95!).toBeGreaterThan(60_000);
    expect(requests.completed).toBe(requests.arrived);
  });

  it('saves a quarter when machines go at once, and every start is then a cold one', async () => {
    const result = await shipped('keda-scale-to-zero', 'pools.gpu.startup.keep_nodes=0 s');
    const { autoscaling } = result.pools['gpu']!;
    expect(result.cost.per_month_usd / (result.cost.by_item[0]!.unit_price_usd * 730)).toBeLessThan(0.8);
    expect(autoscaling!.on_new_nodes).toBeGreaterThan(0.9 * autoscaling!.replicas_started);
  });

  it('never wakes on a metric that only replicas export, and is warned of it', async () => {
    const blind =
      'pools.gpu.autoscaler={ policy: keda, min: 0, max: 4, metric: "vllm:num_requests_waiting", target: 4 }';
    const result = await shipped('keda-scale-to-zero', blind, 'window=1 d');
    expect(only(result).requests.completed).toBe(0);
    expect(result.warnings.join()).toContain('never wakes');
  });
});
