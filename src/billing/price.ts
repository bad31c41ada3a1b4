import type { Instance } from '../catalog/types.js';

/** A month of billing: 365 · 24 / 12 hours. */
export const hoursPerMonth = 730;

/** One component of an hourly price. */
export interface PricePart {
  readonly name: string;
  readonly usdPerHour: number;
  readonly source: string;
  readonly asOf: string;
}

export interface Priced {
  readonly kind: 'priced';
  readonly usdPerHour: number;
  readonly parts: readonly PricePart[];
  /** `list`: published; `inferred`: reconstructed from published parts; `estimate`: from a typical discount. */
  readonly grade: 'list' | 'inferred' | 'estimate';
}

/** What has no known price is named, never counted as zero. */
export interface Unpriced {
  readonly kind: 'unpriced';
  readonly reason: string;
}

export type Price = Priced | Unpriced;

export const priced = (grade: Priced['grade'], parts: readonly PricePart[]): Priced => ({
  kind: 'priced',
  usdPerHour: parts.reduce((sum, part) => sum + part.usdPerHour, 0),
  parts,
  grade,
});

export const unpriced = (reason: string): Unpriced => ({ kind: 'unpriced', reason });

/**
 * Local SSD on Google Cloud, per GB-month (Iowa list price; a few cents more in some regions). The catalog's a2-ultra, a3 and a4 prices
 * are host plus GPU without it: 5.02762 + 375 GB · 0.08 / 730 = 5.0687 USD/h, the published total of a2-ultragpu-1g.
 */
const gcpLocalSsd = {
  usdPerGBMonth: 0.08,
  source:
    'Google Cloud local SSD list price, us-central1; reproduces the published totals of a2-ultragpu-1g and a3-highgpu-8g',
  asOf: '2026',
} as const;

const bundlesLocalSsd = /^(a2-ultragpu|a3|a4)-/;

const localSsdOf = (instance: Instance): readonly PricePart[] => {
  if (instance.provider !== 'gcp' || !bundlesLocalSsd.test(instance.type) || instance.localNvmeGB === undefined)
    return [];
  const usdPerHour = (instance.localNvmeGB * gcpLocalSsd.usdPerGBMonth) / hoursPerMonth;
  return [{ name: 'local SSD', usdPerHour, source: gcpLocalSsd.source, asOf: gcpLocalSsd.asOf }];
};

const whyUnpriced: Readonly<Record<Instance['priceQuality'], string>> = {
  dws: 'only a Dynamic Workload Scheduler price is published, which is not the on-demand price',
  missing: 'not sold on demand, or no price published',
  list: 'no price in the catalog',
  list_inferred: 'no price in the catalog',
};

/** On-demand price of the whole instance. GPU and host are already one price in the catalog; GCP's bundled local SSD is added. */
export const onDemandPrice = (instance: Instance): Price => {
  if (
    instance.onDemandUsdPerHour === undefined ||
    instance.priceQuality === 'dws' ||
    instance.priceQuality === 'missing'
  ) {
    return unpriced(whyUnpriced[instance.priceQuality]);
  }
  const base = {
    name: 'on demand',
    usdPerHour: instance.onDemandUsdPerHour,
    source: instance.source,
    asOf: instance.asOf,
  };
  return priced(instance.priceQuality === 'list' ? 'list' : 'inferred', [base, ...localSsdOf(instance)]);
};

/** Spot price of the whole instance. A spot price that is no lower than on demand means that there is no spot capacity. */
export const spotPrice = (instance: Instance): Price => {
  const { spotUsdPerHour, onDemandUsdPerHour } = instance;
  if (spotUsdPerHour === undefined) return unpriced('no spot price in the catalog');
  if (onDemandUsdPerHour !== undefined && spotUsdPerHour >= onDemandUsdPerHour) {
    return unpriced('the spot price equals the on-demand price in the source: no real spot capacity');
  }
  // "same" stands for the source of the on-demand price
  const source =
    instance.spotSource === undefined || instance.spotSource === 'same' ? instance.source : instance.spotSource;
  const asOf = instance.spotAsOf ?? instance.asOf;
  // the spot price of local SSD is not in the catalog: its on-demand price bounds it from above
  return priced(source.startsWith('estimate') ? 'estimate' : 'list', [
    { name: 'spot', usdPerHour: spotUsdPerHour, source, asOf },
    ...localSsdOf(instance),
  ]);
};
