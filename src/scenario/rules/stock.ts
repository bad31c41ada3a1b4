import type { Finding } from '../source.js';
import { buysSpot } from './pools.js';
import { has, isMap, maps, type Rule } from './rule.js';

/** Instance types that a pool falls back to, and stock-outs, need a pool that asks for machines; each type is named once. */
export const fallbackTypes: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    const wrong = (key: string | readonly (string | number)[], message: string, hint: string): Finding => ({
      code: 'E1303',
      path: [...path, ...(typeof key === 'string' ? [key] : key)],
      at: typeof key === 'string' ? 'key' : 'value',
      message,
      hint,
    });
    const keys = ['fallback', 'stock_outs'].filter((key) => has(value, key));
    if (has(value, 'accelerator') && !has(value, 'instance')) {
      const hint = 'give the pool an instance, or remove it';
      return keys.map((key) => wrong(key, `${key} is for instance types of a catalog: owned hardware has none`, hint));
    }
    if (!has(value, 'autoscaler') && !buysSpot(value)) {
      const hint = 'add an autoscaler or purchase: { spot: … }, or remove it';
      return keys.map((key) => wrong(key, `${key} has no effect: no machine of this pool is started later`, hint));
    }
    const { instance, fallback, stock_outs } = value;
    const types = [instance, ...(Array.isArray(fallback) ? fallback : [])].map(String);
    const again = types.flatMap((type, i) =>
      types.indexOf(type) < i
        ? [wrong(['fallback', i - 1], `${type} is in the list already`, 'name each instance type once')]
        : [],
    );
    if (!isMap(stock_outs) || has(stock_outs, 'mean_duration') || has(stock_outs, 'mean_time_between')) return again;
    const unknown = Object.keys(stock_outs).filter((type) => !types.includes(type));
    return [
      ...again,
      ...unknown.map((type) =>
        wrong(['stock_outs', type], `${type} is no instance type of this pool`, `its types: ${types.join(', ')}`),
      ),
    ];
  });
