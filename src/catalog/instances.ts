import { known, numberIn, provenanceOf, textIn } from './fields.js';
import { matchesWords, type NotFound, notFound } from './lookup.js';
import type { Catalog } from './open.js';
import { chooseRegion, type RegionChoice } from './regions.js';
import type { Row } from './table.js';
import type { Instance, PriceQuality } from './types.js';

/** An instance in the region that was asked for or assumed. */
export interface FoundInstance {
  readonly kind: 'found';
  readonly value: Instance;
  readonly region: RegionChoice;
}

export const instanceFromRow = (row: Row): Instance => {
  const accelerator = textIn(row, 'accelerator');
  return known<Instance>({
    ...provenanceOf(row),
    provider: row['provider'] ?? '',
    type: row['instance_type'] ?? '',
    region: row['region'] ?? '',
    vcpus: numberIn(row, 'vcpus') ?? 0,
    memoryGiB: numberIn(row, 'memory_gib') ?? 0,
    cpuArch: row['cpu_arch'] ?? '',
    cpuVendor: row['cpu_vendor'] ?? '',
    accelerator,
    // a count without a device is an FPGA (Azure NP), which no model here describes
    acceleratorCount: accelerator === undefined ? 0 : (numberIn(row, 'accelerator_count') ?? 0),
    acceleratorMemoryGiB: numberIn(row, 'accelerator_memory_gib'),
    localNvmeGB: numberIn(row, 'local_nvme_gb'),
    networkGbps: numberIn(row, 'network_gbps'),
    onDemandUsdPerHour: numberIn(row, 'price_on_demand_usd_per_hour'),
    spotUsdPerHour: numberIn(row, 'price_spot_usd_per_hour'),
    spotInterruptionBand: textIn(row, 'spot_interruption_band'),
    reserved1yUsdPerHour: numberIn(row, 'reserved_1y_no_upfront_usd_per_hour'),
    reserved1yUpfrontUsdPerHour: numberIn(row, 'reserved_1y_all_upfront_usd_per_hour'),
    reserved3yUsdPerHour: numberIn(row, 'reserved_3y_no_upfront_usd_per_hour'),
    priceQuality: (textIn(row, 'price_quality') ?? 'missing') as PriceQuality,
    spotSource: textIn(row, 'spot_source'),
    spotAsOf: textIn(row, 'spot_as_of'),
    reservedAsOf: textIn(row, 'reserved_as_of'),
  });
};

/** Every `provider/type`, in catalog order. */
export const instanceNames = (catalog: Catalog): readonly string[] =>
  catalog.providers.flatMap((provider) => typesOf(catalog, provider));

const typesOf = (catalog: Catalog, provider: string): readonly string[] => [
  ...new Set(catalog.rows(`instances/${provider}`).map((row) => `${provider}/${row['instance_type']}`)),
];

/**
 * An instance by `provider/type`, whatever the case, in `region` (or the stated default, see {@link chooseRegion}). Reads the rows of
 * that provider only; a miss says whether provider, type or region is unknown, with suggestions.
 */
export const findInstance = (catalog: Catalog, name: string, region?: string): FoundInstance | NotFound => {
  const slash = name.indexOf('/');
  const provider = name.slice(0, Math.max(0, slash)).trim().toLowerCase();
  if (!catalog.providers.includes(provider)) {
    if (slash < 0) return notFound('instance', name, instanceNames(catalog));
    return notFound('provider', provider, catalog.providers);
  }
  const rows = catalog.rowsOf(`instances/${provider}`, name.slice(slash + 1).trim());
  if (rows.length === 0) return notFound('instance', name, typesOf(catalog, provider));
  const sold = rows.map((row) => row['region'] ?? '');
  const choice = chooseRegion(provider, region, sold);
  const row = rows.find((each) => each['region'] === choice?.region);
  if (choice === undefined || row === undefined) {
    return { kind: 'not-found', what: 'region', name: `${region ?? ''} for ${name}`, suggestions: [...sold].sort() };
  }
  return { kind: 'found', value: instanceFromRow(row), region: choice };
};

export interface InstanceFilter {
  readonly provider?: string;
  /** Name in the accelerator catalog, whatever the case. */
  readonly accelerator?: string;
  readonly region?: string;
  /** Words that `provider/type` and the accelerator's name contain. */
  readonly text?: string;
  readonly minVcpus?: number;
  readonly minMemoryGiB?: number;
  /** Of all accelerators of the instance together. */
  readonly minAcceleratorMemoryGiB?: number;
  readonly maxUsdPerHour?: number;
}

const passes = (filter: InstanceFilter, each: Instance): boolean => {
  const devices = (each.acceleratorMemoryGiB ?? 0) * each.acceleratorCount;
  return (
    matchesWords(`${each.provider}/${each.type} ${each.accelerator ?? ''}`, filter.text ?? '') &&
    (filter.accelerator === undefined || each.accelerator?.toLowerCase() === filter.accelerator.toLowerCase()) &&
    each.vcpus >= (filter.minVcpus ?? 0) &&
    each.memoryGiB >= (filter.minMemoryGiB ?? 0) &&
    devices >= (filter.minAcceleratorMemoryGiB ?? 0) &&
    (filter.maxUsdPerHour === undefined ||
      (each.onDemandUsdPerHour ?? Number.POSITIVE_INFINITY) <= filter.maxUsdPerHour)
  );
};

const byType = (rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const type = row['instance_type'] ?? '';
    const group = groups.get(type);
    if (group === undefined) groups.set(type, [row]);
    else group.push(row);
  }
  return groups;
};

/**
 * Instances that pass every given filter: one row a type, in the region asked for or the stated default, by provider and then in the
 * order of the file. `region: 'all'` lists every region.
 */
export const listInstances = (catalog: Catalog, filter: InstanceFilter = {}): readonly Instance[] =>
  catalog.providers
    .filter((provider) => filter.provider === undefined || provider === filter.provider.toLowerCase())
    .flatMap((provider) => {
      const rows = catalog.rows(`instances/${provider}`);
      if (filter.region === 'all') return rows.map(instanceFromRow);
      return [...byType(rows).values()].flatMap((sold) => {
        const choice = chooseRegion(
          provider,
          filter.region,
          sold.map((row) => row['region'] ?? ''),
        );
        return sold.filter((row) => row['region'] === choice?.region).map(instanceFromRow);
      });
    })
    .filter((each) => passes(filter, each));
