import { describe, expect, it } from 'vitest';
import { findAccelerator, listAccelerators } from '../../src/catalog/accelerators.js';
import { listMigProfiles, migAccelerators, migProfile, migProfiles, sliceOf } from '../../src/catalog/mig.js';
import { openCatalog } from '../../src/catalog/open.js';

const catalog = openCatalog();

const whole = (name: string) => {
  const found = findAccelerator(catalog, name);
  if (found.kind !== 'found') throw new Error(name);
  return found.value;
};

describe('MIG profiles', () => {
  it('are sound and sourced, of accelerators that the catalog knows, and never hand out more than there is', () => {
    const names = listAccelerators(catalog).map(({ name }) => name);
    for (const name of migAccelerators(catalog)) {
      expect(names).toContain(name);
      for (const each of migProfiles(catalog, name)) {
        expect(each.source).not.toBe('');
        expect(each.asOf).toMatch(/^\d{4}-\d{2}/);
        expect(each.instances * each.computeShare).toBeLessThanOrEqual(1 + 1e-12);
        expect(each.instances * each.memoryShare).toBeLessThanOrEqual(1 + 1e-12);
        expect((each.memoryGiB ?? 0) * each.instances).toBeLessThanOrEqual(whole(name).memoryGiB!);
        // The name says the gigabytes.
        const named = Number(/\.(\d+)gb$/.exec(each.profile)?.[1]);
        expect(named / (each.memoryShare * whole(name).memoryGiB!)).toBeGreaterThan(0.95);
        expect(named / (each.memoryShare * whole(name).memoryGiB!)).toBeLessThan(1.07);
      }
    }
  });

  it('are found by name or by share of the compute, the smallest first', () => {
    const profiles = migProfiles(catalog, 'A100-80GB');
    expect(migProfile(profiles, '3g.40gb')?.profile).toBe('3g.40gb');
    expect(migProfile(profiles, '3G.40GB')?.profile).toBe('3g.40gb');
    expect(migProfile(profiles, '1/7')?.profile).toBe('1g.10gb');
    expect(migProfile(profiles, ' 3 / 7 ')?.profile).toBe('3g.40gb');
    expect(migProfile(profiles, '1/2')).toBeUndefined();
    expect(migProfile(profiles, '1g.5gb')).toBeUndefined();
    expect(migProfiles(catalog, 'L40S')).toEqual([]);
    expect(listMigProfiles(catalog, 'h100 40gb').map(({ profile }) => profile)).toEqual(
      expect.arrayContaining(['3g.40gb', '4g.40gb']),
    );
  });

  it('make a slice with its share of arithmetic, memory and bandwidth, and no link', () => {
    const h100 = whole('H100-SXM');
    const slice = sliceOf(h100, migProfile(migProfiles(catalog, 'H100-SXM'), '3g.40gb')!);
    expect(slice).toMatchObject({ name: 'H100-SXM 3g.40gb', partOf: 'H100-SXM', memoryGiB: 39.5, scaleUpDomain: 1 });
    expect(slice.tflops.bf16).toBeCloseTo((h100.tflops.bf16! * 60) / 132, 9);
    expect(slice.bandwidthGBps).toBe(h100.bandwidthGBps! / 2);
    expect(slice.linkGBps).toBeUndefined();
    // Seven of seven slices of an A100 are 98 of its 108 multiprocessors.
    const a100 = whole('A100-80GB');
    const full = sliceOf(a100, migProfile(migProfiles(catalog, 'A100-80GB'), '7/7')!);
    expect(full.tflops.bf16! / a100.tflops.bf16!).toBeCloseTo(98 / 108, 12);
  });
});
