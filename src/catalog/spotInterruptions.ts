import { numberIn, provenanceOf } from './fields.js';
import type { Catalog } from './open.js';
import type { Provenance } from './types.js';

/** How often spot machines of a kind are taken back. */
export interface SpotInterruption extends Provenance {
  /** Share of machines interrupted in a month: the middle of the published band. */
  readonly monthlyShare: number;
  /** Seconds from the notice to the end. */
  readonly noticeS: number;
  /** Whether nobody publishes a band for it. */
  readonly isAssumed: boolean;
}

/** What is known of an instance type, of its provider, or of anything, in this order. */
export const spotInterruption = (catalog: Catalog, provider: string, type: string): SpotInterruption => {
  const family = type.split('.')[0];
  const known = catalog.rows('spot_interruptions').filter((row) => [provider, '*'].includes(row['provider'] ?? ''));
  const row = known.find((each) => each['family'] === family) ?? known.find((each) => each['family'] === '*');
  const [low, high] = [row && numberIn(row, 'low_pct_per_month'), row && numberIn(row, 'high_pct_per_month')];
  const noticeS = row && numberIn(row, 'notice_s');
  if (row === undefined || low === undefined || high === undefined || noticeS === undefined)
    throw new Error(`pricing/spot_interruptions.csv has no row for ${provider} ${type}`);
  return { ...provenanceOf(row), monthlyShare: (low + high) / 200, noticeS, isAssumed: row['grade'] === 'assumed' };
};
