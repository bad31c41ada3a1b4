import { describe, expect, it } from 'vitest';
import { mostRequestsPerS, visitedStations } from '../../../src/fleet/stations/visits.js';
import type { QueueService } from '../../../src/scenario/types.js';
import { scenarioOf } from '../../simulate/worlds.js';

const serviceOf = (keys: string): QueueService =>
  scenarioOf(`version: 1\nservices:\n  q: { kind: queue, traffic: { rate: 1 /s }, ${keys} }\n`).services[
    'q'
  ] as QueueService;

describe('visits', () => {
  it('solve the traffic equations of a network with loops', () => {
    const service = serviceOf(`entry: { a: 0.6, b: 0.4 }, stations: {
      a: { service_time: 1 s, next: { b: 0.5, a: 0.2 } },
      b: { service_time: 1 s, next: { c: 0.9 } },
      c: { service_time: 1 s, next: { a: 0.3, b: 0.3 } } }`);
    const visits = new Map(visitedStations(service).map((each) => [each.name, each.visits]));
    const [a, b, c] = [visits.get('a')!, visits.get('b')!, visits.get('c')!];
    expect(a).toBeCloseTo(0.6 + 0.2 * a + 0.3 * c, 12);
    expect(b).toBeCloseTo(0.4 + 0.5 * a + 0.3 * c, 12);
    expect(c).toBeCloseTo(0.9 * b, 12);
    // Everybody leaves once.
    expect(0.3 * a + 0.1 * b + 0.4 * c).toBeCloseTo(1, 12);
  });

  it('of a single station come from its feedback', () => {
    expect(visitedStations(serviceOf('service_time: 1 s, feedback: 0.75'))[0]).toMatchObject({
      name: undefined,
      visits: 4,
    });
  });
});

describe('the most that a service can serve', () => {
  it.each([
    ['servers: 3, service_time: 100 ms', 30],
    ['servers: infinite, service_time: 100 ms', Infinity],
    ['servers: 3, service_time: 100 ms, feedback: 0.5', 15],
    ['service_time: 20 ms, batching: { max_batch: 8, per_item: 6 ms }', 8 / 0.068],
    ['servers: 3, discipline: ps, sharing_limit: 5, service_time: 100 ms', 30],
    ['discipline: ps, load_dependent_rate: [1, 1.6, 1.2], service_time: 100 ms', 16],
    ['discipline: ps, load_dependent_rate: [1, 1.6, 2], sharing_limit: 2, service_time: 100 ms', 16],
    [
      'stations: { a: { service_time: 10 ms, next: b }, b: { servers: 2, service_time: 100 ms, next: { b: 0.2 } } }',
      16,
    ],
  ])('%s', (keys, perS) => {
    expect(mostRequestsPerS(serviceOf(keys))).toBeCloseTo(perS, 9);
  });
});
