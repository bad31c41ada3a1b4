import { readLimit } from '../limits.js';
import type { Finding } from '../source.js';
import { has, maps, type Rule } from './rule.js';

/** A gate rule has a limit, in a unit that its metric understands. */
export const gateLimits: Rule = (data) =>
  maps(data, 'rules.*').flatMap(({ path, value }): readonly Finding[] => {
    if (!has(value, 'max') && !has(value, 'min')) {
      return [{ code: 'E1301', path, message: 'a rule needs max or min', hint: 'for example max: 800 ms' }];
    }
    const metric = value['metric'];
    if (typeof metric !== 'string') return [];
    const wrong = (['max', 'min', 'ignore_below'] as const).flatMap((key): readonly Finding[] => {
      const stated = value[key];
      if (typeof stated !== 'string') return [];
      const limit = readLimit(metric, stated, key === 'ignore_below');
      return limit.ok ? [] : [{ code: limit.code, path: [...path, key], message: limit.message, hint: limit.hint }];
    });
    if (wrong.length > 0) return wrong;
    const [min, max] = [value['min'], value['max']].map((stated) => {
      const limit =
        typeof stated === 'string' || typeof stated === 'number' ? readLimit(metric, stated, false) : undefined;
      return limit?.ok === true ? limit.value : Number.NaN;
    });
    if (!(min! > max!)) return [];
    return [{ code: 'E1303', path: [...path, 'min'], message: `min (${min}) is greater than max (${max})` }];
  });
