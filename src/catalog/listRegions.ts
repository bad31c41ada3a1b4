import { type GridCarbon, listCarbon } from './carbon.js';
import { matchesWords } from './lookup.js';
import type { Catalog } from './open.js';
import { defaultRegion, sameRegion } from './regions.js';

/** A region that the catalogs know, with what they know of it. */
export interface Region {
  readonly provider: string;
  readonly region: string;
  readonly isDefault: boolean;
  readonly instanceTypes: number;
  readonly location: string;
  readonly gramsPerKwh: number | null;
  readonly pue: number | null;
  readonly source: string;
  readonly asOf: string;
}

const typesByRegion = (catalog: Catalog, provider: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const row of catalog.rows(`instances/${provider}`)) {
    const region = row['region'] ?? '';
    counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return counts;
};

const regionOf = (provider: string, region: string, instanceTypes: number, grid: GridCarbon | undefined): Region => ({
  provider,
  region,
  isDefault: defaultRegion(provider) === region,
  instanceTypes,
  location: grid?.location ?? '',
  gramsPerKwh: grid?.gramsPerKwh ?? null,
  pue: grid?.pue ?? null,
  source: grid?.source ?? '',
  asOf: grid?.asOf ?? '',
});

/** Regions with instances or a known grid whose provider, name and location contain the words of `text`; by provider, then name. */
export const listRegions = (catalog: Catalog, text = ''): readonly Region[] => {
  const grids = listCarbon(catalog);
  const all = catalog.providers.flatMap((provider) => {
    const counts = typesByRegion(catalog, provider);
    const own = grids.filter((grid) => grid.provider === provider);
    const sold = [...counts].map(([region, types]) =>
      regionOf(
        provider,
        region,
        types,
        own.find((grid) => sameRegion(grid.region, region)),
      ),
    );
    const others = own
      .filter((grid) => !sold.some((each) => sameRegion(each.region, grid.region)))
      .map((grid) => regionOf(provider, grid.region, 0, grid));
    return [...sold, ...others].sort((a, b) => (a.region < b.region ? -1 : 1));
  });
  return all.filter((each) => matchesWords(`${each.provider} ${each.region} ${each.location}`, text));
};
