import * as z from 'zod';
import { kindOf, reject } from './primitives.js';

/** What may be away while objectives still hold. */
export type HeadroomInput =
  | { readonly text: string; readonly kind: 'machines'; readonly machines: number }
  | { readonly text: string; readonly kind: 'zone' }
  | { readonly text: string; readonly kind: 'share'; readonly share: number };

const MOST_MACHINES = 10_000;

const parse = (text: string): HeadroomInput | undefined => {
  if (/^n\s*\+\s*zone$/i.test(text)) return { text: 'n+zone', kind: 'zone' };
  const machines = /^n\s*\+\s*(\d+)$/i.exec(text)?.[1] ?? /^(\d+)\s*machines?$/i.exec(text)?.[1];
  if (machines !== undefined) return { text, kind: 'machines', machines: Number(machines) };
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  return share === undefined ? undefined : { text, kind: 'share', share: Number(share) / 100 };
};

/** `n+1`, `n+zone`, `2 machines`, `20 %`. */
export const headroom = () =>
  z
    .unknown()
    .meta({
      type: 'string',
      pattern: '^\\s*([nN]\\s*\\+\\s*([0-9]+|[zZ][oO][nN][eE])|[0-9]+\\s*machines?|[0-9]+(\\.[0-9]+)?\\s*%)\\s*$',
      examples: ['n+1', 'n+zone', '2 machines', '20 %'],
    })
    .transform((input, context): HeadroomInput => {
      if (typeof input === 'number')
        return reject(context, `needs a unit, got ${input}`, {
          code: 'E1103',
          hint: `${input} machines, or n+${input}; a share is written 20 %`,
        });
      const parsed = typeof input === 'string' ? parse(input.trim()) : undefined;
      if (parsed === undefined)
        return reject(context, `expected n+1, n+zone, a number of machines or a share, got ${kindOf(input)}`, {
          code: 'E1102',
          hint: 'for example n+1, n+zone, 2 machines, 20 %',
        });
      if (parsed.kind === 'machines' && !(parsed.machines >= 1 && parsed.machines <= MOST_MACHINES))
        return reject(context, `must be at least 1 machine and at most ${MOST_MACHINES}, got "${input}"`, {
          code: 'E1101',
        });
      if (parsed.kind === 'share' && !(parsed.share > 0 && parsed.share <= 0.9))
        return reject(context, `must be more than 0 % and at most 90 %, got "${input}"`, { code: 'E1101' });
      return parsed;
    });
