/** A token API that takes what a fleet has no room for, from the scenario to the bill. */
import { describe, expect, it } from 'vitest';
import { only, resultOf, worldOf } from './worlds.js';

const chat = (rate: number, overflow: string): string => `version: 1
name: overflow
seed: 3
window: 15 min
warmup: 5 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: ${rate} /s, prompt_tokens: 700, output_tokens: 250 }
    runs_on: gpu
pools:
  gpu: { instance: aws/g6e.xlarge, replicas: 1 }
routing: { ${overflow} }
`;
const PRICE = 'price: { input: 0.15 USD/Mtok, output: 0.60 USD/Mtok }';
const API = `overflow_to: { ${PRICE}, ttft: 600 ms, tpot: 15 ms, when: { waiting: 5 } }`;

describe('a token API beside a fleet', () => {
  it('takes what would wait, is paid by token, and keeps the line short', async () => {
    const result = await resultOf(chat(12, API));
    const service = only(result);
    const { requests, share, usd, usd_per_request, all_by_api_per_hour_usd, own_per_hour_usd, break_even_per_s } =
      service.token_api!;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.5);
    expect(service.queue_length.max).toBeLessThanOrEqual(6);
    // 700 tokens at 0.15 and 250 at 0.60 USD for a million.
    const each = (700 * 0.15 + 250 * 0.6) / 1e6;
    expect(usd).toBeCloseTo(requests * each, 9);
    expect(usd_per_request).toBeCloseTo(each, 5);
    expect(own_per_hour_usd).toBeCloseTo(1.861, 9);
    expect(break_even_per_s! * 3600 * usd_per_request).toBeCloseTo(own_per_hour_usd, 9);
    expect(all_by_api_per_hour_usd).toBeGreaterThan(own_per_hour_usd);
    const items = result.cost.by_item.filter(({ item }) => item.startsWith('services.chat: token API'));
    expect(items.map(({ unit }) => unit)).toEqual(['1M tokens', '1M tokens']);
    expect(items.reduce((sum, item) => sum + item.usd, 0)).toBeCloseTo(usd, 9);
    expect(result.cost.total_usd).toBeCloseTo(usd + own_per_hour_usd / 4, 9);
  });

  it('has nothing to do while the fleet has room', async () => {
    const service = only(await resultOf(chat(2, API)));
    expect(service.token_api).toMatchObject({ requests: 0, usd: 0 });
    expect(service.ttft_ms).toEqual(only(await resultOf(chat(2, 'policy: least-outstanding'))).ttft_ms);
  });

  it('answers everything in its stated time where it is always asked', async () => {
    const { token_api, ttft_ms, e2e_ms, availability } = only(
      await resultOf(chat(12, API.replace('waiting: 5', 'waiting: 0'))),
    );
    expect(token_api!.share).toBe(1);
    expect(availability.requests).toBe(1);
    expect(ttft_ms!.max).toBeCloseTo(600, 6);
    expect(e2e_ms.max).toBeCloseTo(600 + 249 * 15, 6);
  });

  it('has the newest price of the catalog, and a name near a wrong one', async () => {
    const named = (api: string) => chat(12, API.replace(PRICE, `api: ${api}`));
    const { tokenApi } = await worldOf(named('openai/gpt-4o-mini'));
    expect(tokenApi).toMatchObject({ name: 'openai/gpt-4o-mini', inputUsd: 0.15, outputUsd: 0.6 });
    await expect(worldOf(named('openai/gpt-4o-minni'))).rejects.toThrow(/no token API "openai\/gpt-4o-minni"/);
  });
});
