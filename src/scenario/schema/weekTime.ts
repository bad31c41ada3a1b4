import * as z from 'zod';
import { duration } from '../quantities.js';
import { parseQuantity } from '../units.js';
import { kindOf, reject } from './primitives.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

const clockS = (text: string): number | undefined => {
  const parts = CLOCK.exec(text);
  return parts ? Number(parts[1]) * 3600 + Number(parts[2]) * 60 : undefined;
};

/** A moment of the week, UTC, in seconds from Monday 00:00. */
export const weekTime = () =>
  z
    .unknown()
    .meta({
      type: 'string',
      pattern: '^([Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)\\s+([01]?[0-9]|2[0-3]):[0-5][0-9]$',
      examples: ['Mon 22:00'],
    })
    .transform((input, context): number => {
      if (input === undefined) return reject(context, 'is missing', { code: 'E1201' });
      const words = typeof input === 'string' ? input.trim().toLowerCase().split(/\s+/) : [];
      const day = DAYS.indexOf(words[0] ?? '');
      const time = clockS(words[1] ?? '');
      if (words.length === 2 && day >= 0 && time !== undefined) return day * 86_400 + time;
      const message = `expected a day and a time (UTC) such as "Mon 22:00", got ${kindOf(input)}`;
      return reject(context, message, { code: 'E1102', hint: 'days are Mon, Tue, Wed, Thu, Fri, Sat and Sun' });
    });

/** Until when: seconds after the start, or a time of the day, the first after the start. */
export type DeadlineInput = { readonly afterS: number } | { readonly clockS: number };

export const deadline = () =>
  z
    .unknown()
    .meta({ type: 'string', examples: ['8 h', '06:00'] })
    .transform((input, context): DeadlineInput => {
      if (input === undefined) return reject(context, 'is missing', { code: 'E1201' });
      if (typeof input !== 'string' && typeof input !== 'number') {
        const message = `expected a duration such as "8 h", or a time of the day such as "06:00", got ${kindOf(input)}`;
        return reject(context, message, { code: 'E1102' });
      }
      const clock = clockS(String(input).trim());
      if (clock !== undefined) return { clockS: clock };
      const parsed = parseQuantity(duration, input);
      if (!parsed.ok) {
        const code = parsed.reason === 'no-unit' ? 'E1103' : parsed.reason === 'wrong-unit' ? 'E1104' : 'E1102';
        return reject(context, parsed.message, {
          code,
          hint: 'a duration such as 8 h, or a time of the day such as 06:00 (UTC)',
        });
      }
      return parsed.value > 0
        ? { afterS: parsed.value }
        : reject(context, `must be greater than 0, got ${kindOf(input)}`, { code: 'E1101' });
    });
