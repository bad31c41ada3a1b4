import { formatPath, type Path, valueAt } from '../path.js';
import type { Finding } from '../source.js';
import { didYouMean } from '../suggest.js';
import { has, isMap, maps, type Rule } from './rule.js';
import { tenantsOf } from './tenants.js';

/** A job runs on a pool that is there; where no service runs on it, a quota says how much there is. */
export const jobPools: Rule = (data) => {
  const pools = valueAt(data, ['pools']);
  const names = isMap(pools) ? Object.keys(pools) : [];
  const tenants = tenantsOf(data);
  return maps(data, 'jobs.*').flatMap(({ path, value }): readonly Finding[] => {
    const at: Path = [...path, 'runs_on'];
    const stated = value['runs_on'];
    if (stated !== undefined && typeof stated !== 'string') return [];
    if (stated === undefined && names.length !== 1) {
      const hint = names.length === 0 ? 'add a pool and runs_on' : `add runs_on with one of: ${names.join(', ')}`;
      const message = `"runs_on" is missing in ${formatPath(path)}: a job needs a pool`;
      return [{ code: 'E1201', path: at, at: 'key', message, hint }];
    }
    const pool = stated ?? names[0]!;
    if (!names.includes(pool)) {
      const hint = names.length === 0 ? 'the scenario has no pools' : didYouMean(pool, names, 'pools');
      return [{ code: 'E1302', path: at, message: `no pool is named "${pool}"`, hint }];
    }
    if ((tenants.get(pool) ?? []).length > 0 || has(valueAt(data, ['pools', pool]), 'quota')) return [];
    const message = `no service runs on the pool "${pool}": without a quota nothing says how many accelerators a job may have`;
    return [{ code: 'E1201', path: ['pools', pool], at: 'key', message, hint: 'add quota: 8' }];
  });
};

/** A training run has an end, and adapters a rank. */
export const trainingRuns: Rule = (data) =>
  maps(data, 'jobs.*').flatMap(({ path, value }): readonly Finding[] => {
    if (value['kind'] !== 'training') return [];
    const findings: Finding[] = [];
    const [tokens, steps] = [has(value, 'tokens'), has(value, 'steps')];
    if (tokens === steps) {
      const message = tokens ? 'tokens and steps both say how long it trains' : 'training needs tokens or steps';
      const code = tokens ? 'E1303' : 'E1301';
      findings.push({
        code,
        path: tokens ? [...path, 'steps'] : path,
        at: 'key',
        message,
        hint: 'for example steps: 2000',
      });
    }
    if (has(value, 'lora_rank') && (value['method'] ?? 'full') === 'full') {
      const message = 'lora_rank has an effect only with method: lora or qlora';
      findings.push({ code: 'E1303', path: [...path, 'lora_rank'], at: 'key', message, hint: 'add method: lora' });
    }
    return findings;
  });

/** What cannot stand beside jobs yet. */
export const besideJobs: Rule = (data) => {
  if (maps(data, 'jobs.*').length === 0) return [];
  const found: Finding[] = [];
  const tenants = tenantsOf(data);
  for (const { path, value } of maps(data, 'jobs.*')) {
    const pool = value['runs_on'] ?? [...tenants.keys()][0];
    for (const key of ['fallback', 'stock_outs']) {
      if (!has(valueAt(data, ['pools', String(pool)]), key)) continue;
      const message = `not supported yet: ${key} of a pool with jobs`;
      found.push({
        code: 'E1501',
        path: ['pools', String(pool), key],
        at: 'key',
        message,
        hint: 'remove it, or the jobs',
      });
    }
    const queue = (tenants.get(String(pool)) ?? []).find((tenant) => tenant.value['kind'] === 'queue');
    if (!queue) continue;
    const message = `not supported yet: jobs beside a queue (${formatPath(queue.path)}) on one pool`;
    found.push({ code: 'E1501', path: [...path, 'runs_on'], message, hint: 'give the job another pool' });
  }
  return found;
};
