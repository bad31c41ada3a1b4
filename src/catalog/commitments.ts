import type { Catalog } from './open.js';
import type { Row } from './table.js';
import type { Instance, Provenance } from './types.js';

/** A typical discount of a commitment, as a fraction of the on-demand price. */
export interface CommitmentDiscount extends Provenance {
  readonly program: string;
  readonly scope: string;
  readonly fraction: number;
}

export type CommitmentTerm = '1y' | '3y';

/** `37`, `~30`, `25-45 after …`: the number, or the middle of the range. "Up to" figures are maxima, not what one gets: none. */
const percentIn = (text: string): number | undefined => {
  const match = /^~?(\d+(?:\.\d+)?)(?:-~?(\d+(?:\.\d+)?))?/.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  const low = Number(match[1]);
  return match[2] === undefined ? low : (low + Number(match[2])) / 2;
};

const gcpScopes: Readonly<Record<string, string>> = { a2: 'A2 A100', a3: 'A3 H100', g2: 'G2 L4' };

/** Which row speaks for an instance: by provider and family. */
const speaksFor = ({ provider, type }: Instance): ((row: Row) => boolean) => {
  const family = type.split(/[.-]/)[0] ?? '';
  if (provider === 'aws') {
    return (row) =>
      (row['program']?.startsWith('EC2 Standard RI') === true && row['scope'] === type.split('.')[0]) ||
      (row['program'] === 'Savings plan on GPU' && /^(p4|p5|p6)/.test(family));
  }
  if (provider === 'gcp') {
    const scope = gcpScopes[family];
    if (scope !== undefined) return (row) => row['program'] === 'CUD accelerators' && row['scope'] === scope;
    return (row) => /^[nec]\d/.test(family) && row['program'] === 'Resource-based CUD';
  }
  if (provider === 'azure') {
    const gpu = /^Standard_(NC\d+ads_A100|ND)/i.test(type);
    const general = /^Standard_[DEF]\d+\w*_v5$/i.test(type);
    return (row) =>
      row['program'] === 'Reservation' &&
      ((gpu && row['scope']?.startsWith('NC') === true) || (general && row['scope']?.startsWith('Dv5') === true));
  }
  return () => false;
};

/**
 * The discount that one- or three-year commitments typically give on an instance, from `pricing/commitments.csv`; `undefined` where the
 * catalog has none. Only for instances whose own row has no reserved price: a family's median or the middle of a published range.
 */
export const commitmentDiscount = (
  catalog: Catalog,
  instance: Instance,
  term: CommitmentTerm,
): CommitmentDiscount | undefined => {
  const speaks = speaksFor(instance);
  for (const row of catalog.rows('commitments')) {
    if (row['provider'] !== instance.provider || row['payment'] === 'all upfront') continue;
    if (!(row['term'] ?? '').split('/').includes(term) || !speaks(row)) continue;
    const percent = percentIn(row['discount_pct_vs_on_demand'] ?? '');
    if (percent === undefined) continue;
    return {
      program: row['program'] ?? '',
      scope: row['scope'] ?? '',
      fraction: percent / 100,
      source: row['source'] ?? '',
      asOf: row['as_of'] ?? '',
      notes: row['notes'] ?? '',
    };
  }
  return undefined;
};
