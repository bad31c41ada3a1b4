/** Retries of rejections, circuit breakers, hedges and fairness between tenants, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import { availabilityFacts } from '../../src/report/view/poolView.js';
import { simulate } from '../../src/simulate/simulate.js';
import { only, resultOf, worldOf } from './worlds.js';

const chat = (client: string, more = '', replicas = 1, admission = ''): string => `version: 1
name: clients
seed: 3
window: 15 min
warmup: 5 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    ${admission}
    traffic:
      rate: 8 /s
      prompt_tokens: 700
      output_tokens: 250
      ${client}
      ${more}
    runs_on: gpu
pools:
  gpu: { instance: aws/g6e.xlarge, replicas: ${replicas} }
`;
const STORM = 'timeout: 20 s, retries: 3, server_cancels: false';
const BREAKER = 'circuit_breaker: { failures: 50 %, window: 10 s, min_requests: 20, open: 30 s, half_open: 5 }';

describe('clients that are turned away', () => {
  it('try again, and most get in: a request is rejected once, with its last try', async () => {
    const admission = 'admission: { max_queue: 3, rate_limit: { rate: 9 /s, burst: 9 } }';
    const of = async (client: string) => only(await resultOf(chat(client, '', 1, admission)));
    const once = await of('client: { retries: 0 }');
    const again = await of('client: { retries: 4 }');
    expect(once.requests.rejected).toBeGreaterThan(50);
    expect(once.client!.rejected_tries).toBe(once.requests.rejected);
    expect(again.client!.rejected_tries).toBeGreaterThan(again.requests.rejected);
    expect(again.availability.requests!).toBeGreaterThan(once.availability.requests!);
    const told = await of('client: { retries: 4, retry_on: [timeout, failure] }');
    expect(told.requests.rejected).toBe(once.requests.rejected);
    const { arrived, completed, rejected, abandoned, failed, in_flight } = again.requests;
    expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
  });
});

describe('a circuit breaker', () => {
  it('ends a retry storm: without it each request is tried four times, with it the fleet answers at its capacity in between', async () => {
    const storm = only(await resultOf(chat(`client: { ${STORM} }`)));
    const guarded = only(await resultOf(chat(`client: { ${STORM}, ${BREAKER} }`)));
    expect(storm.client!.tries_per_request).toBeGreaterThan(3.9);
    expect(storm.availability.requests!).toBeLessThan(0.1);
    expect(storm.queue_length.max).toBeGreaterThan(5000);
    expect(guarded.client!.circuit_breaker!.opened).toBeGreaterThan(5);
    expect(guarded.client!.circuit_breaker!.open_share).toBeGreaterThan(0.1);
    expect(guarded.queue_length.max).toBeLessThan(0.2 * storm.queue_length.max);
    expect(guarded.throughput.requests_per_s).toBeGreaterThan(5 * storm.throughput.requests_per_s);
    expect(guarded.rejections!['circuit_open']).toBe(guarded.requests.rejected);
    expect(availabilityFacts(guarded).join(', ')).toMatch(/circuit opened \d+ times, open \d+(\.\d+)? % of the time/);
  });
});

describe('hedged requests', () => {
  it('cut the tail of a fleet with a router that does not look, for a few per cent of its tokens', async () => {
    const routed = (client: string) =>
      `${chat(client, '', 4).replace('rate: 8 /s', 'rate: 20 /s')}routing: { policy: random }\n`;
    const plain = only(await resultOf(routed('client: { retries: 0 }')));
    const world = await worldOf(routed('client: { retries: 0, hedge: { after: p95, budget: 5 % } }'));
    const result = simulate(world);
    const hedged = only(result);
    const { sent, won, extra_tokens } = hedged.client!.hedges!;
    expect(sent).toBeGreaterThan(100);
    expect(sent).toBeLessThanOrEqual(0.05 * (hedged.requests.arrived + 2 * 20 * 300));
    expect(won).toBeGreaterThan(0.05 * sent);
    expect(extra_tokens).toBeGreaterThan(0);
    expect(hedged.ttft_ms!.p99!).toBeLessThan(plain.ttft_ms!.p99!);
    expect(JSON.stringify(simulate(world))).toBe(JSON.stringify(result));
  });
});

describe('fairness between tenants', () => {
  it('keeps the flood of one from the others, and serves as many', async () => {
    const tenants = 'tenants: [{ name: loud, share: 85 % }, { name: quiet, share: 15 %, weight: 1 }]';
    const of = async (admission: string, tenantList: string) =>
      only(await resultOf(chat('', tenantList, 1, admission).replace('rate: 8 /s', 'rate: 11 /s')));
    const line = await of('', tenants.replace(', weight: 1', ''));
    const fair = await of('admission: { fairness: tenants }', tenants);
    const p95 = (service: typeof fair, tenant: string): number => service.tenants![tenant]!.ttft_ms.p95!;
    expect(p95(line, 'quiet')).toBeGreaterThan(60_000);
    expect(p95(fair, 'quiet')).toBeLessThan(2000);
    expect(p95(fair, 'loud')).toBeGreaterThan(p95(line, 'loud'));
    expect(fair.throughput.output_tokens_per_s!).toBeGreaterThan(0.99 * line.throughput.output_tokens_per_s!);
  });
});
