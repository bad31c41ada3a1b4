/** Prompts computed in one group and answers decoded in another, by hand. */
import { describe, expect, it } from 'vitest';
import { type LlmFleetConfig, runLlmFleet } from '../../../src/fleet/llm/fleet.js';
import type { ReplicaGroup } from '../../../src/fleet/llm/replicaGroup.js';
import type { StepModel } from '../../../src/latency/types.js';
import { type Ask, flatStep, listed } from './fleetHarness.js';
import type { NaiveRow } from './naiveFleet.js';
import { scriptedControl } from './scriptedControl.js';

const LIMITS = {
  maxSequences: 8,
  maxBatchedTokens: 100,
  blockTokens: 4,
  kvBlocks: 100,
  prefixCaching: false,
  contentKeys: 1,
};

const group = (role: ReplicaGroup['role'], more: Partial<ReplicaGroup> = {}): ReplicaGroup => ({
  step: flatStep(0.1, 100, 8),
  limits: LIMITS,
  overhead: { fixedS: 0, perPromptTokenS: 0 },
  engines: 1,
  ...(role && { role }),
  ...more,
});

function run(
  groups: readonly ReplicaGroup[],
  asks: readonly Ask[],
  link = { latencyS: 0.5, perTokenS: 0.01 },
  acts: Parameters<typeof scriptedControl>[0] = [],
) {
  const rows: NaiveRow[] = [];
  const first = () => 0;
  const config: LlmFleetConfig = {
    groups,
    router: first,
    ...(groups.some(({ role }) => role) && { handOver: { router: first, ...link } }),
    maxModelTokens: 100_000,
    rejectTooLong: false,
    good: { ttftS: Infinity, tpotS: Infinity, e2eS: Infinity },
  };
  const options = { warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0 };
  const { controller } = scriptedControl(acts, groups.length);
  const result = runLlmFleet(config, listed(asks), { ...options, controller, sink: (row) => rows.push(row) });
  return { ...result, rows };
}

const split = [group('prefill'), group('decode')];

describe('a prompt computed elsewhere', () => {
  it('gives its first token at once, and its second after the transfer and a step', () => {
    const { rows, metrics } = run(split, [{ at: 0, prompt: 10, output: 5 }]);
    expect(rows[0]!.ttftS).toBeCloseTo(0.1, 12);
    // 0.5 s and 10 tokens of 0.01 s, then four steps.
    expect(rows[0]!.e2eS).toBeCloseTo(0.1 + 0.5 + 0.1 + 4 * 0.1, 12);
    expect(rows[0]!.replica).toBe(1);
    expect(metrics.itl[0]!.count).toBe(4);
    expect(metrics.itl[0]!.max).toBeCloseTo(0.7, 12);
    expect(metrics.outputTokens).toBe(5);
  });

  it('needs nobody to decode when one token is all that is asked', () => {
    const { rows, groups } = run(split, [{ at: 0, prompt: 10, output: 1 }]);
    expect(rows[0]!.e2eS).toBeCloseTo(0.1, 12);
    expect(groups.map(({ placed }) => placed)).toEqual([1, 0]);
  });

  it('waits for those that its engine sends before it', () => {
    const asks = [1, 2, 3].map(() => ({ at: 0, prompt: 10, output: 2 }));
    const { rows } = run(split, asks);
    expect(rows.map(({ e2eS }) => e2eS)).toEqual([0.8, 0.9, 1].map((end) => expect.closeTo(end, 9) as number));
  });

  it('leaves its memory free, and takes that of the engine that decodes', () => {
    // Room for one prompt of 20 tokens at a time, and for two such sequences where they are decoded.
    const small = group('prefill', { limits: { ...LIMITS, kvBlocks: 5 } });
    const decode = group('decode', { limits: { ...LIMITS, kvBlocks: 14 } });
    const asks = [1, 2, 3].map(() => ({ at: 0, prompt: 20, output: 8 }));
    const { rows, metrics, groups } = run([small, decode], asks, { latencyS: 0, perTokenS: 0 });
    expect(rows.map(({ ttftS }) => ttftS)).toEqual([0.1, 0.2, 0.3].map((at) => expect.closeTo(at, 9) as number));
    expect(groups[1]!.engines[0]!.maxSequencesSeen).toBe(2);
    expect(metrics.preemptions).toBe(0);
    // The third comes in when the first has its last token, at 0.8 s.
    expect(rows[2]!.e2eS).toBeCloseTo(0.8 + 7 * 0.1, 9);
  });

  it('does not hold up those that decode', () => {
    const costly: StepModel = { ...flatStep(0.01, 100, 8), prefillStep: 1 };
    const asks = [{ at: 0, prompt: 4, output: 400 }, ...[2, 3, 4].map((at) => ({ at, prompt: 80, output: 2 }))];
    const apart = run([group('prefill', { step: costly }), group('decode', { step: costly })], asks, {
      latencyS: 0,
      perTokenS: 0,
    });
    const together = run([group(undefined, { step: costly })], asks);
    expect(apart.metrics.itl[0]!.max).toBeLessThan(0.021);
    expect(together.metrics.itl[0]!.max).toBeGreaterThan(1);
  });

  it('is rejected where either side could never hold its part', () => {
    const small = group('decode', { limits: { ...LIMITS, kvBlocks: 5 } });
    const asks = [
      { at: 0, prompt: 20, output: 1 },
      { at: 0, prompt: 20, output: 3 },
      { at: 0, prompt: 402, output: 1 },
    ];
    const { metrics } = run([group('prefill'), small], asks);
    expect([metrics.completed, metrics.rejectedFor.kv_memory]).toEqual([1, 2]);
  });

  it('starts anew when the engine that decodes it fails', () => {
    const acts = [{ at: 0.75, what: 'remove' as const, which: 0.9, startS: 0, group: 0 }];
    const added = { at: 0.76, what: 'add' as const, which: 0, startS: 0, group: 1 };
    const { rows, metrics } = run(split, [{ at: 0, prompt: 10, output: 5 }], undefined, [...acts, added]);
    expect(metrics.rerouted).toBe(1);
    expect(rows[0]!.e2eS).toBeCloseTo(0.75 + 1.1, 9);
  });
});
