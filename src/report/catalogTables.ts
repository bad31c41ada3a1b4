import { onDemandPrice, spotPrice } from '../billing/price.js';
import type { Region } from '../catalog/listRegions.js';
import type { ListedPrice } from '../catalog/prices.js';
import type { Accelerator, Instance, MigProfile, ModelCard } from '../catalog/types.js';
import type { CatalogTable } from './catalogLayout.js';

const legend: Readonly<Record<string, string>> = {
  inferred: 'the on-demand price is reconstructed from published parts, not published as such',
  'dws only': 'only a Dynamic Workload Scheduler price is published; there is no on-demand price',
  unpriced: 'no on-demand price is known; costs name it instead of counting zero',
  '+ssd': 'the price includes bundled local SSD, which the price list bills separately',
  'spot est.': 'the spot price is estimated from published savings, not observed',
  'no spot': 'the source lists spot at the on-demand price: no real spot capacity',
  unverified: 'not read from a primary source',
  'low conf.': 'sources disagree or are secondary',
  'medium conf.': 'some figures are derived or from the press',
  'size differs': 'the published parameter count differs by more than 2 % from the dimensions, and decides',
  sees: 'has an encoder for images (traffic.images)',
  hears: 'has an encoder for audio (traffic.audio)',
  default: 'the region that is assumed where a scenario names none',
};

const table = (
  head: readonly string[],
  right: readonly number[],
  rows: readonly (readonly string[])[],
): CatalogTable => {
  const used = new Set(rows.flatMap((row) => (row.at(-1) ?? '').split(', ')));
  return { head, right, rows, legend: Object.fromEntries(Object.entries(legend).filter(([word]) => used.has(word))) };
};

const number = (value: number | undefined | null, digits = 0): string =>
  value === undefined || value === null || value === 0 ? '–' : Number(value.toFixed(digits)).toString();
const flags = (words: readonly (string | false)[]): string => words.filter((word) => word !== false).join(', ');

const isSecondary = (notes: string, source: string): boolean =>
  /low confidence|unverified|not re-read|secondary|approximate/.test(`${notes} ${source}`);

/** Instances, cheapest first within a provider; unpriced ones last. */
export const instanceTable = (instances: readonly Instance[]): CatalogTable => {
  const priced = instances.map((each) => ({ each, onDemand: onDemandPrice(each), spot: spotPrice(each) }));
  const usd = (price: (typeof priced)[number]['onDemand']): number | undefined =>
    price.kind === 'priced' ? price.usdPerHour : undefined;
  const order = (entry: (typeof priced)[number]): number => usd(entry.onDemand) ?? Number.POSITIVE_INFINITY;
  const sorted = [...priced].sort((a, b) => (a.each.provider === b.each.provider ? order(a) - order(b) || 0 : 0));
  return table(
    ['instance', 'region', 'vCPU', 'GiB', 'accelerators', 'USD/h', 'spot', 'as of', 'source', 'flags'],
    [2, 3, 5, 6],
    sorted.map(({ each, onDemand, spot }) => [
      `${each.provider}/${each.type}`,
      each.region,
      number(each.vcpus),
      number(each.memoryGiB, 1),
      each.accelerator === undefined ? '–' : `${each.acceleratorCount}× ${each.accelerator}`,
      usd(onDemand)?.toFixed(4) ?? '–',
      usd(spot)?.toFixed(4) ?? '–',
      each.asOf,
      each.source,
      flags([
        each.priceQuality === 'list_inferred' && 'inferred',
        each.priceQuality === 'dws' && 'dws only',
        onDemand.kind === 'unpriced' && each.priceQuality !== 'dws' && 'unpriced',
        onDemand.kind === 'priced' && onDemand.parts.length > 1 && '+ssd',
        spot.kind === 'priced' && spot.grade === 'estimate' && 'spot est.',
        spot.kind === 'unpriced' && each.spotUsdPerHour !== undefined && 'no spot',
        isSecondary(each.notes, each.source) && 'low conf.',
      ]),
    ]),
  );
};

export const acceleratorTable = (accelerators: readonly Accelerator[]): CatalogTable =>
  table(
    ['accelerator', 'kind', 'GiB', 'GB/s', 'bf16 TF', 'fp8 TF', 'link GB/s', 'domain', 'W', 'as of', 'source', 'flags'],
    [2, 3, 4, 5, 6, 7, 8],
    accelerators.map((each) => [
      each.name,
      each.kind,
      number(each.memoryGiB, 1),
      number(each.bandwidthGBps),
      number(each.tflops.bf16, 1),
      number(each.tflops.fp8, 1),
      number(each.linkGBps),
      number(each.scaleUpDomain),
      number(each.tdpWatts),
      each.asOf,
      each.source,
      flags([
        each.confidence === 'low' && 'low conf.',
        each.confidence === 'medium' && 'medium conf.',
        isSecondary(each.notes, each.source) && 'unverified',
      ]),
    ]),
  );

const share = (part: number): string => `${(100 * part).toFixed(1)} %`;

export const migTable = (profiles: readonly MigProfile[]): CatalogTable =>
  table(
    ['accelerator', 'profile', 'slices', 'compute', 'memory', 'GiB', 'per accelerator', 'as of', 'source', 'flags'],
    [3, 4, 5, 6],
    profiles.map((each) => [
      each.accelerator,
      each.profile,
      `${each.computeSlices}/${each.ofComputeSlices}`,
      share(each.computeShare),
      share(each.memoryShare),
      number(each.memoryGiB, 2),
      number(each.instances),
      each.asOf,
      each.source,
      '',
    ]),
  );

const billions = (count: number | undefined): string => number(count === undefined ? undefined : count / 1e9, 3);

export const modelTable = (models: readonly ModelCard[]): CatalogTable =>
  table(
    ['model', 'kind', 'B', 'active B', 'layers', 'context', 'attention', 'as of', 'source', 'flags'],
    [2, 3, 4, 5],
    models.map((each) => [
      each.name,
      each.kind,
      billions(each.paramsTotal),
      billions(each.paramsActive),
      number(each.layers),
      number(each.maxContext),
      each.attention,
      each.asOf,
      each.source,
      flags([
        each.verified !== 'yes' && 'unverified',
        each.paramsComputed !== undefined &&
          Math.abs(each.paramsComputed / each.paramsTotal - 1) > 0.02 &&
          'size differs',
        each.vision !== undefined && 'sees',
        each.hearing !== undefined && 'hears',
      ]),
    ]),
  );

export const regionTable = (regions: readonly Region[]): CatalogTable =>
  table(
    ['region', 'location', 'types', 'gCO2e/kWh', 'PUE', 'as of', 'source', 'flags'],
    [2, 3, 4],
    regions.map((each) => [
      `${each.provider}/${each.region}`,
      each.location,
      number(each.instanceTypes),
      number(each.gramsPerKwh, 1),
      number(each.pue, 3),
      each.asOf,
      each.source,
      flags([each.isDefault && 'default']),
    ]),
  );

export const priceTable = (prices: readonly ListedPrice[]): CatalogTable =>
  table(
    ['name', 'region', 'price', 'as of', 'source', 'flags'],
    [],
    prices.map((each) => [
      each.name,
      each.region || '–',
      each.price,
      each.asOf,
      each.source,
      flags([isSecondary(each.notes, each.source) && 'unverified']),
    ]),
  );
