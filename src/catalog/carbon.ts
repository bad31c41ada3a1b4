import { numberIn, provenanceOf } from './fields.js';
import { type Found, found, type NotFound, notFound } from './lookup.js';
import type { Catalog } from './open.js';
import { sameRegion } from './regions.js';
import type { Provenance } from './types.js';

/** What a kilowatt-hour of equipment means in a region. */
export interface GridCarbon extends Provenance {
  readonly provider: string;
  readonly region: string;
  readonly location: string;
  /** Location-based, gCO2e per kWh of grid electricity. */
  readonly gramsPerKwh: number;
  /** Facility energy per energy of the equipment. */
  readonly pue: number;
  /** Share of hours with carbon-free electricity, where the provider publishes it. */
  readonly carbonFreeShare: number | null;
}

/** All regions with a known grid. */
export const listCarbon = (catalog: Catalog): readonly GridCarbon[] =>
  catalog.rows('carbon').flatMap((row) => {
    const gramsPerKwh = numberIn(row, 'grid_intensity_gco2e_per_kwh');
    const pue = numberIn(row, 'pue');
    if (gramsPerKwh === undefined || pue === undefined) return [];
    const place = { provider: row['provider'] ?? '', region: row['region'] ?? '', location: row['location'] ?? '' };
    return [
      { ...provenanceOf(row), ...place, gramsPerKwh, pue, carbonFreeShare: numberIn(row, 'cfe_fraction') ?? null },
    ];
  });

/** The grid of a provider's region (`eastus` and `East US` are the same). */
export const findCarbon = (catalog: Catalog, provider: string, region: string): Found<GridCarbon> | NotFound => {
  const known = listCarbon(catalog).filter((each) => each.provider === provider);
  const grid = known.find((each) => sameRegion(each.region, region));
  return grid === undefined
    ? notFound(
        'region',
        region,
        known.map((each) => each.region),
      )
    : found(grid);
};
