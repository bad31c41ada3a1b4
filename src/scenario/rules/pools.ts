import { formatPath, type Path } from '../path.js';
import type { Finding } from '../source.js';
import { type Data, has, isMap, maps, type Rule } from './rule.js';
import { isScaled } from './tenants.js';

/** A pool is an instance type, or owned accelerators. */
export const poolHardware: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    const [instance, accelerator] = [has(value, 'instance'), has(value, 'accelerator')];
    if (instance && accelerator) {
      const hint = 'keep instance, or accelerator with price';
      const message = 'an instance has its own accelerator';
      return [{ code: 'E1303', path: [...path, 'accelerator'], at: 'key', message, hint }];
    }
    if (instance && has(value, 'price')) {
      const hint = 'keep instance, or describe your own price with accelerator and price';
      const message = 'an instance has its price in the catalog';
      return [{ code: 'E1303', path: [...path, 'price'], at: 'key', message, hint }];
    }
    if (instance || accelerator) return [];
    const hint = 'for example instance: aws/g6e.xlarge, or accelerator: A100-80GB with price: 3.20 USD/h';
    const message = `${formatPath(path)} needs an instance, or an accelerator with a price`;
    return [{ code: 'E1301', path, at: 'key', message, hint }];
  });

/** min ≤ initial ≤ max. */
export const replicaOrder: Rule = (data) =>
  maps(data, 'pools.*.replicas').flatMap(({ path, value }) => orderOfReplicas(path, value));

/** The same of one map, wherever it stands. */
export const orderOfReplicas = (path: Path, value: Data): readonly Finding[] => {
  const [min, max, initial] = [Number(value['min']), Number(value['max']), Number(value['initial'] ?? Number.NaN)];
  if (min > max) return [{ code: 'E1303', path: [...path, 'max'], message: `max (${max}) is less than min (${min})` }];
  if (!(initial > max || initial < min)) return [];
  const message = `initial (${initial}) is not between min (${min}) and max (${max})`;
  return [{ code: 'E1303', path: [...path, 'initial'], message }];
};

/** A store is priced by the catalog or by the scenario. */
export const storePrice: Rule = (data) =>
  maps(data, 'data.*').flatMap(({ path, value }): readonly Finding[] => {
    if (!has(value, 'storage') || !has(value, 'price')) return [];
    const message = 'the storage catalog has its own price';
    return [{ code: 'E1303', path: [...path, 'price'], at: 'key', message, hint: 'keep storage or price' }];
  });

/** Whether some of a pool's machines are bought on spot. */
export const buysSpot = (pool: Data): boolean => {
  const spot = isMap(pool['purchase']) ? pool['purchase']['spot'] : undefined;
  return spot !== undefined && Number.parseFloat(String(spot)) > 0;
};

/** Failures have a mean time between them and an end; interruptions of spot machines need some. */
export const failuresAreWhole: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    const { failures } = value;
    if (!isMap(failures)) return [];
    const at = [...path, 'failures'];
    if (has(failures, 'spot') && !buysSpot(value)) {
      const hint = 'add purchase: { spot: 30 % }, or remove it';
      return [{ code: 'E1303', path: [...at, 'spot'], at: 'key', message: 'no machine of this pool is on spot', hint }];
    }
    if (has(failures, 'repair') && !has(failures, 'mtbf'))
      return [
        { code: 'E1201', path: at, at: 'key', message: 'repair has no effect without mtbf', hint: 'add mtbf: 30 d' },
      ];
    if (has(failures, 'mtbf') && !has(failures, 'repair') && !isScaled(data, path, value) && !buysSpot(value)) {
      const message = '"repair" is missing: machines of a fixed pool must come back';
      return [{ code: 'E1201', path: at, at: 'key', message, hint: 'add repair: 10 min' }];
    }
    if (has(failures, 'mtbf') || has(failures, 'spot')) return [];
    const hint = 'for example failures: { mtbf: 30 d, repair: 10 min }';
    return [{ code: 'E1201', path: at, at: 'key', message: 'failures need mtbf or spot', hint }];
  });

/** A fixed pool keeps its machines, whatever fails: parts of a new node's start mean nothing there. */
export const startupOfFixedPool: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    const { startup } = value;
    if (isScaled(data, path, value) || buysSpot(value) || !has(value, 'failures') || !isMap(startup)) return [];
    return ['provision', 'pull', 'warm_nodes', 'keep_nodes']
      .filter((key) => has(startup, key))
      .map((key): Finding => {
        const message = `${key} has no effect: machines of a fixed pool come back after failures.repair`;
        const hint = 'add an autoscaler, or remove it';
        return { code: 'E1303', path: [...path, 'startup', key], at: 'key', message, hint };
      });
  });

/** Replicas vary only where something varies them, and cold starts and metrics matter only there. */
export const scalingKeys: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    if (isScaled(data, path, value)) return [];
    const { replicas } = value;
    const varies = isMap(replicas) && Number(replicas['min']) < Number(replicas['max']);
    const findings: Finding[] = [];
    if (varies) {
      const message = 'nothing varies the number of replicas between min and max';
      const hint = 'add an autoscaler, give a fixed number, or min equal to max';
      findings.push({ code: 'E1303', path: [...path, 'replicas'], message, hint });
    }
    for (const key of ['startup', 'metrics'] as const) {
      if (!has(value, key) || (key === 'startup' && (has(value, 'failures') || buysSpot(value)))) continue;
      const message = `${key} has no effect: no replica of this pool starts later`;
      findings.push({
        code: 'E1303',
        path: [...path, key],
        at: 'key',
        message,
        hint: key === 'startup' ? 'add an autoscaler or failures, or remove it' : 'add an autoscaler, or remove it',
      });
    }
    return findings;
  });
