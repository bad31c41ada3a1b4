/** What the comment of scenarios/shared-pool.yaml says is found. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultOf } from './worlds.js';

const TEXT = readFileSync(new URL('../../scenarios/shared-pool.yaml', import.meta.url), 'utf8');
/** The jobs alone are asked about: the window is short. */
const jobsOf = async (...set: string[]) => (await resultOf(TEXT, ['window=5 min', 'replications=2', ...set])).jobs!;

describe('scenarios/shared-pool.yaml', () => {
  it('serves both at the busiest hour on two machines, and splits their bill', async () => {
    const { services, pools, cost, jobs } = await resultOf(TEXT);
    for (const { slo_attainment } of Object.values(services))
      expect(Object.values(slo_attainment).every(({ met }) => met)).toBe(true);
    const gpu = pools['gpu']!;
    expect([gpu.quota_used, gpu.instances_billed]).toEqual([1, 2]);
    const share = cost.by_service!['chat']!.total_usd / cost.total_usd;
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.9);
    const { 'nightly-embeddings': nightly, 'fine-tune': tune } = jobs!;
    expect(nightly!.deadline!.met_in).toBe(3);
    expect(nightly!.finished_after_s!.p50 / 3600).toBeCloseTo(1.5, 0);
    expect([nightly!.cost_usd, tune!.cost_usd]).toEqual([0, 0]);
    expect(tune!.deadline!.met_in).toBe(0);
    expect(tune!.finished_in).toBe(3);
    expect(tune!.preemptions).toBeGreaterThan(5);
    const lost = tune!.lost / tune!.work;
    expect(lost).toBeGreaterThan(0.06);
    expect(lost).toBeLessThan(0.15);
    expect(tune!.work / tune!.rate_per_worker_per_s / 3600).toBeCloseTo(13.3, 0);
  }, 120_000);

  it('loses a fifth of that with checkpoints every five minutes, and is late all the same', async () => {
    const [seldom, often] = [await jobsOf(), await jobsOf('jobs.fine-tune.checkpoint=5 min')];
    const share = often['fine-tune']!.lost / seldom['fine-tune']!.lost;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.35);
    expect(often['fine-tune']!.deadline!.met_in).toBe(0);
  }, 120_000);

  it('is done in time over the weekend', async () => {
    const { 'fine-tune': tune } = await jobsOf('jobs.fine-tune.start=Fri 18:00');
    expect(tune!.deadline!.met_in).toBe(2);
    expect(tune!.finished_after_s!.max / 3600).toBeLessThan(16);
  }, 120_000);

  it('would pay for the jobs without the commitment', async () => {
    const { 'nightly-embeddings': nightly, 'fine-tune': tune } = await jobsOf('pools.gpu.purchase.committed_1y=0');
    expect(nightly!.cost_usd).toBeGreaterThan(12);
    expect(nightly!.cost_usd).toBeLessThan(24);
    expect(tune!.cost_usd).toBeGreaterThan(110);
    expect(tune!.cost_usd).toBeLessThan(190);
  }, 120_000);
});
