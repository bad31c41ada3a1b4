import { describe, expect, it } from 'vitest';
import { findAccelerator } from '../../src/catalog/accelerators.js';
import { findModel } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import { kvTransfer } from '../../src/latency/kvTransfer.js';
import { config } from './cards.js';

const catalog = openCatalog();
const found = <T>(result: { readonly kind: string; readonly value?: T }): T => {
  if (result.value === undefined) throw new Error('not in the catalog');
  return result.value;
};
const accelerator = found(findAccelerator(catalog, 'H100-SXM'));
const model = found(findModel(catalog, 'meta-llama/Llama-3.1-70B'));
const asked = { model, accelerator, weights: 'bf16', kvCache: 'bf16', tensor: 4 } as const;

describe('kvTransfer', () => {
  it('moves the bytes of the prompt’s keys and values, no faster than the link', () => {
    // 80 layers × 2 × 8 heads × 128 × 2 bytes = 327,680 bytes a token over 4 ranks.
    const bytes = (327_680 * 4096) / 4;
    const inside = kvTransfer(config(asked), 4096)!;
    expect(inside.seconds).toBeGreaterThan(bytes / 450e9);
    expect(inside.seconds).toBeLessThan(4 * (bytes / 450e9));
    expect(inside.why).toContain('336 MB');
  });

  it('crosses the network where two replicas exceed the scale-up domain', () => {
    const slow = kvTransfer(config({ ...asked, tensor: 8, networkGBps: 12.5 }), 4096)!;
    expect(slow.why).toContain('network');
    expect(slow.seconds).toBeGreaterThan((327_680 * 4096) / 8 / 12.5e9);
  });

  it('grows with the prompt', () => {
    const [short, long] = [512, 8192].map((tokens) => kvTransfer(config(asked), tokens)!.seconds);
    expect(long! / short!).toBeGreaterThan(5);
  });
});
