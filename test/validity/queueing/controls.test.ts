import { expect, test } from 'vitest';
import { RenewalArrivals } from '../../../src/fleet/stations/arrivals.js';
import { stationEngine } from '../../../src/fleet/stations/engine.js';
import { FIELD } from '../../../src/fleet/stations/fields.js';
import type { Stretch } from '../../../src/fleet/stations/statistics.js';
import { stream } from '../../../src/kernel/random.js';
import { exponential } from '../../../src/kernel/variates.js';
import { Estimator } from '../../../src/validity/queueing/estimate.js';
import { runOf, type Target } from '../../../src/validity/queueing/plan.js';

const RHO = 0.7;
const LEVEL = 0.95;
const NO_SCALE = (): number => 0;
const MEAN_LENGTH: Target = {
  kind: 'sums',
  of: (record) => record[FIELD.inSystem]! / record[FIELD.duration]!,
  scale: () => 1,
};

function batches(replication: number): Stretch[] {
  const source = new RenewalArrivals(exponential(stream(3, replication, 'a'), 1 / RHO));
  const service = exponential(stream(3, replication, 's'), 1);
  const spec = { servers: 1, discipline: 'fcfs', capacity: Infinity, service } as const;
  const run = runOf(stationEngine(spec, source, { wait: true, sojourn: false, service: false }));
  run.next(2000);
  return Array.from({ length: 64 }, () => run.next(800));
}

test('control variates halve the intervals and keep their coverage', () => {
  const runs = 100;
  let [held, heldP95, plainWidth, width] = [0, 0, 0, 0];
  const p95 = Math.log(RHO / 0.05) / (1 - RHO);
  for (let i = 0; i < runs; i++) {
    const own = batches(i);
    const plain = new Estimator(own, {}, LEVEL).estimate(MEAN_LENGTH, NO_SCALE);
    const controlled = new Estimator(own, { gap: 1 / RHO, service: 1 }, LEVEL);
    const length = controlled.estimate(MEAN_LENGTH, NO_SCALE);
    const tail = controlled.estimate({ kind: 'quantile', histogram: 'wait', p: 0.95 }, NO_SCALE);
    plainWidth += plain.high - plain.low;
    width += length.high - length.low;
    if (length.low <= RHO / (1 - RHO) && RHO / (1 - RHO) <= length.high) held++;
    if (tail.low <= p95 && p95 <= tail.high) heldP95++;
  }
  expect(width).toBeLessThan(plainWidth / 2);
  expect(held).toBeGreaterThanOrEqual(89);
  expect(heldP95).toBeGreaterThanOrEqual(89);
});

test('controls with a wrong known mean are found out', () => {
  const own = batches(1);
  expect(new Estimator(own, { gap: 1 / RHO, service: 1 }, LEVEL).suspiciousDraws()).toEqual([]);
  expect(new Estimator(own, { gap: 1 / RHO, service: 1.05 }, LEVEL).suspiciousDraws()).toEqual(['service']);
});
