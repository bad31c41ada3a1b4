import type { Finding } from '../source.js';
import { buysSpot } from './pools.js';
import { has, isMap, maps, type Rule } from './rule.js';
import { isScaled } from './tenants.js';

const OF_CLUSTER_AUTOSCALER = ['utilization_threshold', 'unneeded', 'delay_after_add'] as const;
const OF_KARPENTER = ['after', 'budgets'] as const;

/** Consolidation needs machines that come and go, says itself when an empty one goes, and has the keys of its controller. */
export const consolidationKeys: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    const { consolidation, startup } = value;
    if (!isMap(consolidation)) return [];
    const at = [...path, 'consolidation'];
    if (!isScaled(data, path, value) && !buysSpot(value)) {
      const message = 'consolidation has no effect: machines of this pool neither come nor go';
      const hint = 'add an autoscaler or purchase: { spot: … }, or remove it';
      return [{ code: 'E1303', path: at, at: 'key', message, hint }];
    }
    const idle = ['keep_nodes', 'warm_nodes'].flatMap((key): Finding[] => {
      if (!isMap(startup) || !has(startup, key)) return [];
      const message = `${key} has no effect: consolidation says when an empty node goes`;
      return [{ code: 'E1303', path: [...path, 'startup', key], at: 'key', message, hint: 'keep one of the two' }];
    });
    if (has(consolidation, 'manifest')) {
      const others = ['policy', ...OF_KARPENTER, ...OF_CLUSTER_AUTOSCALER].filter((key) => has(consolidation, key));
      return [
        ...idle,
        ...others.map((key): Finding => {
          const message = `${key} has no effect: the manifest says how nodes are consolidated`;
          return { code: 'E1303', path: [...at, key], at: 'key', message, hint: 'keep the manifest or the other keys' };
        }),
      ];
    }
    const isCluster = consolidation['policy'] === 'cluster-autoscaler';
    const foreign = (isCluster ? OF_KARPENTER : OF_CLUSTER_AUTOSCALER)
      .filter((key) => has(consolidation, key))
      .map((key): Finding => {
        const message = `${key} has no effect under policy: ${String(consolidation['policy'] ?? 'WhenEmptyOrUnderutilized')}`;
        const hint = isCluster
          ? `the Cluster Autoscaler has ${OF_CLUSTER_AUTOSCALER.join(', ')}`
          : `Karpenter has ${OF_KARPENTER.join(' and ')}`;
        return { code: 'E1303', path: [...at, key], at: 'key', message, hint };
      });
    return [...idle, ...foreign];
  });

/** A budget with a schedule says how long it is active from each hit, and the other way round. */
export const budgetSchedules: Rule = (data) =>
  maps(data, 'pools.*.consolidation.budgets.*').flatMap(({ path, value }): readonly Finding[] => {
    const [schedule, duration] = [has(value, 'schedule'), has(value, 'duration')];
    if (schedule === duration) return [];
    const missing = schedule ? 'duration' : 'schedule';
    const hint = schedule ? 'for example duration: 8 h' : 'for example schedule: "0 9 * * mon-fri"';
    const message = `"${missing}" is missing: a schedule and a duration go together`;
    return [{ code: 'E1201', path, at: 'key', message, hint }];
  });
