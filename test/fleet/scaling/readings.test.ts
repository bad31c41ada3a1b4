import { describe, expect, it } from 'vitest';
import { policyFromManifest } from '../../../src/fleet/autoscalers/manifest/policyFromManifest.js';
import type { FleetControl, ReplicaView } from '../../../src/fleet/llm/control.js';
import { readingsOf } from '../../../src/fleet/scaling/readings.js';
import { Scraper } from '../../../src/fleet/scaling/scraper.js';

const view = (index: number, fields: Partial<ReplicaView> = {}): ReplicaView => ({
  index,
  group: 0,
  state: 'ready',
  addedAtS: 0,
  waiting: 0,
  running: 0,
  tokensHeld: 0,
  tokensRoom: 1000,
  busyS: 0,
  ...fields,
});
const fleet = (replicas: readonly ReplicaView[], fields: Partial<FleetControl> = {}): FleetControl => ({
  replicas,
  held: 0,
  waiting: 0,
  inSystem: 0,
  fail: () => 0,
  arrived: 0,
  placed: () => 0,
  add: () => 0,
  drain: () => undefined,
  remove: () => undefined,
  ...fields,
});

function scraperOf(yaml: string, windowS = 0): Scraper {
  const read = policyFromManifest(yaml);
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const found = readingsOf(read.policy);
  if (!found.ok) throw new Error(found.unknown.join());
  return new Scraper(found.readings, { everyS: 15, windowS }, 1);
}
const observed = (yaml: string, at: FleetControl, windowS?: number): Record<string, number | null> => {
  const scraper = scraperOf(yaml, windowS);
  scraper.scrape(15, at);
  return scraper.observed();
};
const hpa = (per: string, name: string): string =>
  `policy: hpa\nmax: 8\nmetrics: [{ name: "${name}", per: ${per}, target: 5 }]`;
const keda = (query: string, metricType = 'AverageValue'): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: chat }
spec:
  scaleTargetRef: { name: chat }
  triggers:
    - { type: prometheus, metricType: ${metricType}, metadata: { query: '${query}', threshold: "5" } }
`;

describe('metrics of a simulated fleet', () => {
  const two = [view(0, { waiting: 4, running: 10, tokensHeld: 500 }), view(1, { waiting: 2, running: 20 })];

  it('a Pods metric is the mean over ready replicas, an External one their total', () => {
    expect(observed(hpa('replica', 'vllm:num_requests_waiting'), fleet(two))).toEqual({
      'vllm:num_requests_waiting': 3,
    });
    expect(observed(hpa('total', 'vllm_num_requests_waiting'), fleet(two))).toEqual({ vllm_num_requests_waiting: 6 });
  });

  it('a Prometheus query says itself how replicas are put together', () => {
    const value = (query: string, type?: string): unknown => Object.values(observed(keda(query, type), fleet(two)))[0];
    expect(value('sum(vllm:num_requests_waiting)')).toBe(6);
    expect(value('avg(vllm:num_requests_running{pod=~"chat.*"})')).toBe(15);
    expect(value('max(vllm:num_requests_running)')).toBe(20);
    expect(value('vllm:kv_cache_usage_perc', 'Value')).toBe(0.25);
  });

  it('replicas that start export nothing; requests held before the fleet are seen at the gateway only', () => {
    const none = fleet([view(0, { state: 'starting', waiting: 9 })], { held: 7 });
    expect(observed(hpa('replica', 'vllm:num_requests_waiting'), none)).toEqual({ 'vllm:num_requests_waiting': null });
    expect(Object.values(observed(keda('sum(vllm:num_requests_waiting)'), none))).toEqual([0]);
    expect(observed(hpa('total', 'queue_length'), none)).toEqual({ queue_length: 7 });
  });

  it('GPU utilisation is the share of time with work, in percent', () => {
    const scraper = scraperOf(hpa('replica', 'DCGM_FI_DEV_GPU_UTIL'));
    scraper.scrape(10, fleet([view(0, { busyS: 10 }), view(1, { busyS: 0 })]));
    expect(scraper.observed()).toEqual({ DCGM_FI_DEV_GPU_UTIL: 50 });
    // Measurement began anew at 10: busy seconds count from there.
    scraper.scrape(20, fleet([view(0, { busyS: 2 }), view(1, { busyS: 6 })]));
    expect(scraper.observed()).toEqual({ DCGM_FI_DEV_GPU_UTIL: 40 });
  });

  it('rates count arrivals over the window, gauges are averaged over it', () => {
    const scraper = scraperOf(hpa('total', 'requests_per_s'), 30);
    for (const [at, arrived] of [
      [15, 30],
      [30, 90],
      [45, 90],
    ] as const)
      scraper.scrape(at, fleet(two, { arrived }));
    expect(scraper.observed()).toEqual({ requests_per_s: 2 });
    const gauge = scraperOf(hpa('total', 'queue_length'), 30);
    gauge.scrape(15, fleet([view(0, { waiting: 3 })]));
    gauge.scrape(30, fleet([view(0, { waiting: 9 })]));
    expect(gauge.observed()).toEqual({ queue_length: 6 });
  });

  it('names metrics that a simulated fleet does not export', () => {
    const read = policyFromManifest(hpa('total', 'my_business_metric'));
    expect(read.ok && readingsOf(read.policy)).toEqual({ ok: false, unknown: ['my_business_metric'] });
  });
});
