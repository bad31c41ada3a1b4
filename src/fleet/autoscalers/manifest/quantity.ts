import * as z from 'zod';
import { once } from '../../../catalog/kept.js';

const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** The number behind a Kubernetes quantity (`500m` is 0.5, `2Gi` is 2147483648); null if it is none. */
export function parseQuantity(text: string): number | null {
  const match = QUANTITY.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * SUFFIX[match[2] ?? '']!;
}

/** A Kubernetes quantity in a schema. */
export const quantity = once(() =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const parsed = typeof value === 'number' ? value : parseQuantity(value);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: `"${value}" is not a quantity such as 5, 500m or 2Gi` });
    return z.NEVER;
  }),
);

/** A number that may stand in quotes, as annotations and trigger metadata have it. */
export const numberText = once(() =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const parsed = typeof value === 'number' || value.trim() !== '' ? Number(value) : Number.NaN;
    if (Number.isFinite(parsed)) return parsed;
    context.addIssue({ code: 'custom', message: `"${value}" is not a number` });
    return z.NEVER;
  }),
);
