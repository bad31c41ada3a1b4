import { formatPath, type Path } from '../path.js';
import type { Finding } from '../source.js';
import { type Data, has, isMap, maps, type Rule } from './rule.js';
import { groupFindings } from './shares.js';

/** Every station of every queue: the service itself where it is the only one. */
export const eachStation = (data: unknown): readonly { readonly path: Path; readonly value: Data }[] =>
  maps(data, 'services.*').flatMap((service) => {
    const { path, value } = service;
    if (value['kind'] !== 'queue') return [];
    if (!has(value, 'stations')) return [service];
    return maps(value, 'stations.*').map((station) => ({ ...station, path: [...path, ...station.path] }));
  });

const isByClass = ({ discipline }: Data): boolean => discipline === 'priority' || discipline === 'preemptive-priority';

/** Priority disciplines have classes, whose shares sum to one; other disciplines have none. */
export const priorityClasses: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const at: Path = [...path, 'classes'];
    const isPriority = [value, ...maps(value, 'stations.*').map((station) => station.value)].some(isByClass);
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

/** Capacity counts those in service too. */
export const capacityHoldsServers: Rule = (data) =>
  eachStation(data).flatMap(({ path, value }): readonly Finding[] => {
    const { capacity, servers = 1 } = value;
    if (typeof capacity !== 'number' || (servers !== 'infinite' && typeof servers !== 'number')) return [];
    if (servers !== 'infinite' && capacity >= servers) return [];
    const message = `capacity (${capacity}) counts those in service too; it is less than servers (${servers})`;
    return [{ code: 'E1303', path: [...path, 'capacity'], message }];
  });

/** An empirical distribution has its observations in the scenario or in a file. */
export const empiricalSource: Rule = (data) =>
  [
    'service_time',
    'patience',
    'setup_time',
    'stations.*.service_time',
    'stations.*.patience',
    'stations.*.setup_time',
    'traffic.users.think_time',
  ].flatMap((key) =>
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
