import * as z from 'zod';
import { kindOf, reject } from './primitives.js';

/** A day of the calendar as `YYYY-MM-DD`; 30 February is refused. */
export const isoDate = () =>
  z
    .unknown()
    .meta({ type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', examples: ['2027-01-01'] })
    .transform((input, context): string => {
      if (input === undefined) return reject(context, 'is missing', { code: 'E1201' });
      const parts = typeof input === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(input.trim()) : null;
      if (parts === null)
        return reject(context, `expected a date such as 2027-01-01, got ${kindOf(input)}`, { code: 'E1102' });
      const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
      const date = new Date(Date.UTC(year, month - 1, day));
      const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
      return isReal ? parts[0] : reject(context, `${parts[0]} is not a day of the calendar`, { code: 'E1101' });
    });
