import { expect, test } from 'vitest';
import { evaluateCase } from '../../../src/validity/conformance/evaluateCase.js';
import type { ReferenceCase } from '../../../src/validity/queueing/referenceCase.js';
import { runCase } from '../../../src/validity/queueing/runCase.js';

const MM1: ReferenceCase = {
  id: 'M/M/1 at half load',
  model: 'M/M/1',
  params: { lambda: 0.5, mu: 1, rho: 0.5 },
  expected: {
    L: 1,
    Lq: 0.5,
    W: 2,
    Wq: 1,
    P0: 0.5,
    varL: 2,
    W_p95: -2 * Math.log(0.05),
    Wq_p50: 0,
    Wq_p90: 2 * Math.log(5),
    meanBusyPeriod: 2,
  },
};

/** The same station with what costs least to know. */
const SMALL: ReferenceCase = { ...MM1, expected: { Lq: 0.5, P0: 0.5 } };

const withExpected = (extra: Readonly<Record<string, unknown>>): ReferenceCase => ({
  ...SMALL,
  expected: { ...SMALL.expected, ...extra },
});

test('a right reference passes', () => {
  expect(runCase(MM1, 1)).toMatchObject({ status: 'passed', misses: [], skips: [] });
});

test('each wrong value fails and is named with what was got and expected; the right ones are not', () => {
  const wrong = { W: 2.1, P0: 0.52, varL: 2.3, W_p95: -2.2 * Math.log(0.05), meanBusyPeriod: 1.9 };
  const { status, misses } = runCase(withExpected(wrong), 1);
  expect(status).toBe('failed');
  expect(misses.map((miss) => [miss.key, miss.expected]).sort()).toEqual(Object.entries(wrong).sort());
  for (const { got } of misses) expect(got).toMatch(/^[\d.]+ \[[\d.]+, [\d.]+\]$/);
});

test('the same case and seed give the same answer, another seed another', () => {
  const closed = { users: 2, thinkTime: 1, service: 1, c: 1 };
  const wrong = { id: 'closed', model: 'closed interactive M/M/c//N', params: closed, expected: { throughput: 0.9 } };
  const first = runCase(wrong, 5);
  expect(runCase(wrong, 5)).toEqual(first);
  expect(runCase(wrong, 6).misses).not.toEqual(first.misses);
});

test('what the runner does not know is skipped with its name', () => {
  expect(runCase({ ...MM1, model: 'M/X/9' }, 1)).toMatchObject({ status: 'skipped', skips: ['unknown kind M/X/9'] });
  expect(runCase({ ...MM1, params: { ...MM1.params, colour: 3 } }, 1)).toMatchObject({
    status: 'skipped',
    skips: ['unknown parameter colour'],
  });
  expect(runCase({ ...MM1, params: { mu: 1 } }, 1)).toMatchObject({
    status: 'skipped',
    skips: ['parameter lambda is not a number'],
  });
  expect(runCase(withExpected({ colour: 3 }), 1)).toMatchObject({ status: 'passed', skips: ['unknown value colour'] });
});

test('approximations and bounds are skipped, derived constants and empty references are not compared', () => {
  expect(
    runCase({ ...MM1, model: 'G/G/1 bounds', expected: { Wq_Kingman_upper: 3, Wq_VUT_approx: 2 } }, 1).status,
  ).toBe('skipped');
  const constants = { sigma: 99, r0: 99, checkSomething: 99, P_cold: null };
  expect(runCase(withExpected(constants), 1)).toMatchObject({ status: 'passed', skips: [] });
});

test('rare events do not need to happen to be compatible with their tiny probability', () => {
  const loss = {
    id: 'loss',
    model: 'M/M/c/c (Erlang B)',
    params: { c: 50, lambda: 10, mu: 1 },
    expected: { P_block: 1.5e-19 },
  };
  expect(runCase(loss, 1).status).toBe('passed');
  expect(runCase({ ...loss, expected: { P_block: 1e-3 } }, 1).status).toBe('failed');
});

test('a fitted hyperexponential is compared as numbers', () => {
  const fit = {
    id: 'fit',
    model: 'distribution',
    params: { mean: 1, scv: 2 },
    expected: { p1: 0.7886751345948129, rate1: 1.5773502691896257 },
  };
  expect(runCase(fit, 1).status).toBe('passed');
  expect(runCase({ ...fit, expected: { p1: 0.79 } }, 1)).toMatchObject({
    status: 'failed',
    misses: [{ key: 'p1', expected: 0.79 }],
  });
});

test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
  [
    'M/G/inf',
    { lambda: 5, meanService: 2 },
    { L: 10, P0: Math.exp(-10), varL: 10, L_p95: 15, P_L_gt_15: 0.04874, P10: 0.12511 },
  ],
  ['M/D/1', { lambda: 0.7, D: 1 }, { Wq: 0.7 / 0.6, P_Wq_0: 0.3 }],
  ['M/M/c priority nonpreemptive', { c: 1, lambdas: [0.3, 0.4], mu: 1 }, { Wq: [0.7 / 0.7, 0.7 / (0.7 * 0.3)] }],
  [
    'M/G/1 priority',
    { lambdas: [0.3, 0.4], meanService: 1, scv: 1 },
    { preemptiveResume_W: [1 / 0.7, 1 / 0.7 + 0.7 / (0.7 * 0.3)] },
  ],
  [
    'Jackson open network',
    {
      lambda: 1,
      stations: [
        { visits: 1.5, mu: 3, c: 1 },
        { visits: 0.5, mu: 1, c: 1 },
      ],
    },
    { L_station: [1, 1], W_station: [1 / 1.5, 2], L: 2, W: 2 },
  ],
  ['M/G/1-PS', { lambda: 0.5, meanService: 1 }, { W: 2, meanSlowdown: 2, W_given_size_1: 2, W_given_size_3: 6 }],
  [
    'closed interactive M/M/c//N',
    { users: 2, thinkTime: 1, service: 1, c: 1 },
    { throughput: 0.8, R: 1.5, utilization: 0.8 },
  ],
])('%s is simulated from its parameters', (model, params, expected) => {
  expect(runCase({ id: model, model, params, expected }, 1)).toMatchObject({ status: 'passed', misses: [], skips: [] });
});

test('a case of neither schema is skipped, and a broken case does not stop the others', () => {
  expect(evaluateCase({ id: 'odd' }, 1).status).toBe('skipped');
  expect(evaluateCase({ id: 'odd', model: 'M/M/1', params: { lambda: 0.5, mu: 1 }, expected: 3 }, 1).status).toBe(
    'skipped',
  );
  expect(evaluateCase({ id: 'odd', kind: 'no.such.kind', input: {}, expected: {} }, 1)).toEqual({
    status: 'skipped',
    notes: ['unknown kind no.such.kind'],
  });
});
