/** What varies a pool's replicas: its autoscaler, read from a manifest or the scenario, and the metrics that feed it. */
import { stringify } from 'yaml';
import { policyFromManifest } from '../../fleet/autoscalers/manifest/policyFromManifest.js';
import { type AutoscalerPolicy, syncPeriodS } from '../../fleet/autoscalers/policy.js';
import { type MetricReading, readingsOf } from '../../fleet/scaling/readings.js';
import type { ScrapeSettings } from '../../fleet/scaling/scraper.js';
import { METRIC_NAMES } from '../../fleet/scaling/signals.js';
import type { Pool } from '../../scenario/types.js';
import type { WorldFinding } from './types.js';

export interface PreparedScaling {
  readonly policy: AutoscalerPolicy;
  readonly readings: readonly MetricReading[];
  readonly scrape: ScrapeSettings;
  /** Where it stands in the scenario. */
  readonly at: readonly string[];
  /** Replicas at least and at most, by the policy and the pool together. */
  readonly min: number;
  readonly max: number;
}

/** Prometheus scrapes every 15 s in most set-ups of serving fleets (its own default is 1 min); controllers with their own metrics do not wait for it. */
const SCRAPE_S = 15;

/**
 * @param at where the autoscaler stands
 * @returns the pool's scaling; `undefined` without an autoscaler, or after saying in `findings` what is wrong with it
 */
export function prepareScaling(
  at: readonly string[],
  pool: Pool,
  findings: WorldFinding[],
): PreparedScaling | undefined {
  const { autoscaler } = pool;
  if (autoscaler === undefined) return undefined;
  const isFile = 'manifest' in autoscaler;
  const bounds = pool.replicas.min < pool.replicas.max ? { min: pool.replicas.min, max: pool.replicas.max } : {};
  // An inline policy that states no bounds of its own takes the pool's.
  const read = isFile
    ? policyFromManifest(autoscaler.text, autoscaler.manifest)
    : policyFromManifest(stringify({ ...bounds, ...autoscaler.inline }), 'autoscaler');
  if (!read.ok) {
    for (const { message, hint, file, line, path } of read.problems) {
      findings.push({
        code: 'E1402',
        path: isFile ? [...at, 'manifest'] : [...at, ...(path === '' ? [] : path.split('.'))],
        message: isFile ? `${file}:${line}: ${message}` : message,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    return undefined;
  }
  const readings = readingsOf(read.policy);
  if (!readings.ok) {
    for (const metric of readings.unknown)
      findings.push({
        code: 'E1302',
        path: isFile ? [...at, 'manifest'] : at,
        message: `the autoscaler reads "${metric}", which a simulated fleet does not export`,
        hint: `it exports ${METRIC_NAMES.join(', ')}`,
      });
    return undefined;
  }
  const own = boundsOf(read.policy);
  const fixed = pool.replicas.min === pool.replicas.max;
  return {
    policy: read.policy,
    at,
    readings: readings.readings,
    scrape: scrapeOf(read.policy, pool),
    min: fixed ? own.min : Math.max(own.min, pool.replicas.min),
    max: fixed ? own.max : Math.min(own.max, pool.replicas.max),
  };
}

/** Replicas that a policy allows. */
export function boundsOf(policy: AutoscalerPolicy): { readonly min: number; readonly max: number } {
  switch (policy.kind) {
    case 'hpa':
      return { min: policy.minReplicas, max: policy.maxReplicas };
    case 'keda':
      return { min: policy.idleReplicaCount ?? policy.minReplicaCount, max: policy.maxReplicaCount };
    case 'knative':
      return { min: policy.minScale, max: policy.maxScale > 0 ? policy.maxScale : Infinity };
    case 'ray':
      return { min: policy.config.minReplicas, max: policy.config.maxReplicas };
    default:
      return { min: policy.min, max: policy.max };
  }
}

/** Controllers that collect metrics themselves do so at their own pace. */
function scrapeOf(policy: AutoscalerPolicy, { metrics }: Pool): ScrapeSettings {
  const usual = ((): ScrapeSettings => {
    switch (policy.kind) {
      case 'knative':
        return { everyS: 1, windowS: 0 };
      // Replicas push their queue lengths every 10 s (metrics_interval_s of Ray Serve's autoscaling_config).
      case 'ray':
        return { everyS: 10, windowS: 0 };
      case 'aws-target':
      case 'aws-step':
      case 'gcp-mig':
      case 'azure-vmss':
        return { everyS: 10, windowS: syncPeriodS(policy) };
      // max_over_time[1m] upstream; a mean here.
      case 'wva':
        return { everyS: SCRAPE_S, windowS: 60 };
      default:
        return { everyS: SCRAPE_S, windowS: 0 };
    }
  })();
  return { everyS: metrics?.scrape ?? usual.everyS, windowS: metrics?.window ?? usual.windowS };
}
