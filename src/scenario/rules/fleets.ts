import type { Path } from '../path.js';
import { valueAt } from '../path.js';
import type { Finding } from '../source.js';
import { didYouMean } from '../suggest.js';
import { has, isMap, maps, type Rule } from './rule.js';
import { groupFindings, sharesOf } from './shares.js';

const poolNames = (data: unknown): readonly string[] => {
  const pools = valueAt(data, ['pools']);
  return isMap(pools) ? Object.keys(pools) : [];
};

/** Tenants have different names, and shares that sum to one. */
export const tenants: Rule = (data) =>
  maps(data, 'services.*.traffic').flatMap(({ path, value }): readonly Finding[] => {
    const groups = value['tenants'];
    return Array.isArray(groups) ? groupFindings([...path, 'tenants'], groups, 'tenants') : [];
  });

/** Shares of the regions sum to one, and residency names regions that have a pool. */
export const regionShares: Rule = (data) => {
  const regions = valueAt(data, ['regions']);
  if (!isMap(regions)) return [];
  const entries = Object.values(regions);
  const total = sharesOf(entries);
  const at: Path = ['regions'];
  if (entries.length === 0)
    return [
      { code: 'E1201', path: at, at: 'key', message: 'regions is empty', hint: 'name at least one, with its share' },
    ];
  if (Number.isNaN(total) || Math.abs(total - 1) <= 1e-6) return [];
  const message = `the shares of the regions sum to ${Number(total.toPrecision(6))}, not 1`;
  return [{ code: 'E1303', path: at, at: 'key', message, hint: 'every request comes from one of them' }];
};

/** The nearest region is known only where users have one; an overflow belongs to it. */
export const nearestRouting: Rule = (data) => {
  const routing = valueAt(data, ['routing']);
  if (!isMap(routing)) return [];
  const findings: Finding[] = [];
  if (routing['policy'] === 'nearest' && !has(data, 'regions')) {
    const message = 'routing to the nearest region needs regions: where users are';
    const hint = 'add regions: { us-east-1: { share: 60 % }, eu-west-1: { share: 40 % } }';
    findings.push({ code: 'E1201', path: ['routing', 'policy'], message, hint });
  }
  if (routing['policy'] !== 'nearest' && has(routing, 'overflow')) {
    const message = 'overflow has an effect only with policy: nearest';
    const hint = 'write routing: { policy: nearest, overflow: 8 }';
    findings.push({ code: 'E1303', path: ['routing', 'overflow'], at: 'key', message, hint });
  }
  const { weights } = routing;
  if (isMap(weights)) {
    const names = poolNames(data);
    for (const name of Object.keys(weights).filter((each) => !names.includes(each)))
      findings.push({
        code: 'E1302',
        path: ['routing', 'weights', name],
        at: 'key',
        message: `no pool is named "${name}"`,
        hint: didYouMean(name, names, 'pools'),
      });
  }
  return findings;
};

/** Only requests to language models come from somewhere. */
export const regionsServeModels: Rule = (data) =>
  !has(data, 'regions')
    ? []
    : maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
        const { kind } = value;
        if (kind !== 'inference' && kind !== 'queue') return [];
        const message = `not supported yet: regions for a service of kind: ${kind}`;
        return [{ code: 'E1501', path: [...path, 'kind'], message, hint: 'remove regions, or simulate it by itself' }];
      });
