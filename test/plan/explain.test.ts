import { describe, expect, it } from 'vitest';
import { type ExplainNode, explain } from '../../src/plan/explain.js';
import { simulate } from '../../src/simulate/simulate.js';
import { CHAT, worldOf } from '../simulate/worlds.js';

const treeOf = async (metric: string, set: readonly string[]): Promise<ExplainNode> => {
  const world = await worldOf(CHAT, set);
  const found = explain(metric, world, simulate(world, {}));
  if (found === undefined) throw new Error(`no tree for ${metric}`);
  return found.tree;
};
const child = (node: ExplainNode, name: RegExp): ExplainNode => {
  const found = node.children?.find((each) => name.test(each.name));
  if (found === undefined) throw new Error(`no ${name} in ${node.children?.map((each) => each.name).join(', ')}`);
  return found;
};
const sumOf = (node: ExplainNode): number => node.children!.reduce((sum, { value }) => sum + value, 0);

// One sequence at a time: the mean step is the only step.
const alone = ['services.chat.traffic.rate=0.02 /s', 'services.chat.traffic.output_tokens=401'];
const speculative = 'services.chat.speculative={ tokens: 4, acceptance: 1 }';

describe('the tree of a token under speculative decoding', () => {
  it('has the drafts in the step, and the tokens that share it', async () => {
    const tree = await treeOf('services.chat.tpot', [...alone, speculative]);
    expect(sumOf(tree)).toBeCloseTo(tree.value, 12);
    const step = child(tree, /^step$/);
    expect(sumOf(step)).toBeCloseTo(step.value, 12);
    const drafts = child(step, /^drafts$/);
    expect(drafts.children!.map(({ name }) => name)).toEqual([
      'first pass',
      'further passes',
      'output projection',
      'attention',
    ]);
    expect(child(step, /^accelerator$/).why).toContain('verify 4 drafts');
    // All are accepted, so five tokens share a step, and nothing else takes time.
    expect(child(tree, /^shared by 5\.00 tokens/).value).toBeCloseTo(-0.8 * step.value, 12);
    expect(Math.abs(child(tree, /^sharing steps/).value)).toBeLessThan(0.02 * tree.value);
  });

  it('is as it was without drafts', async () => {
    const tree = await treeOf('services.chat.tpot', alone);
    expect(tree.children!.map(({ name }) => name)).toEqual(['step', 'sharing steps with prompts, and uneven batches']);
    expect(child(tree, /^step$/).children!.map(({ name }) => name)).toEqual(['accelerator', 'host']);
  });

  it('shows the first drafts in the first token, and the tokens of a step in the capacity', async () => {
    const ttft = await treeOf('services.chat.ttft', [...alone, speculative]);
    const chunk = child(child(ttft, /^prefill alone$/), /^step$/);
    expect(child(chunk, /^drafts$/).why).toContain('for one sequence');
    const capacity = await treeOf('services.chat.capacity', [...alone, speculative]);
    expect(child(capacity, /^tokens that a step gives/).value).toBe(5);
  });
});
