import { formatPath, type Path } from '../path.js';
import { percent } from '../quantities.js';
import type { Finding } from '../source.js';
import { parseQuantity } from '../units.js';
import { has, isMap, maps, type Rule } from './rule.js';

/** Priority disciplines have classes, whose shares sum to one; other disciplines have none. */
export const priorityClasses: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const at: Path = [...path, 'classes'];
    const isPriority = value['discipline'] === 'priority' || value['discipline'] === 'preemptive-priority';
    if (isPriority && !has(value, 'classes')) {
      const hint = 'write classes: [{ name: urgent, share: 0.2 }, { name: normal, share: 0.8 }]';
      const message = `"classes" is missing in ${formatPath(path)}: a priority discipline needs them`;
      return [{ code: 'E1201', path: at, at: 'key', message, hint }];
    }
    if (!Array.isArray(value['classes']) || value['kind'] !== 'queue') return [];
    if (!isPriority) {
      const message = 'classes have an effect only with a priority discipline';
      return [{ code: 'E1303', path: at, at: 'key', message, hint: 'add discipline: priority' }];
    }
    return groupFindings(at, value['classes'], 'classes');
  });

/** Groups of arrivals have different names, by which results tell them apart, and shares that sum to one. */
export const groupFindings = (at: Path, groups: readonly unknown[], what: string): readonly Finding[] => {
  const names = groups.map((group) => (isMap(group) ? group['name'] : undefined));
  const twice = names.flatMap((name, i): readonly Finding[] => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === i) return [];
    const message = `two of the ${what} have the name "${name}"`;
    return [{ code: 'E1303', path: [...at, i, 'name'], message, hint: 'results are shown by name: give each its own' }];
  });
  const total = sharesOf(groups);
  if (groups.length === 0 || Number.isNaN(total) || Math.abs(total - 1) <= 1e-6) return twice;
  const message = `the shares of the ${what} sum to ${Number(total.toPrecision(6))}, not 1`;
  return [...twice, { code: 'E1303', path: at, message }];
};

/** Sum of the shares in a list of maps; not a number where one cannot be read. */
const sharesOf = (entries: readonly unknown[]): number =>
  entries.reduce<number>((sum, entry) => sum + shareOf(isMap(entry) ? entry['share'] : undefined), 0);

/** Shares that the schema refuses are not summed: one mistake is one problem. */
const shareOf = (value: unknown): number => {
  const parsed = typeof value === 'string' ? parseQuantity(percent, value) : undefined;
  const share = typeof value === 'number' ? value : parsed?.ok === true ? parsed.value : Number.NaN;
  return share > 0 && share <= 1 ? share : Number.NaN;
};

/** Capacity counts those in service too. */
export const capacityHoldsServers: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const { capacity, servers = 1 } = value;
    if (typeof capacity !== 'number' || (servers !== 'infinite' && typeof servers !== 'number')) return [];
    if (servers !== 'infinite' && capacity >= servers) return [];
    const message = `capacity (${capacity}) counts those in service too; it is less than servers (${servers})`;
    return [{ code: 'E1303', path: [...path, 'capacity'], message }];
  });

/** An empirical distribution has its observations in the scenario or in a file. */
export const empiricalSource: Rule = (data) =>
  ['service_time', 'patience', 'setup_time', 'traffic.users.think_time'].flatMap((key) =>
    maps(data, `services.*.${key}`).flatMap(({ path, value }): readonly Finding[] => {
      if (value['distribution'] !== 'empirical' || has(value, 'values') !== has(value, 'file')) return [];
      const hint = 'write values: [80 ms, 120 ms], or file: times.csv';
      return [{ code: 'E1301', path, message: 'an empirical distribution needs either values or a file', hint }];
    }),
  );

/** Batch-time curves name each batch size once. */
export const batchTimesAreDistinct: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const seen = new Set<unknown>();
    return (Array.isArray(value['batch_time']) ? value['batch_time'] : []).flatMap(
      (entry, index): readonly Finding[] => {
        const batch = isMap(entry) ? entry['batch'] : undefined;
        if (batch === undefined || !seen.has(batch)) {
          seen.add(batch);
          return [];
        }
        return [
          { code: 'E1303', path: [...path, 'batch_time', index, 'batch'], message: `batch ${batch} stands twice` },
        ];
      },
    );
  });
