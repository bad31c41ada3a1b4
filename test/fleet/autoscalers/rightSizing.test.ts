import { describe, expect, it } from 'vitest';
import {
  planByEngineRate,
  planReleased,
  scaleByLoad,
  withinGpuBudget,
} from '../../../src/fleet/autoscalers/dynamo/slaPlanner.js';
import {
  confidence,
  integerCpu,
  oomBump,
  withConfidence,
  withMargin,
} from '../../../src/fleet/autoscalers/vpa/estimators.js';
import { Histogram } from '../../../src/fleet/autoscalers/vpa/histogram.js';
import {
  exponentialOptions,
  linearOptions,
  MEMORY_BYTES_OPTIONS,
} from '../../../src/fleet/autoscalers/vpa/histogramOptions.js';
import { recommend } from '../../../src/fleet/autoscalers/vpa/recommend.js';
import { decideWva, type WvaPolicy } from '../../../src/fleet/autoscalers/wva/policy.js';
import { analyseSaturation, SATURATION_DEFAULTS } from '../../../src/fleet/autoscalers/wva/saturation.js';
import { variantTargets } from '../../../src/fleet/autoscalers/wva/targets.js';

describe('VPA histograms', () => {
  const LINEAR = linearOptions(10, 1, 1e-15);

  it('answer with the end of the bucket, and with the start of the last one', () => {
    const histogram = new Histogram(LINEAR);
    for (const value of [1, 2, 3, 99]) histogram.add({ value, weight: 1, timeS: 0 });
    expect([0.25, 0.5, 0.75, 1].map((share) => histogram.percentile(share))).toEqual([2, 3, 4, 10]);
    expect(new Histogram(LINEAR).percentile(0.5)).toBe(0);
  });

  it('give a sample twice the weight of one a half-life older', () => {
    const histogram = new Histogram(LINEAR, 3600);
    histogram.add({ value: 1, weight: 2, timeS: 0 });
    histogram.add({ value: 5, weight: 1, timeS: 3600 });
    expect(histogram.percentile(0.5)).toBe(2);
    expect(histogram.percentile(0.51)).toBe(6);
  });

  it('forget samples a hundred half-lives old without overflow', () => {
    const histogram = new Histogram(LINEAR, 1);
    for (let timeS = 0; timeS < 5000; timeS += 50) histogram.add({ value: 1, weight: 1e6, timeS });
    histogram.add({ value: 7, weight: 1, timeS: 5100 });
    expect(histogram.percentile(0)).toBe(8);
  });

  it('take samples away again', () => {
    const histogram = new Histogram(LINEAR);
    histogram.add({ value: 1, weight: 1, timeS: 0 });
    histogram.add({ value: 5, weight: 1, timeS: 0 });
    histogram.subtract({ value: 5, weight: 1, timeS: 0 });
    expect(histogram.percentile(1)).toBe(2);
  });

  it('grow by their ratio', () => {
    const options = exponentialOptions(500, 40, 1.5, 1e-3);
    expect(options.bucketCount).toBe(6);
    expect([0, 1, 2, 3].map(options.startOf)).toEqual([0, 40, 100, 190]);
    expect([-1, 39.9, 40, 189, 1e9].map(options.bucketOf)).toEqual([0, 0, 1, 2, 5]);
    expect(MEMORY_BYTES_OPTIONS.bucketCount).toBe(176);
  });
});

describe('VPA estimates', () => {
  it('widen bounds while history is short', () => {
    expect(confidence(43_200, 720)).toBe(0.5);
    expect(confidence(86_400 * 10, 720)).toBe(0.5);
    expect(withConfidence(1000, 1, 1, 0.5)).toBe(3000);
    expect(withConfidence(1000, 0.001, -2, 0.5)).toBe(996);
    expect(withConfidence(1000, 1, 1, 0)).toBe(1e14);
  });

  it('add margins, bumps and whole cores', () => {
    expect(withMargin(3140, 0.15)).toBe(3611);
    expect(oomBump(1e9, 1.2, 1e8)).toBe(1.2e9);
    expect(oomBump(1e8, 1.2, 1e8)).toBe(2e8);
    expect([8000, 8001].map(integerCpu)).toEqual([8000, 9000]);
  });

  it('recommend between their bounds and above the minimum', () => {
    const cpu = Array.from({ length: 100 }, (_, index) => ({ timeS: index * 60, cores: 0.5 + (index % 10) / 10 }));
    const result = recommend({
      cpu,
      memoryPeaks: [{ timeS: 0, bytes: 1e6 }],
      cpuSampleWeight: 0.1,
      memorySampleWeight: 1,
    });
    expect(result.lowerBound.cpuMilli).toBeLessThan(result.target.cpuMilli);
    expect(result.target.cpuMilli).toBeLessThan(result.upperBound.cpuMilli);
    // The p90 of 0.5 … 1.4 is 1.3, or 1.4 as later samples weigh more; a bucket ends at most 5 % above it; 15 % on top.
    expect(result.target.cpuMilli).toBeGreaterThan(1300 * 1.15);
    expect(result.target.cpuMilli).toBeLessThan(1400 * 1.05 * 1.15);
    expect(result.target.memoryBytes).toBe(250 * 2 ** 20);
  });
});

describe('llm-d saturation', () => {
  const load = (kvCacheUsage: number, queueLength: number) => ({ kvCacheUsage, queueLength });

  it('asks for a replica when the free ones have little to spare', () => {
    expect(analyseSaturation([load(0.75, 0), load(0.72, 0)], SATURATION_DEFAULTS)).toMatchObject({
      shouldScaleUp: true,
    });
    expect(analyseSaturation([load(0.2, 4), load(0.2, 4)], SATURATION_DEFAULTS)).toMatchObject({ shouldScaleUp: true });
    expect(analyseSaturation([load(0.2, 1), load(0.2, 1)], SATURATION_DEFAULTS)).toMatchObject({
      shouldScaleUp: false,
    });
  });

  it('lets one go only if the others can take its load', () => {
    // 0.4 over three replicas is 0.6 on two: 0.2 to spare; over two it is 0.8 on one
    expect(analyseSaturation([load(0.4, 0), load(0.4, 0), load(0.4, 0)], SATURATION_DEFAULTS).scaleDownSafe).toBe(true);
    expect(analyseSaturation([load(0.4, 0), load(0.4, 0)], SATURATION_DEFAULTS).scaleDownSafe).toBe(false);
    expect(analyseSaturation([load(0, 0)], SATURATION_DEFAULTS).scaleDownSafe).toBe(false);
    expect(analyseSaturation([], SATURATION_DEFAULTS)).toMatchObject({ shouldScaleUp: false, scaleDownSafe: false });
  });

  const variants = [
    { name: 'h100', cost: 10, replicaCount: 2 },
    { name: 'l4', cost: 1, replicaCount: 1 },
  ];
  const states = [
    { name: 'h100', current: 2, desired: 0, pending: 0 },
    { name: 'l4', current: 1, desired: 1, pending: 0 },
  ];

  it('grows the cheapest variant and shrinks the dearest', () => {
    expect(variantTargets({ shouldScaleUp: true, scaleDownSafe: false }, variants, states)).toEqual({ h100: 2, l4: 2 });
    expect(variantTargets({ shouldScaleUp: false, scaleDownSafe: true }, variants, states)).toEqual({ h100: 1, l4: 1 });
    const waiting = [states[0]!, { ...states[1]!, pending: 1 }];
    expect(variantTargets({ shouldScaleUp: true, scaleDownSafe: false }, variants, waiting)).toEqual({
      h100: 3,
      l4: 1,
    });
  });

  it('decides nothing while a variant is in transition', () => {
    const moving = [{ ...states[0]!, desired: 3 }, states[1]!];
    expect(variantTargets({ shouldScaleUp: true, scaleDownSafe: false }, variants, moving)).toEqual({ h100: 3, l4: 1 });
  });

  it('waits for replicas that do not report yet', () => {
    const policy: WvaPolicy = {
      kind: 'wva',
      config: SATURATION_DEFAULTS,
      kvMetric: 'kv',
      queueMetric: 'q',
      min: 1,
      max: 5,
    };
    const look = (unready: number) =>
      decideWva(
        null,
        {
          timeS: 0,
          currentReplicas: 3,
          readyReplicas: 3 - unready,
          unreadyReplicas: unready,
          metrics: { kv: 0.79, q: 0 },
        },
        policy,
      );
    expect(look(0).desired).toBe(4);
    expect(look(1)).toMatchObject({ desired: 3, explanation: { limit: { name: 'transition' } } });
  });
});

describe("Dynamo's SLA planner", () => {
  const profile = {
    prefillTokensPerSPerGpu: () => 10_000,
    decodeTokensPerSPerGpu: (itlMs: number) => 50 * itlMs,
    expectedTtftMs: () => 200,
    expectedItlMs: () => 20,
    gpusPerPrefill: 1,
    gpusPerDecode: 2,
  };
  const traffic = { intervalS: 60, requests: 600, inputTokens: 3000, outputTokens: 300 };

  it('sizes prefill by tokens and decode by the throughput within the ITL', () => {
    // 30 000 prefill tokens/s; 3 000 decode tokens/s over 50 × 25 = 1 250 a GPU, two GPUs each
    expect(planReleased(traffic, profile, { ttftMs: 500, itlMs: 25 }, { ttftMs: 200, itlMs: 20 })).toMatchObject({
      prefill: 3,
      decode: 2,
    });
    // half the expected TTFT halves the prefill, twice the ITL halves the decode throughput
    expect(planReleased(traffic, profile, { ttftMs: 500, itlMs: 25 }, { ttftMs: 100, itlMs: 40 })).toMatchObject({
      prefill: 2,
      decode: 3,
    });
  });

  it('by engine rates never falls below the floor or the TTFT ratio', () => {
    const rates = { prefillPerS: (tokens: number) => 10_000 / tokens, decodePerS: 4, ttftMs: 900, kvHitRate: 0.5 };
    expect(planByEngineRate(10, 3000, rates, { ttftMs: 400, itlMs: 25 }, { prefill: 1, decode: 1 })).toEqual({
      prefill: 3,
      decode: 3,
    });
    expect(planByEngineRate(1, 100, rates, { ttftMs: 1000, itlMs: 25 }, { prefill: 4, decode: 5 })).toEqual({
      prefill: 4,
      decode: 5,
    });
  });

  it('fits a GPU budget and moves by one on load', () => {
    expect(withinGpuBudget({ prefill: 4, decode: 4 }, { budget: 6, perPrefill: 1, perDecode: 2 })).toEqual({
      prefill: 2,
      decode: 2,
    });
    const bounds = { floor: 1, max: 3, isScaling: false };
    expect([1.2, 0.5, 0.05].map((load) => scaleByLoad(2, load, { up: 1, down: 0.1 }, bounds))).toEqual([3, 2, 1]);
    expect(scaleByLoad(2, 5, { up: 1, down: 0.1 }, { ...bounds, isScaling: true })).toBe(2);
  });
});
