import { numberIn } from './fields.js';
import type { Catalog } from './open.js';
import type { Provenance } from './types.js';

export interface RoundTrip extends Provenance {
  readonly provider: string;
  readonly from: string;
  readonly to: string;
  /** Median round trip in milliseconds. */
  readonly rttMs: number;
}

/** Regions between which round trips of a provider were measured. */
export const measuredRegions = (catalog: Catalog, provider: string): readonly string[] => {
  const rows = catalog.rows('region_latency').filter((row) => row['provider'] === provider);
  return [...new Set(rows.flatMap((row) => [row['from_region'] ?? '', row['to_region'] ?? '']))].sort();
};

/** The median round trip between two regions of a provider (either direction); `undefined` where it was not measured. */
export const roundTrip = (catalog: Catalog, provider: string, from: string, to: string): RoundTrip | undefined => {
  const row =
    catalog.rowsOf('region_latency', from).find((each) => each['provider'] === provider && each['to_region'] === to) ??
    catalog.rowsOf('region_latency', to).find((each) => each['provider'] === provider && each['to_region'] === from);
  const rttMs = row === undefined ? undefined : numberIn(row, 'rtt_ms_p50');
  if (row === undefined || rttMs === undefined) return undefined;
  return {
    provider,
    from,
    to,
    rttMs,
    source: row['source'] ?? '',
    asOf: row['as_of'] ?? '',
    notes: row['notes'] ?? '',
  };
};
