/** Who was to be answered: those who came lately may wait, those who wait longer than any answer took may not. */
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/kernel/histogram.js';
import { availabilityOf } from '../../src/simulate/results/availability.js';
import { NO_COUNTS, type RunRecord } from '../../src/simulate/results/record.js';
import { simulate } from '../../src/simulate/simulate.js';
import { only, worldOf } from './worlds.js';

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};
const record = (counts: Partial<RunRecord['counts']>, e2e: readonly number[], ages: readonly number[]): RunRecord => ({
  fromS: 0,
  untilS: 100,
  counts: { ...NO_COUNTS, ...counts },
  histograms: { e2e: [histogramOf(e2e)] },
  pending: { e2e: histogramOf(ages) },
  waiting: { integral: 0, max: 0 },
  inSystem: { integral: 0, max: 0 },
  busyS: 0,
  servers: 1,
  events: 0,
});

describe('availability by requests', () => {
  it('leaves out who came lately', () => {
    const { requests, overdue } = availabilityOf([[record({ completed: 8, failed: 2 }, [3, 4], [1, 2, 3.9])]]);
    expect(requests).toBe(0.8);
    expect(overdue).toBeUndefined();
  });

  it('counts who waits longer than any answer took', () => {
    const { requests, overdue } = availabilityOf([[record({ completed: 8, failed: 2 }, [3, 4], [1, 50, 60])]]);
    expect(requests).toBeCloseTo(8 / 12, 12);
    expect(overdue).toBe(2);
  });

  it('is none where nobody was answered and some wait', () => {
    expect(availabilityOf([[record({}, [], [5, 6])]])).toMatchObject({ requests: 0, overdue: 2 });
    expect(availabilityOf([[record({}, [], [])]]).requests).toBeNull();
  });

  it('of a fleet that is lost for good says so', async () => {
    const world = await worldOf(`version: 1
name: lost
seed: 3
window: 20 min
warmup: 1 min
replications: 2
services:
  embed:
    kind: inference
    model: BAAI/bge-m3
    traffic: { rate: 5 /s, prompt_tokens: 128 }
    batching: { max_batch: 8, max_delay: 5 ms }
    slo: { availability: 99 % }
    runs_on: gpu
pools:
  gpu: { instance: aws/g6.xlarge, region: us-east-1, replicas: 2 }
`);
    const drill = { text: 'zone-loss@10min', kind: 'zone-loss' as const, at: 600, factor: 1 };
    const result = simulate({ ...world, scenario: { ...world.scenario, drills: [drill] } });
    const { availability, slo_attainment, requests } = only(result);
    // Half of the window: all but those of the last moments were to be answered.
    expect(availability.requests).toBeCloseTo(0.5, 1);
    expect(availability.overdue).toBeGreaterThan(0.99 * requests.in_flight);
    expect(slo_attainment['availability']!.met).toBe(false);
  });
});
