import { parse } from 'yaml';
import * as z from 'zod';
import { once } from '../../../catalog/kept.js';
import { RAY_DEFAULTS, type RayConfig } from '../ray/config.js';
import type { RayPolicy } from '../ray/policy.js';
import { asMap, type Checked, check, type ManifestDocument, type Path, problemAt } from './document.js';

const seconds = () => z.number().min(0);
const factor = () => z.number().positive();
const autoscalingConfig = once(() =>
  z.strictObject({
    min_replicas: z.number().int().min(0).optional(),
    max_replicas: z.number().int().positive().optional(),
    initial_replicas: z.number().int().min(0).nullable().optional(),
    target_ongoing_requests: z.number().positive().optional(),
    target_num_ongoing_requests_per_replica: z.number().positive().optional(),
    metrics_interval_s: seconds().optional(),
    look_back_period_s: seconds().optional(),
    smoothing_factor: factor().optional(),
    upscale_smoothing_factor: factor().nullable().optional(),
    downscale_smoothing_factor: factor().nullable().optional(),
    upscaling_factor: factor().nullable().optional(),
    downscaling_factor: factor().nullable().optional(),
    upscale_delay_s: seconds().optional(),
    downscale_delay_s: seconds().optional(),
    downscale_to_zero_delay_s: seconds().nullable().optional(),
    aggregation_function: z.enum(['mean']).optional(),
  }),
);
type Spec = z.output<ReturnType<typeof autoscalingConfig>>;

/** What `num_replicas: auto` stands for (ray.serve schema, read 2026). */
const AUTO: Partial<RayConfig> = { minReplicas: 1, maxReplicas: 100, targetOngoingRequests: 2 };

interface Found {
  readonly config: unknown;
  readonly at: Path;
  readonly deployment: Readonly<Record<string, unknown>>;
}

/**
 * A Ray Serve `autoscaling_config` as a policy: alone, in a Serve config file, or in a RayService. With several
 * deployments the first that has one counts.
 */
export function rayFromManifest(manifest: ManifestDocument): Checked<RayPolicy> {
  const found = findConfigs(manifest.data)[0];
  if (found === undefined)
    return { ok: false, problems: [problemAt(manifest, [], 'E1201', 'no deployment has an autoscaling_config')] };
  const checked = check(manifest, found.at, found.config, autoscalingConfig(), Object.keys(autoscalingConfig().shape));
  if (!checked.ok) return checked;
  const config = toConfig(checked.value, found.deployment['num_replicas'] === 'auto');
  if (config.minReplicas > config.maxReplicas) {
    return {
      ok: false,
      problems: [problemAt(manifest, [...found.at, 'max_replicas'], 'E1303', 'max_replicas is below min_replicas')],
    };
  }
  const gangSize = asMap(found.deployment['gang_scheduling_config'])?.['gang_size'];
  return {
    ok: true,
    value: {
      kind: 'ray',
      config,
      gangSize: typeof gangSize === 'number' ? gangSize : 1,
      observedAs: [
        'ongoing_requests',
        'total_requests',
        'num_ongoing_requests',
        'ray_serve_deployment_processing_queries',
        'in_flight',
        'concurrency',
      ],
    },
  };
}

/** Whether a document holds a Ray Serve autoscaling configuration. */
export function hasRayConfig(data: unknown): boolean {
  return findConfigs(data).length > 0;
}

/** The newer factor names stand before the older smoothing names, which have the same meaning. */
function toConfig(spec: Spec, isAuto: boolean): RayConfig {
  const base = { ...RAY_DEFAULTS, ...(isAuto ? AUTO : {}) };
  return {
    minReplicas: spec.min_replicas ?? base.minReplicas,
    maxReplicas: spec.max_replicas ?? base.maxReplicas,
    targetOngoingRequests:
      spec.target_ongoing_requests ?? spec.target_num_ongoing_requests_per_replica ?? base.targetOngoingRequests,
    upscalingFactor: spec.upscaling_factor ?? spec.upscale_smoothing_factor ?? spec.smoothing_factor ?? 1,
    downscalingFactor: spec.downscaling_factor ?? spec.downscale_smoothing_factor ?? spec.smoothing_factor ?? 1,
    upscaleDelayS: spec.upscale_delay_s ?? base.upscaleDelayS,
    downscaleDelayS: spec.downscale_delay_s ?? base.downscaleDelayS,
    downscaleToZeroDelayS: spec.downscale_to_zero_delay_s ?? null,
    lookBackPeriodS: spec.look_back_period_s ?? base.lookBackPeriodS,
  };
}

function findConfigs(data: unknown): readonly Found[] {
  const root = asMap(data);
  if (root === null) return [];
  if (Object.hasOwn(root, 'autoscaling_config'))
    return [{ config: root['autoscaling_config'], at: ['autoscaling_config'], deployment: root }];
  if (Object.hasOwn(root, 'target_ongoing_requests') || Object.hasOwn(root, 'upscale_delay_s'))
    return [{ config: root, at: [], deployment: {} }];
  const embedded = asMap(root['spec'])?.['serveConfigV2'];
  // The embedded text has its own lines: problems point at the key that holds it.
  if (typeof embedded === 'string') {
    return deploymentsOf(parsedOrNull(embedded), []).map((found) => ({ ...found, at: ['spec', 'serveConfigV2'] }));
  }
  return deploymentsOf(root, []);
}

function parsedOrNull(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return null;
  }
}

function deploymentsOf(data: unknown, at: Path): readonly Found[] {
  const root = asMap(data);
  const lists = [
    { list: root?.['deployments'], base: [...at, 'deployments'] },
    ...(Array.isArray(root?.['applications']) ? root['applications'] : []).map(
      (application: unknown, index: number) => ({
        list: asMap(application)?.['deployments'],
        base: [...at, 'applications', index, 'deployments'],
      }),
    ),
  ];
  return lists.flatMap(({ list, base }) =>
    (Array.isArray(list) ? list : []).flatMap((item: unknown, index: number): readonly Found[] => {
      const deployment = asMap(item);
      if (deployment === null) return [];
      const isAuto = deployment['num_replicas'] === 'auto';
      if (!Object.hasOwn(deployment, 'autoscaling_config') && !isAuto) return [];
      return [
        { config: deployment['autoscaling_config'] ?? {}, at: [...base, index, 'autoscaling_config'], deployment },
      ];
    }),
  );
}
