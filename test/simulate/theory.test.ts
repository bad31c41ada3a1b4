/** Closed forms of queueing theory through the public path: scenario, world, result. */
import { describe, expect, it } from 'vitest';
import type { ServiceResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import { erlangC, pollaczekKhinchine } from '../fleet/stations/theory.js';
import { CHAT, EMBED, only, QUEUE, resultOf, worldOf } from './worlds.js';

const REQUESTS = 'services.desk.traffic.requests=20000';
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

/** Share of seeds whose interval contains `theory`, and the mean error over seeds in its standard errors. */
async function against(
  set: readonly string[],
  theory: number,
  of: (service: ServiceResult) => { readonly value: number; readonly ci95: readonly [number, number] },
): Promise<{ readonly covered: number; readonly errors: number }> {
  const world = await worldOf(QUEUE, set);
  const found = SEEDS.map((seed) => of(only(simulate(world, { seed }))));
  const covered = found.filter(({ ci95: [low, high] }) => low <= theory && theory <= high).length;
  const mean = found.reduce((sum, { value }) => sum + value, 0) / found.length;
  const squares = found.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (found.length - 1) / found.length);
  return { covered, errors: Math.abs(mean - theory) / standardError };
}

const meanWait = ({ wait_ms }: ServiceResult) => ({ value: wait_ms!.mean!, ci95: wait_ms!.ci95.mean! });

describe('theory', () => {
  // 95 % intervals: of 20, fewer than 15 would come by chance in 3 of 10,000 tests.
  it('M/M/1: the mean wait matches ρ/(μ−λ) inside its intervals', async () => {
    const { covered, errors } = await against([REQUESTS], 1000 * (0.7 / (10 - 7)), meanWait);
    expect(covered).toBeGreaterThanOrEqual(15);
    expect(errors).toBeLessThan(4);
  });

  it('M/M/1: the p95 of the time in system matches −ln(0.05)/(μ−λ) inside its intervals', async () => {
    const { covered } = await against([REQUESTS], (1000 * -Math.log(0.05)) / (10 - 7), ({ e2e_ms }) => ({
      value: e2e_ms.p95!,
      ci95: e2e_ms.ci95.p95!,
    }));
    expect(covered).toBeGreaterThanOrEqual(15);
  });

  it('M/M/c: the mean wait matches Erlang C inside its intervals', async () => {
    const set = [REQUESTS, 'services.desk.servers=3', 'services.desk.traffic.rate=24 /s'];
    const { covered, errors } = await against(set, (1000 * erlangC(3, 2.4)) / (30 - 24), meanWait);
    expect(covered).toBeGreaterThanOrEqual(15);
    expect(errors).toBeLessThan(4);
  });

  it('M/D/1: the mean wait is half that of M/M/1 (Pollaczek, Khinchine) inside its intervals', async () => {
    const set = [REQUESTS, 'services.desk.service_time={distribution: deterministic, mean: 100 ms}'];
    const { covered, errors } = await against(set, 100 * pollaczekKhinchine(0.7, 0), meanWait);
    expect(covered).toBeGreaterThanOrEqual(15);
    expect(errors).toBeLessThan(4);
  });

  it('M/M/c: the probability of waiting and the utilisation match theory in a long window', async () => {
    const set = ['services.desk.servers=3', 'services.desk.traffic.rate=24 /s', 'window=2 h', 'warmup=10 min'];
    const result = await resultOf(QUEUE, set);
    expect(only(result).probability_wait).toBeCloseTo(erlangC(3, 2.4), 1);
    expect(result.bottleneck?.utilization).toBeCloseTo(0.8, 1);
    expect(result.bottleneck?.resource).toBe('services.desk.servers');
  });
});

describe('laws that hold for every run', () => {
  it.each([
    ['M/M/1', QUEUE, []],
    ['with a waiting room', QUEUE, ['services.desk.capacity=3', 'services.desk.traffic.rate=12 /s']],
    ['impatient', QUEUE, ['services.desk.patience={distribution: exponential, mean: 1 s}']],
    ['inference', EMBED, []],
    ['llm', CHAT, []],
    ['overloaded llm', CHAT, ['services.chat.traffic.rate=40 /s', 'window=2 min']],
    ['rejecting llm', CHAT, ['services.chat.batching.max_model_len=700']],
  ] as const)('every arrival is completed, rejected, abandoned, failed or in flight (%s)', async (_, text, set) => {
    const { requests } = only(await resultOf(text, [...set]));
    const { arrived, completed, rejected, abandoned, failed, in_flight } = requests;
    expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
    expect(arrived).toBeGreaterThan(0);
  });

  it('Little: the mean number in the system is the throughput times the mean time in it (exact from empty to empty)', async () => {
    const embed = EMBED.replace('window: 10 min\n', '');
    for (const [text, set] of [
      [QUEUE, ['services.desk.traffic.requests=5000']],
      [embed, ['services.embed.traffic.requests=5000']],
    ] as const) {
      const service = only(await resultOf(text, [...set]));
      const little = (service.throughput.requests_per_s * service.e2e_ms.mean!) / 1000;
      expect(Math.abs(service.in_system.mean / little - 1)).toBeLessThan(1e-9);
    }
  });

  it('Little: the mean queue is the throughput times the mean wait', async () => {
    const service = only(await resultOf(QUEUE, ['services.desk.traffic.requests=5000']));
    const little = (service.throughput.requests_per_s * service.wait_ms!.mean!) / 1000;
    expect(Math.abs(service.queue_length.mean / little - 1)).toBeLessThan(1e-9);
  });

  it('goodput equals throughput where no objective is stated, and never exceeds it', async () => {
    const free = CHAT.replace(/ {4}slo: .*\n/, '');
    const { goodput_per_s, throughput } = only(await resultOf(free));
    expect(goodput_per_s).toBeCloseTo(throughput.requests_per_s, 12);
    const strict = only(await resultOf(CHAT, ['services.chat.slo.ttft.p95=60 ms']));
    expect(strict.goodput_per_s).toBeLessThan(strict.throughput.requests_per_s);
    const share = strict.slo_attainment['ttft.p95']!.share_within;
    expect(strict.goodput_per_s / strict.throughput.requests_per_s).toBeCloseTo(share, 2);
  });

  it('a growing backlog is called one', async () => {
    const result = await resultOf(QUEUE, ['services.desk.traffic.rate=15 /s', 'window=10 min', 'warmup=0 s']);
    expect(result.warnings).toHaveLength(1);
    expect(result.warnings[0]).toMatch(
      /services\.desk: demand exceeds capacity, the backlog grows by [45]\.\d+ requests\/s/,
    );
  });

  // Who counts only those that come and go within the window finds 63 s here, and never an answer that takes longer than the window.
  it('M/M/∞: answers longer than the window are in its latencies', async () => {
    const set = ['services.desk.servers=1000', 'services.desk.traffic.rate=2 /s', 'window=2 min', 'warmup=20 min'];
    const slow = 'services.desk.service_time={distribution: exponential, mean: 100 s}';
    const { covered, errors } = await against([...set, slow], 100_000, ({ e2e_ms }) => ({
      value: e2e_ms.mean!,
      ci95: e2e_ms.ci95.mean!,
    }));
    expect(covered).toBeGreaterThanOrEqual(15);
    expect(errors).toBeLessThan(4);
  });

  it('an LLM service: a window shorter than its answers finds their latency', async () => {
    const slow = ['services.chat.traffic.output_tokens=3000', 'services.chat.traffic.rate=0.4 /s'];
    const whole = only(await resultOf(CHAT, [...slow, 'warmup=10 min', 'window=1 h']));
    const short = only(await resultOf(CHAT, [...slow, 'warmup=10 min', 'window=30 s', 'replications=60']));
    expect(whole.e2e_ms.mean!).toBeGreaterThan(20_000);
    expect(Math.abs(short.e2e_ms.mean! / whole.e2e_ms.mean! - 1)).toBeLessThan(0.05);
  });
});
