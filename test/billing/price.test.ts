import { describe, expect, it } from 'vitest';
import { instancePrices } from '../../src/billing/instancePrices.js';
import { onDemandPrice, type Price, spotPrice } from '../../src/billing/price.js';
import { findInstance, listInstances } from '../../src/catalog/instances.js';
import { openCatalog } from '../../src/catalog/open.js';

const catalog = openCatalog();

const instance = (name: string, region?: string) => {
  const answer = findInstance(catalog, name, region);
  if (answer.kind !== 'found') throw new Error(`${name} not found`);
  return answer.value;
};

const usd = (price: Price): number => {
  if (price.kind === 'unpriced') throw new Error(price.reason);
  return price.usdPerHour;
};

describe('on-demand prices', () => {
  it('reproduce the published totals of Google Cloud, bundled local SSD included', () => {
    expect(usd(onDemandPrice(instance('gcp/a2-ultragpu-1g', 'us-central1')))).toBeCloseTo(5.0688, 3);
    expect(usd(onDemandPrice(instance('gcp/a3-highgpu-8g', 'us-central1')))).toBeCloseTo(88.49, 2);
  });

  it('add local SSD exactly where the catalog says that it is billed extra', () => {
    const rows = listInstances(catalog, { region: 'all' });
    const withSsd = rows.filter((each) => {
      const price = onDemandPrice({ ...each, onDemandUsdPerHour: 1, priceQuality: 'list' });
      return price.kind === 'priced' && price.parts.length > 1;
    });
    expect(withSsd.map((each) => each.type)).toEqual(
      rows.filter((each) => each.notes.includes('local SSD billed extra')).map((each) => each.type),
    );
    expect(withSsd.length).toBe(79);
  });

  it('are missing, with the reason, where only a scheduler price or none is published', () => {
    expect(onDemandPrice(instance('gcp/a3-highgpu-8g', 'asia-northeast1'))).toMatchObject({ kind: 'unpriced' });
    expect(onDemandPrice(instance('aws/p5e.48xlarge'))).toEqual({
      kind: 'unpriced',
      reason: 'not sold on demand, or no price published',
    });
  });

  it('say when they were reconstructed', () => {
    expect(onDemandPrice(instance('gcp/a3-highgpu-8g', 'us-central1'))).toMatchObject({ grade: 'inferred' });
    expect(onDemandPrice(instance('aws/g5.xlarge'))).toMatchObject({ grade: 'list', usdPerHour: 1.006 });
  });
});

describe('spot prices', () => {
  it('come from the row, with their own source and date', () => {
    const price = spotPrice(instance('aws/p5.48xlarge', 'us-east-1'));
    expect(price).toMatchObject({ kind: 'priced', usdPerHour: 10.2397 });
    expect(price.kind === 'priced' && price.parts[0]?.asOf).toBe('2026 (commit 00148f2)');
  });

  it('do not exist where the source lists the on-demand price as spot', () => {
    const price = spotPrice({ ...instance('aws/p5.48xlarge', 'us-east-1'), spotUsdPerHour: 55.04 });
    expect(price).toMatchObject({ kind: 'unpriced' });
  });
});

describe('commitment prices', () => {
  it('are the reserved prices of the row where it has them', () => {
    const prices = instancePrices(catalog, instance('aws/g5.xlarge', 'us-east-1'));
    expect(prices.committed1y).toMatchObject({ kind: 'priced', usdPerHour: 0.63378, grade: 'list' });
  });

  it('are estimates from the typical discount of the family otherwise, and say so', () => {
    // A2 accelerators: 37 % for one year; A3: about 30 %
    const a3 = instancePrices(catalog, instance('gcp/a3-highgpu-8g', 'us-central1'));
    expect(usd(a3.committed1y)).toBeCloseTo(usd(a3.onDemand) * 0.7, 6);
    expect(a3.committed1y).toMatchObject({ grade: 'estimate' });
    // savings plans on P5: 25–45 %, middle 35 %
    expect(usd(instancePrices(catalog, instance('aws/p5.48xlarge')).committed1y)).toBeCloseTo(55.04 * 0.65, 6);
  });

  it('are missing where nothing is known', () => {
    const [row] = listInstances(catalog, { provider: 'lambda' });
    if (row === undefined) throw new Error('no lambda rows');
    expect(instancePrices(catalog, row).committed1y).toMatchObject({ kind: 'unpriced' });
  });
});
