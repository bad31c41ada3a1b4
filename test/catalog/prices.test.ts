import { describe, expect, it } from 'vitest';
import { findCarbon, listCarbon } from '../../src/catalog/carbon.js';
import { listRegions } from '../../src/catalog/listRegions.js';
import { openCatalog } from '../../src/catalog/open.js';
import { listPrices, priceKinds } from '../../src/catalog/prices.js';
import { roundTrip } from '../../src/catalog/regionLatency.js';
import { findStorage } from '../../src/catalog/storage.js';
import { readTier, tieredUsd } from '../../src/catalog/tiers.js';

const catalog = openCatalog();

const storage = (name: string, region?: string) => {
  const answer = findStorage(catalog, name, region);
  if (answer.kind !== 'found') throw new Error(`${name} not found: ${JSON.stringify(answer)}`);
  return answer.value;
};

describe('tiers', () => {
  it('are read from every form the catalog uses', () => {
    const end = Number.POSITIVE_INFINITY;
    expect(readTier('', 0, 1)).toEqual({ fromUnits: 0, toUnits: end, usdPerUnit: 1 });
    expect(readTier('first 10TB', 0, 1)).toEqual({ fromUnits: 0, toUnits: 10240, usdPerUnit: 1 });
    expect(readTier('next 40TB', 10240, 1)).toEqual({ fromUnits: 10240, toUnits: 51200, usdPerUnit: 1 });
    expect(readTier('over 150TB', 0, 1)).toEqual({ fromUnits: 153600, toUnits: end, usdPerUnit: 1 });
    expect(readTier('1-10TB', 0, 1)).toEqual({ fromUnits: 1024, toUnits: 10240, usdPerUnit: 1 });
    expect(readTier('>10TB', 0, 1)).toEqual({ fromUnits: 10240, toUnits: end, usdPerUnit: 1 });
    expect(readTier('100GB-10TB (first 100GB free)', 0, 1)).toEqual({ fromUnits: 100, toUnits: 10240, usdPerUnit: 1 });
    expect(readTier('sometimes', 0, 1)).toBeUndefined();
  });

  it('are readable in every row of the storage catalog', () => {
    expect(catalog.rows('storage_network').filter((row) => readTier(row['tier'] ?? '', 0, 0) === undefined)).toEqual(
      [],
    );
  });

  it('price a quantity step by step', () => {
    const { tiers } = storage('aws/data_transfer/internet_egress', 'us-east-1');
    // 20 TB: 10,240 GB at 0.09 and 9,760 GB at 0.085
    expect(tieredUsd(tiers, 20_000)).toBeCloseTo(10_240 * 0.09 + 9_760 * 0.085, 9);
    expect(tieredUsd(storage('azure/data_transfer/internet_egress').tiers, 100)).toBe(0);
  });
});

describe('storage prices', () => {
  it('are found by provider/service/item, whatever case and spaces', () => {
    for (const name of ['aws/object_storage_s3/Standard / Storage', 'aws/object_storage_s3/standard/storage']) {
      expect(storage(name)).toMatchObject({ unit: 'GB', region: { region: 'us-east-1', assumed: true } });
      expect(storage(name).tiers[0]?.usdPerUnit).toBe(0.023);
    }
    expect(storage('aws/block_storage_ebs/gp3 storage', 'eu-west-1').tiers[0]?.usdPerUnit).toBe(0.088);
  });

  it('gather the tiers that are separate items by name', () => {
    const blob = storage('azure/object_storage_blob/Capacity (first 50TB)');
    expect(blob.name).toBe('azure/object_storage_blob/Capacity');
    expect(blob.tiers.map((tier) => tier.usdPerUnit)).toEqual([0.0208, 0.019968, 0.019136]);
  });

  it('never answer with the price of another region', () => {
    expect(findStorage(catalog, 'aws/object_storage_s3/Standard / Storage', 'eu-west-1')).toMatchObject({
      kind: 'not-found',
      what: 'region',
      suggestions: ['us-east-1'],
    });
    expect(findStorage(catalog, 'aws/object_storage_s3/Standrd / Storage')).toMatchObject({
      kind: 'not-found',
      what: 'storage',
    });
  });
});

describe('regions', () => {
  it('match display names and codes', () => {
    expect(findCarbon(catalog, 'azure', 'eastus')).toMatchObject({
      kind: 'found',
      value: { gramsPerKwh: 415.8, pue: 1.185 },
    });
  });

  it('have a plausible grid everywhere', () => {
    const grids = listCarbon(catalog);
    expect(grids).toHaveLength(93);
    expect(
      grids.filter((grid) => !(grid.gramsPerKwh > 0 && grid.gramsPerKwh < 1500 && grid.pue >= 1 && grid.pue < 2)),
    ).toEqual([]);
  });

  it('list one default for each provider', () => {
    const defaults = listRegions(catalog).filter((each) => each.isDefault);
    expect(defaults.map((each) => each.provider)).toEqual([...catalog.providers]);
    expect(defaults.every((each) => each.instanceTypes > 0)).toBe(true);
  });

  it('know round trips in either direction', () => {
    expect(roundTrip(catalog, 'aws', 'us-east-1', 'eu-west-1')?.rttMs).toBeGreaterThan(50);
    expect(roundTrip(catalog, 'aws', 'us-east-1', 'nowhere')).toBeUndefined();
  });
});

describe('every price list', () => {
  it('carries a source and a date in each row', () => {
    for (const kind of priceKinds) {
      const prices = listPrices(catalog, '', [kind]);
      expect(prices.length).toBeGreaterThan(50);
      expect(prices.filter((each) => each.source === '' || each.asOf === '')).toEqual([]);
    }
  });
});
