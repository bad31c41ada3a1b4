import type { Finding } from '../source.js';
import { has, isMap, maps, type Rule } from './rule.js';
import { sharesOf } from './shares.js';

/** The shares of priority levels sum to one. */
export const priorityShares: Rule = (data) =>
  maps(data, 'services.*.traffic').flatMap(({ path, value }): readonly Finding[] => {
    const levels = value['priority'];
    if (!Array.isArray(levels)) return [];
    const total = sharesOf(levels);
    if (Number.isNaN(total) || Math.abs(total - 1) <= 1e-6) return [];
    const message = `the shares of the priority levels sum to ${Number(total.toPrecision(6))}, not 1`;
    return [{ code: 'E1303', path: [...path, 'priority'], message }];
  });

/** Weighted routing has weights, other policies have none. */
export const routingWeights: Rule = (data) => {
  const routing = isMap(data) && isMap(data['routing']) ? data['routing'] : {};
  const isWeighted = routing['policy'] === 'weighted';
  if (isWeighted === has(routing, 'weights')) return [];
  const hint = 'write routing: { policy: weighted, weights: [2, 1, 1] }, one weight for each replica';
  return isWeighted
    ? [
        {
          code: 'E1201',
          path: ['routing', 'policy'],
          message: 'weighted routing needs the weights of the replicas',
          hint,
        },
      ]
    : [
        {
          code: 'E1303',
          path: ['routing', 'weights'],
          at: 'key',
          message: 'weights have an effect only with policy: weighted',
          hint,
        },
      ];
};

/** Host memory is of use only where preempted sequences are moved to it. */
export const swapSpace: Rule = (data) =>
  maps(data, 'services.*.batching').flatMap(({ path, value }): readonly Finding[] => {
    if (!has(value, 'swap_space') || value['preemption'] === 'swap') return [];
    const message = 'swap_space has an effect only with preemption: swap';
    return [{ code: 'E1303', path: [...path, 'swap_space'], at: 'key', message, hint: 'add preemption: swap' }];
  });
