/** Everything that a name can get wrong is found when the scenario meets the catalogs, with the path that holds it. */
import { describe, expect, it } from 'vitest';
import { CHAT, EMBED, findingsOf, QUEUE } from './worlds.js';

describe('findings', () => {
  it.each([
    ['an unknown model', CHAT, 'services.chat.model=meta-llama/Meta-Llama-3.1-9B', 'services.chat.model', /no model/],
    ['an unknown instance', CHAT, 'pools.gpu.instance=aws/g6e.xlarg', 'pools.gpu.instance', /no instance/],
    ['a region that does not sell it', CHAT, 'pools.gpu.region=mars-1', 'pools.gpu.region', /mars-1/],
    ['a model too large', CHAT, 'services.chat.model=meta-llama/Meta-Llama-3.1-70B', 'services.chat.model', /./],
    [
      'a language model on CPUs',
      CHAT,
      'pools.gpu.instance=aws/c7i.2xlarge',
      'services.chat.runs_on',
      /not supported yet/,
    ],
    [
      'a batching server on several devices',
      EMBED,
      'pools.cpu={ instance: aws/g6e.12xlarge, region: us-east-1, parallelism: { tensor: 4 } }',
      'pools.cpu.parallelism.tensor',
      /not supported yet/,
    ],
  ] as const)('names %s', async (_, text, set, path, message) => {
    const found = await findingsOf(text, [set]);
    expect(found.map((finding) => finding.path.join('.'))).toEqual([path]);
    expect(found[0]?.message).toMatch(message);
  });

  it.each([
    ['an unknown draft model', '{ tokens: 3, acceptance: 0.7, draft_model: zzz }', 'draft_model', /catalog models/],
    [
      'a draft model with another vocabulary',
      '{ tokens: 3, acceptance: 0.7, draft_model: Qwen/Qwen2.5-0.5B }',
      'draft_model',
      /same tokenizer/,
    ],
    [
      'a draft model without room',
      '{ tokens: 3, acceptance: 0.7, draft_model: meta-llama/Meta-Llama-3.1-70B }',
      'draft_model',
      /smaller draft model/,
    ],
    [
      'a draft model without a decoder',
      '{ tokens: 3, acceptance: 0.7, draft_model: google/vit-base-patch16-224 }',
      'draft_model',
      /layers, hidden/,
    ],
    ['more drafts than a step has tokens', '{ tokens: 8, acceptance: 0.7 }', 'tokens', /max_num_batched_tokens to 9/],
  ] as const)('blames speculative.* for %s', async (_, speculative, key, hint) => {
    const few = 'services.chat.batching={ max_num_batched_tokens: 8 }';
    const set = [`services.chat.speculative=${speculative}`, ...(key === 'tokens' ? [few] : [])];
    const found = await findingsOf(CHAT, set);
    expect(found.map(({ path }) => path.join('.'))).toEqual([`services.chat.speculative.${key}`]);
    expect(found[0]?.hint).toMatch(hint);
  });

  it('suggests names that are close', async () => {
    const [model] = await findingsOf(CHAT, ['services.chat.model=meta-llama/Meta-Llama-3.1-9B']);
    expect(model?.hint).toMatch(/did you mean .*Meta-Llama-3\.1-/);
    const [instance] = await findingsOf(CHAT, ['pools.gpu.instance=aws/g6e.xlarg']);
    expect(instance?.hint).toContain('aws/g6e.xlarge');
  });

  it('names an unknown accelerator', async () => {
    const text = CHAT.replace('instance: aws/g6e.xlarge, region: us-east-1', 'accelerator: A100-81GB, price: 2 USD/h');
    const found = await findingsOf(text);
    expect(found.map(({ path }) => path.join('.'))).toEqual(['pools.gpu.accelerator']);
    expect(found[0]?.hint).toContain('A100-80GB');
  });

  it('names an unknown storage item', async () => {
    const found = await findingsOf(`${QUEUE}data:\n  files: { stored: 1 TB, storage: aws/s3/no-such-class }\n`);
    expect(found.map(({ path }) => path.join('.'))).toEqual(['data.files.storage']);
  });

  it('says what does not fit, and what would', async () => {
    const [found] = await findingsOf(CHAT, ['services.chat.model=meta-llama/Meta-Llama-3.1-70B']);
    expect(found?.message).toMatch(/GB|GiB/);
    expect(found?.hint).toBeTruthy();
  });

  it('lets an owned A100 hold what an L40S holds', async () => {
    const text = CHAT.replace('instance: aws/g6e.xlarge, region: us-east-1', 'accelerator: A100-80GB, price: 2 USD/h');
    expect(await findingsOf(text)).toEqual([]);
  });

  it('gives all findings at once', async () => {
    const found = await findingsOf(`${CHAT}data:\n  files: { stored: 1 TB, storage: aws/s3/no-such-class }\n`, [
      'pools.gpu.instance=aws/none.xlarge',
    ]);
    expect(found.map(({ path }) => path.join('.'))).toEqual(['pools.gpu.instance', 'data.files.storage']);
  });
});
