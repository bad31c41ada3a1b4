/** What the comments of scenarios/document-reader.yaml and scenarios/adapters-on-slices.yaml say is found. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { only, resultOf } from './worlds.js';

const textOf = (name: string): string => readFileSync(`scenarios/${name}.yaml`, 'utf8');

describe('scenarios/document-reader.yaml', () => {
  const TEXT = textOf('document-reader');

  it('has pages of some 5,000 tokens that take 0.2 s to encode, and first tokens after 1.7 s', async () => {
    const { media, ttft_ms } = only(await resultOf(TEXT));
    expect(media!.image!.tokens).toBe(62 * 80);
    expect(media!.image!.encode_ms).toBeCloseTo(200, -1);
    expect(Math.abs(ttft_ms!.mean! - 1700)).toBeLessThan(150);
    const text = only(await resultOf(TEXT, ['services.reader.traffic.images=null']));
    expect(text.ttft_ms!.mean!).toBeLessThan(60);
  });

  it('answers four times as fast at half the resolution', async () => {
    const half = only(await resultOf(TEXT, ['services.reader.traffic.images.size=864x1120']));
    expect(half.media!.image!.tokens).toBe((62 * 80) / 4);
    expect(half.ttft_ms!.mean!).toBeLessThan(450);
  });

  it('holds its objectives with a zone away on six machines, and not on five', async () => {
    const six = (await resultOf(TEXT)).pools['gpus']!.headroom!;
    const five = (await resultOf(TEXT, ['pools.gpus.replicas=5'])).pools['gpus']!.headroom!;
    expect([six.replicas_away, six.holds]).toEqual([2, true]);
    expect([five.replicas_away, five.holds]).toEqual([2, false]);
  });
});

describe('scenarios/adapters-on-slices.yaml', () => {
  const TEXT = textOf('adapters-on-slices');

  it('pays two accelerators for six slices, and three for seven', async () => {
    expect((await resultOf(TEXT)).pools['gpu']!.instances_billed).toBe(2);
    expect((await resultOf(TEXT, ['pools.gpu.replicas=7'])).pools['gpu']!.instances_billed).toBe(3);
  });

  it('has half of the adapters where they are asked for, loads in 2 ms, and a tenth more time per token', async () => {
    const adapted = only(await resultOf(TEXT));
    const bare = only(await resultOf(TEXT, ['services.assistant.adapters=null']));
    expect(adapted.adapters!.hit_rate).toBeCloseTo(0.5, 1);
    expect(adapted.adapters!.load_ms).toBeCloseTo(2, 0);
    expect(adapted.tpot_ms!.mean! / bare.tpot_ms!.mean!).toBeCloseTo(1.1, 1);
  });

  it('is more than twice as slow as two replicas on the whole accelerators, for the same money', async () => {
    const [sliced, whole] = [
      await resultOf(TEXT),
      await resultOf(TEXT, ['pools.gpu.fraction=null', 'pools.gpu.replicas=2']),
    ];
    expect(sliced.cost.per_hour_usd).toBeCloseTo(whole.cost.per_hour_usd, 9);
    expect(only(sliced).tpot_ms!.mean!).toBeGreaterThan(2 * only(whole).tpot_ms!.mean!);
  });
});
