/** A price that holds from `fromUnits` (exclusive of what lies below) up to `toUnits` of the month's cumulative quantity. */
export interface Tier {
  readonly fromUnits: number;
  readonly toUnits: number;
  readonly usdPerUnit: number;
}

/** Providers count tiers in binary steps: 10 TB are 10,240 GB (AWS price list, `endRange` of the first egress tier). */
const perUnit: Readonly<Record<string, number>> = { '': 1, GB: 1, TB: 1024, PB: 1024 * 1024 };

const size = (text: string | undefined): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)(GB|TB|PB)?$/.exec(text?.trim() ?? '');
  return match === null ? undefined : Number(match[1]) * (perUnit[match[2] ?? ''] ?? 1);
};

/** `0-1TB`: the unit of the end is that of the start. */
const startSize = (text: string | undefined, end: string | undefined): number | undefined =>
  /\d$/.test(text ?? '') ? size(`${text}${/[GTP]B$/.exec(end ?? '')?.[0] ?? ''}`) : size(text);

/**
 * Reads a tier as the catalog writes it (`first 10TB`, `next 40TB`, `over 150TB`, `1-10TB`, `>10TB`, empty), given where the one before it
 * ends. `undefined` when it is none of these.
 */
export const readTier = (text: string, previousEnd: number, usdPerUnit: number): Tier | undefined => {
  const plain = text.replace(/\s*\(.*\)$/, '').trim();
  if (plain === '') return { fromUnits: 0, toUnits: Number.POSITIVE_INFINITY, usdPerUnit };
  const words = /^(first|next|over)\s+(\S+)$/.exec(plain) ?? /^(>)(\S+)$/.exec(plain);
  const amount = size(words?.[2]);
  if (words !== null && amount !== undefined) {
    if (words[1] === 'first') return { fromUnits: 0, toUnits: amount, usdPerUnit };
    if (words[1] === 'next') return { fromUnits: previousEnd, toUnits: previousEnd + amount, usdPerUnit };
    return { fromUnits: amount, toUnits: Number.POSITIVE_INFINITY, usdPerUnit };
  }
  const [from, to] = plain.split('-');
  const fromUnits = startSize(from, to);
  const toUnits = size(to);
  return fromUnits === undefined || toUnits === undefined ? undefined : { fromUnits, toUnits, usdPerUnit };
};

/**
 * What `units` in one month cost, tier by tier. What lies below the first tier is free; the last known tier also prices what lies above
 * it, since prices fall with the quantity: an upper bound.
 */
export const tieredUsd = (tiers: readonly Tier[], units: number): number =>
  tiers.reduce((sum, tier, place) => {
    const end = place === tiers.length - 1 ? Number.POSITIVE_INFINITY : tier.toUnits;
    return sum + Math.max(0, Math.min(units, end) - tier.fromUnits) * tier.usdPerUnit;
  }, 0);
