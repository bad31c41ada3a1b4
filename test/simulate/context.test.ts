/** Requests that are longer than the model's context, or than a replica's memory. */
import { describe, expect, it } from 'vitest';
import { CHAT, only, resultOf } from './worlds.js';

const capped = CHAT.replace('window: 10 min\n', '').replace('rate: 2 /s', 'rate: 2 /s\n      requests: 500');
const SHORT_CONTEXT = ['services.chat.model=facebook/opt-1.3b', 'services.chat.traffic.prompt_tokens=1900'];

describe('requests longer than the context', () => {
  it('run all the same, with one counted warning', async () => {
    const result = await resultOf(capped, SHORT_CONTEXT);
    expect(only(result).requests).toMatchObject({ arrived: 500, completed: 500, rejected: 0 });
    const told = result.warnings.filter((warning) => warning.includes('longer than the context'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      /^services\.chat: \d+ requests are longer than the context of 2048 tokens and ran all the same$/,
    );
    const counted = Number(/(\d+) requests/.exec(told[0]!)?.[1]);
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThan(500);
  });

  it('are rejected and counted where max_model_len is given', async () => {
    const result = await resultOf(capped, [...SHORT_CONTEXT, 'services.chat.batching.max_model_len=2000']);
    const { arrived, completed, rejected } = only(result).requests;
    expect(arrived).toBe(500);
    expect(rejected).toBeGreaterThan(0);
    expect(completed).toBe(500 - rejected);
    expect(result.warnings).toContain(
      `services.chat: ${rejected} requests are longer than the context of 2000 tokens and were rejected`,
    );
    expect(only(result).e2e_ms.count).toBe(completed);
  });

  it('are no matter where all fit', async () => {
    expect((await resultOf(capped)).warnings).toEqual([]);
  });
});
