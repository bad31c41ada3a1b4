import { valueAt } from '../path.js';
import type { Finding } from '../source.js';
import { has, isMap, maps, type Rule } from './rule.js';

/** What is tried again is named once, and only where there are retries. */
export const retryCauses: Rule = (data) =>
  maps(data, 'services.*.traffic.client').flatMap(({ path, value }): readonly Finding[] => {
    const causes = value['retry_on'];
    if (!Array.isArray(causes)) return [];
    if (value['retries'] === 0) {
      const message = 'retry_on has an effect only with retries';
      return [
        { code: 'E1303', path: [...path, 'retry_on'], at: 'key', message, hint: 'write retries: 2, or remove it' },
      ];
    }
    return causes.flatMap((cause, i): readonly Finding[] => {
      if (causes.indexOf(cause) === i) return [];
      const message = `"${String(cause)}" is named twice`;
      return [{ code: 'E1303', path: [...path, 'retry_on', i], message, hint: 'name it once' }];
    });
  });

/** Lines that are fair between tenants need tenants, and weights of tenants need such lines. */
export const fairness: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const { admission, traffic } = value;
    const isFair = isMap(admission) && admission['fairness'] === 'tenants';
    const tenants = isMap(traffic) && Array.isArray(traffic['tenants']) ? traffic['tenants'] : undefined;
    if (isFair && tenants === undefined) {
      const message = 'fairness between tenants needs traffic.tenants';
      const hint = 'add tenants: [{ name: a, share: 50 % }, { name: b, share: 50 % }] to traffic';
      return [{ code: 'E1201', path: [...path, 'admission', 'fairness'], message, hint }];
    }
    if (isFair || tenants === undefined) return [];
    return tenants.flatMap((tenant, i): readonly Finding[] => {
      if (!isMap(tenant) || !has(tenant, 'weight')) return [];
      const message = 'weight has an effect only with fairness between tenants';
      const hint = 'add admission: { fairness: tenants } to the service, or remove weight';
      return [{ code: 'E1303', path: [...path, 'traffic', 'tenants', i, 'weight'], at: 'key', message, hint }];
    });
  });

/** A token API has one price, takes requests to language models, and takes none that must stay in a region. */
export const overflowTo: Rule = (data) => {
  const at = ['routing', 'overflow_to'];
  const api = valueAt(data, at);
  if (!isMap(api)) return [];
  const findings: Finding[] = [];
  if (has(api, 'api') === has(api, 'price')) {
    const message = has(api, 'api') ? 'api and price contradict each other' : 'overflow_to needs api or price';
    const hint = 'write api: openai/gpt-4o-mini, or price: { input: 0.15 USD/Mtok, output: 0.60 USD/Mtok }';
    findings.push({ code: 'E1301', path: has(api, 'api') ? [...at, 'price'] : at, at: 'key', message, hint });
  }
  if (maps(data, 'services.*').every(({ value }) => value['kind'] !== 'llm')) {
    const message = 'overflow_to has an effect only on services of kind: llm';
    findings.push({ code: 'E1303', path: at, at: 'key', message, hint: 'remove it' });
  }
  for (const { path, value } of maps(data, 'regions.*')) {
    if (!has(value, 'residency')) continue;
    const message = 'not supported yet: residency together with routing.overflow_to';
    const hint = 'a token API may answer from anywhere; leave one of them out';
    findings.push({ code: 'E1501', path: [...path, 'residency'], at: 'key', message, hint });
  }
  return findings;
};
