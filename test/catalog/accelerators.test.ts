import { describe, expect, it } from 'vitest';
import { findAccelerator, listAccelerators } from '../../src/catalog/accelerators.js';
import { openCatalog } from '../../src/catalog/open.js';

const catalog = openCatalog();

const accelerator = (name: string) => {
  const answer = findAccelerator(catalog, name);
  if (answer.kind !== 'found') throw new Error(`${name} not found`);
  return answer.value;
};

describe('accelerators', () => {
  it('are found whatever the case and the separators', () => {
    for (const name of ['H100-SXM', 'h100-sxm', 'h100 sxm', 'H100_SXM'])
      expect(accelerator(name).name).toBe('H100-SXM');
  });

  it('carry datasheet figures with their units', () => {
    expect(accelerator('H100-SXM')).toMatchObject({
      kind: 'gpu',
      memoryGiB: 80,
      bandwidthGBps: 3350,
      tflops: { bf16: 989.4, fp8: 1978.9, int8: 1978.9 },
      linkGBps: 450,
      scaleUpDomain: 8,
      pcieGBps: 64,
      tdpWatts: 700,
    });
  });

  it('leave out what is not published instead of zero', () => {
    expect(accelerator('T4').tflops).not.toHaveProperty('bf16');
    expect(accelerator('T4')).not.toHaveProperty('linkGBps');
    expect(accelerator('Graviton4')).not.toHaveProperty('memoryGiB');
  });

  it('take the smallest scale-up domain of a range', () => {
    expect(accelerator('MI250X').scaleUpDomain).toBe(4);
    expect(accelerator('Trainium2').scaleUpDomain).toBe(16);
    expect(accelerator('GB200').scaleUpDomain).toBe(72);
  });

  it('answer a family name with its members, since they differ', () => {
    const miss = findAccelerator(catalog, 'H100');
    expect(miss).toMatchObject({ kind: 'not-found', what: 'accelerator', name: 'H100' });
    expect(miss.kind === 'not-found' && [...miss.suggestions].sort()).toEqual(['H100-NVL', 'H100-PCIe', 'H100-SXM']);
  });

  it('suggest the nearest name for a misspelling', () => {
    const miss = findAccelerator(catalog, 'A10O-80GB');
    expect(miss.kind === 'not-found' && miss.suggestions[0]).toBe('A100-80GB');
  });

  it('filter by words and memory', () => {
    expect(listAccelerators(catalog, { text: 'hopper', minMemoryGiB: 141 }).map((each) => each.name)).toEqual([
      'H200-SXM',
      'H200-NVL',
    ]);
    expect(listAccelerators(catalog)).toHaveLength(59);
  });
});
