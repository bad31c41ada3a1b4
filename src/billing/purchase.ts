import { closest } from '../catalog/lookup.js';

/** How a pool is paid for. The default is all on demand. */
export interface Purchase {
  /** Instances committed for one and three years: paid every hour, used or not. */
  readonly committed1y: number;
  readonly committed3y: number;
  /** Fraction of what the commitments leave that runs on spot. */
  readonly spot: number;
}

export const allOnDemand: Purchase = { committed1y: 0, committed3y: 0, spot: 0 };

export interface ReadPurchase {
  readonly purchase: Purchase;
  readonly problems: readonly { readonly field: string; readonly message: string; readonly hint?: string }[];
}

const fields = {
  committed_1y: { key: 'committed1y', rule: 'must be a number of instances, 0 or more' },
  committed_3y: { key: 'committed3y', rule: 'must be a number of instances, 0 or more' },
  spot: { key: 'spot', rule: 'must be a share between 0 and 100 %' },
} as const;

const isSound = (field: keyof typeof fields, value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && (field === 'spot' ? value <= 1 : Number.isFinite(value));

/** Reads a pool's `purchase` (canonical units: instances, fraction of one), with the faults it finds. */
export const readPurchase = (record: Readonly<Record<string, unknown>>): ReadPurchase => {
  const problems: { field: string; message: string; hint?: string }[] = [];
  const read: { committed1y: number; committed3y: number; spot: number } = { ...allOnDemand };
  for (const [field, value] of Object.entries(record)) {
    if (field !== 'committed_1y' && field !== 'committed_3y' && field !== 'spot') {
      const near = closest(field, Object.keys(fields))[0];
      problems.push({
        field,
        message: `unknown key ${field}`,
        ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      });
    } else if (isSound(field, value)) read[fields[field].key] = value;
    else problems.push({ field, message: `${field} ${fields[field].rule}` });
  }
  return { purchase: read, problems };
};
