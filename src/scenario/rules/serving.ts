import type { Finding } from '../source.js';
import { has, isMap, maps, type Rule } from './rule.js';
import { groupFindings } from './shares.js';

/** Levels of priority have different names, and shares that sum to one. */
export const priorityLevels: Rule = (data) =>
  maps(data, 'services.*.traffic').flatMap(({ path, value }): readonly Finding[] => {
    const levels = value['priority'];
    return Array.isArray(levels) ? groupFindings([...path, 'priority'], levels, 'priority levels') : [];
  });

/** Weighted routing has weights, other policies have none. */
export const routingWeights: Rule = (data) => {
  const routing = isMap(data) && isMap(data['routing']) ? data['routing'] : {};
  const isWeighted = routing['policy'] === 'weighted';
  if (isWeighted === has(routing, 'weights')) return [];
  const hint =
    'write routing: { policy: weighted, weights: [2, 1, 1] }, one weight for each replica, or by pool: weights: { fast: 3, cheap: 1 }';
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
