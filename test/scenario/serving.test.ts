import { describe, expect, it } from 'vitest';
import type { LlmService } from '../../src/scenario/types.js';
import { load, withLine } from './base.js';

const complete = (text: string, set: readonly string[] = []) => {
  const loaded = load(text, set);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded;
};
const chatOf = (line: string): { chat: LlmService; paths: readonly string[] } => {
  const { scenario, assumptions } = complete(withLine(5, `    model: m\n    ${line}`));
  return { chat: scenario.services['chat'] as LlmService, paths: assumptions.map(({ path }) => path) };
};

describe('what an engine and a router can be asked for', () => {
  it('is speculative decoding, by a named model or by a head that is assumed', () => {
    const named = chatOf('speculative: { tokens: 3, acceptance: 70 %, draft_model: d }');
    expect(named.chat.speculative).toEqual({ tokens: 3, acceptance: 0.7, draft_model: 'd' });
    expect(named.paths).not.toContain('services.chat.speculative.draft_model');
    const head = chatOf('speculative: { tokens: 3, acceptance: 0.7 }');
    expect(head.chat.speculative).toEqual({ tokens: 3, acceptance: 0.7 });
    expect(head.paths).toContain('services.chat.speculative.draft_model');
  });

  it('is swapping, with the host memory of vLLM unless told otherwise', () => {
    const vendor = chatOf('batching: { preemption: swap }');
    expect(vendor.chat.batching.swap_space).toBe(4 * 2 ** 30);
    expect(vendor.paths).toContain('services.chat.batching.swap_space');
    expect(chatOf('batching: { preemption: swap, swap_space: 16 GB }').chat.batching.swap_space).toBe(16e9);
    expect(chatOf('batching: { preemption: recompute }').chat.batching.swap_space).toBeUndefined();
  });

  it('is levels of priority', () => {
    const { scenario } = complete(
      withLine(
        7,
        '    traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2, priority: [{ name: now, share: 0.6 }, { name: later, share: 40 % }] }',
      ),
    );
    expect(scenario.services['chat']!.traffic.priority).toEqual([
      { name: 'now', share: 0.6 },
      { name: 'later', share: 0.4 },
    ]);
  });

  it.each(['join-shortest-queue', 'power-of-two', 'prefix-aware', 'session-affinity'])('is routing: %s', (policy) => {
    expect(complete(withLine(17, `routing: { policy: ${policy} }`)).scenario.routing).toEqual({ policy });
  });

  it('is routing by weight', () => {
    const { scenario } = complete(withLine(17, 'routing: { policy: weighted, weights: [2, 1] }'));
    expect(scenario.routing).toEqual({ policy: 'weighted', weights: [2, 1] });
  });
});
