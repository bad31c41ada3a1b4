/** Fleets chosen by short trials, held against the full simulation. */
import { describe, expect, it } from 'vitest';
import type { Violation } from '../../src/plan/results.js';
import { type Candidate, type Verify, verifyTogether } from '../../src/plan/verify.js';
import type { Edit } from '../../src/scenario/types.js';
import type { SimulationResult } from '../../src/simulate/result.js';

const USD = 1000;
const edit = (replicas: number): Edit[] => [{ path: 'pools.gpu.replicas', from: 1, to: replicas }];
const resultOf = (replicas: number) => ({ cost: { per_month_usd: USD * replicas } }) as unknown as SimulationResult;
const violation = (what: string): Violation => ({ what, limit: '', value: '' });

/** A trial that asked for five replicas, where the full simulation needs `enough`. */
const pick = {
  of: { service: 'chat', pool: 'gpu' },
  edits: edit(5),
  editsFor: edit,
  sized: { replicas: 5, varies: false, violations: [], result: resultOf(5) },
} as unknown as Candidate;

const full =
  (enough: number, found: (replicas: number) => readonly string[]): Verify =>
  async (edits) => {
    const replicas = edits[0]!.to as number;
    const small = replicas < enough ? ['services.chat.slo.ttft.p95'] : [];
    return { result: resultOf(replicas), found: [...small, ...found(replicas)].map(violation) };
  };
const chosen = async (verify: Verify) => (await verifyTogether(['chat'], [pick], verify))?.edits[0]?.to;

describe('a fleet that a short trial made too large', () => {
  it('is trimmed to what the full simulation needs', async () => {
    expect(await chosen(full(4, () => []))).toBe(4);
  });

  it('fits a budget that only the trimmed fleet meets', async () => {
    expect(await chosen(full(4, (n) => (n > 4 ? ['budget.monthly'] : [])))).toBe(4);
    expect(await chosen(full(3, (n) => (n > 3 ? ['budget.monthly'] : [])))).toBe(3);
  });

  it('fits a quota that only the trimmed fleet meets', async () => {
    expect(await chosen(full(4, (n) => (n > 4 ? ['pools.gpu.quota'] : [])))).toBe(4);
  });

  it('is none where what fits is too small', async () => {
    expect(await chosen(full(4, (n) => (n > 3 ? ['budget.monthly'] : [])))).toBeUndefined();
  });
});
