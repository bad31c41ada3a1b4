import { describe, expect, it } from 'vitest';
import { carbonKg } from '../../src/billing/carbon.js';
import { instancePrices } from '../../src/billing/instancePrices.js';
import { meterInstance, meterOwned } from '../../src/billing/meterInstance.js';
import { readPurchase } from '../../src/billing/purchase.js';
import { meterStorage, meterStorageAt } from '../../src/billing/storage.js';
import { instanceRuns } from '../../src/billing/usage.js';
import { findCarbon } from '../../src/catalog/carbon.js';
import { findInstance } from '../../src/catalog/instances.js';
import { openCatalog } from '../../src/catalog/open.js';
import { findStorage } from '../../src/catalog/storage.js';

const catalog = openCatalog();

const pricesOf = (name: string, region?: string) => {
  const answer = findInstance(catalog, name, region);
  if (answer.kind !== 'found') throw new Error(`${name} not found`);
  return instancePrices(catalog, answer.value);
};

const steady = (count: number, windowS: number) => instanceRuns([{ atS: 0, accelerators: count }], 1, windowS);

describe('an invoice worked out by hand', () => {
  it('charges three P5 for an hour on demand', () => {
    const bill = meterInstance({
      owner: 'us-gpu',
      prices: pricesOf('aws/p5.48xlarge'),
      runs: steady(3, 3600),
      windowS: 3600,
    });
    expect(bill.usd).toBeCloseTo(3 * 55.04, 9);
    expect(bill.items).toEqual([
      {
        item: 'us-gpu: aws/p5.48xlarge (us-east-1) on demand',
        quantity: 3,
        unit: 'instance-hour',
        unit_price_usd: 55.04,
        usd: 165.12,
        source: 'karpenter-provider-aws zz_generated.pricing_aws.go',
        as_of: '2026-07-20',
      },
    ]);
    expect(bill.unpriced).toEqual([]);
  });

  it('applies commitments to each hour first, pays what they leave unused, and gives spot its share of the rest', () => {
    // g5.xlarge in us-east-1: 1.006 on demand, 0.63378 committed for a year
    const prices = pricesOf('aws/g5.xlarge', 'us-east-1');
    const spot = prices.spot.kind === 'priced' ? prices.spot.usdPerHour : Number.NaN;
    // hour one: 5 instances; hour two: 1 instance; 2 are committed
    const runs = [
      { startS: 0, endS: 7200, isPart: true },
      ...Array.from({ length: 4 }, () => ({ startS: 0, endS: 3600, isPart: true })),
    ];
    const { purchase } = readPurchase({ committed_1y: 2, spot: 0.3 });
    const bill = meterInstance({ owner: 'pool', prices, runs, windowS: 7200, purchase });
    const quantities = Object.fromEntries(bill.items.map((each) => [each.item.replace(/^.*\) /, ''), each.quantity]));
    expect(quantities['committed 1y']).toBeCloseTo(3, 9);
    expect(quantities['committed 1y, unused']).toBeCloseTo(1, 9);
    expect(quantities['spot']).toBeCloseTo(0.9, 9);
    expect(quantities['on demand']).toBeCloseTo(2.1, 9);
    expect(bill.usd).toBeCloseTo(4 * 0.63378 + 0.9 * spot + 2.1 * 1.006, 9);
  });

  it('shows bundled local SSD as its own line', () => {
    const bill = meterInstance({
      owner: 'p',
      prices: pricesOf('gcp/a3-highgpu-8g', 'us-central1'),
      runs: steady(1, 3600),
      windowS: 3600,
    });
    expect(bill.items.map((each) => each.usd.toFixed(4))).toEqual(['87.8361', '0.6575']);
    expect(bill.items[1]?.item).toBe('p: gcp/a3-highgpu-8g (us-central1) on demand, local SSD');
  });

  it('charges flapping instances a minute for each start', () => {
    const runs = Array.from({ length: 10 }, (_, place) => ({ startS: place * 300, endS: place * 300 + 5 }));
    const bill = meterInstance({ owner: 'p', prices: pricesOf('aws/g5.xlarge'), runs, windowS: 3600 });
    expect(bill.usd).toBeCloseTo((10 * 60 * 1.006) / 3600, 9);
  });

  it('names what has no price instead of charging zero', () => {
    const bill = meterInstance({
      owner: 'p',
      prices: pricesOf('aws/p5e.48xlarge'),
      runs: steady(1, 3600),
      windowS: 3600,
    });
    expect(bill.usd).toBe(0);
    expect(bill.unpriced).toEqual([
      'p: aws/p5e.48xlarge (us-west-2) on demand: not sold on demand, or no price published',
    ]);
  });

  it('charges owned hardware by the accelerator-hour', () => {
    // four A100 for half an hour at 3.20
    expect(meterOwned('owned', 4 * 1800, 3.2).usd).toBeCloseTo(6.4, 9);
  });

  it('charges stored data by the GB-month, with copies and tiers', () => {
    const s3 = findStorage(catalog, 'aws/object_storage_s3/Standard / Storage');
    const blob = findStorage(catalog, 'azure/object_storage_blob/Capacity (first 50TB)');
    if (s3.kind !== 'found' || blob.kind !== 'found') throw new Error('no storage price');
    const month = 730 * 3600;
    expect(meterStorage({ owner: 'corpus', bytes: 4e12, replication: 1, windowS: month }, s3.value).usd).toBeCloseTo(
      92,
      9,
    );
    // 60,000 GB: 51,200 at 0.0208 and 8,800 at 0.019968; half a month
    const half = meterStorage({ owner: 'corpus', bytes: 30e12, replication: 2, windowS: month / 2 }, blob.value);
    expect(half.usd).toBeCloseTo((51_200 * 0.0208 + 8_800 * 0.019968) / 2, 9);
    expect(meterStorageAt({ owner: 'corpus', bytes: 1e12, replication: 3, windowS: month }, 0.02).usd).toBeCloseTo(
      60,
      9,
    );
  });

  it('refuses to price stored data by requests or hours', () => {
    const requests = findStorage(catalog, 'aws/object_storage_s3/Standard / PUT, COPY, POST, LIST requests');
    if (requests.kind !== 'found') throw new Error('no price');
    expect(meterStorage({ owner: 'x', bytes: 1, replication: 1, windowS: 1 }, requests.value)).toMatchObject({
      usd: 0,
      items: [],
    });
  });

  it('counts carbon as energy × PUE × grid', () => {
    const grid = findCarbon(catalog, 'gcp', 'us-central1');
    if (grid.kind !== 'found') throw new Error('no grid');
    expect(carbonKg(1000, grid.value)).toBeCloseTo((1000 * 1.09 * 412.72) / 1000, 9);
  });
});

describe("a pool's purchase", () => {
  it('is all on demand unless it says otherwise', () => {
    expect(readPurchase({})).toEqual({ purchase: { committed1y: 0, committed3y: 0, spot: 0 }, problems: [] });
  });

  it('reports every fault', () => {
    const { problems } = readPurchase({ committed_1y: -1, spot: 30, comitted_3y: 2 });
    expect(problems.map((each) => [each.field, each.hint])).toEqual([
      ['committed_1y', undefined],
      ['spot', undefined],
      ['comitted_3y', 'did you mean committed_3y?'],
    ]);
  });
});
