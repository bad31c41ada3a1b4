/**
 * Real manifests as policies. Recognised by their content:
 *
 * - a Kubernetes HorizontalPodAutoscaler (`autoscaling/v2`),
 * - a KEDA ScaledObject (`keda.sh/v1alpha1`),
 * - Knative autoscaling annotations (on a Service, Revision, PodAutoscaler, or a bare map of them),
 * - a Ray Serve `autoscaling_config` (alone, in a Serve config file, or in a RayService),
 * - our inline form, chosen by `policy:`. Durations need a unit, counts are replicas, `max` is required:
 *
 * ```yaml
 * policy: hpa                 # metrics: Pods averages (per: replica) or External totals (per: total, the default)
 * min: 1
 * max: 8
 * metrics: [{ name: queue_length, per: replica, target: 5 }]     # or the shorthand metric/target/per
 * behavior: { scaleDown: { stabilizationWindowSeconds: 600 } }   # as in Kubernetes
 * ---
 * policy: keda                # idle, polling_interval, cooldown, initial_cooldown, activation,
 * metric: queue_length        # fallback: {after_failures, replicas, behavior}, behavior
 * target: 32
 * max: 8
 * ---
 * policy: knative             # metric (concurrency | rps), target, utilization, container_concurrency, window, scale_down_delay
 * policy: ray                 # target, upscale_delay, downscale_delay, downscale_to_zero_delay, …_factor, look_back, gang_size
 * policy: target-tracking     # metric/target or metrics, service (ec2 | application), warmup, scale_in_share, disable_scale_in
 * policy: step                # metric, threshold, adjustment (change | percent | exact), steps [{from, to, by}], min_magnitude, warmup, periods
 * policy: mig                 # metrics, scale_in: {window, max: 1 or "10 %"}
 * policy: schedule            # start (ISO date-time of time 0), default, windows [{name, cron, time_zone, duration, replicas}]
 * policy: predictive          # metric, target, season, bucket, lead, seasons, margin
 * policy: wva                 # kv_metric, queue_metric
 * ```
 *
 * With several documents in a file the first autoscaler counts.
 */
import type { Problem } from '../../../scenario/types.js';
import { parseCron } from '../cron.js';
import type { AutoscalerPolicy } from '../policy.js';
import { asMap, type Checked, check, type ManifestDocument, problemAt, readDocuments } from './document.js';
import { hpaFromManifest } from './hpaManifest.js';
import { metricsOf, toPolicy } from './inline.js';
import { type InlineSpec, inlinePolicies, inlineSchema } from './inlineSchema.js';
import { kedaFromManifest } from './kedaManifest.js';
import { hasKnativeAnnotations, knativeFromManifest } from './knativeManifest.js';
import { hasRayConfig, rayFromManifest } from './rayManifest.js';

export type ManifestResult =
  | { readonly ok: true; readonly kind: AutoscalerPolicy['kind']; readonly policy: AutoscalerPolicy }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads an autoscaler from YAML (or JSON). Problems are values, all of them at once, each with its position in `file`. */
export function policyFromManifest(yamlText: string, file = 'policy'): ManifestResult {
  const documents = readDocuments(yamlText, file);
  if (!documents.ok) return documents;
  for (const manifest of documents.value) {
    const read = readerOf(manifest);
    if (read === undefined) continue;
    const checked = read(manifest);
    return checked.ok ? { ok: true, kind: checked.value.kind, policy: checked.value } : checked;
  }
  const hint = `possible here: HorizontalPodAutoscaler, ScaledObject, Knative annotations, Ray Serve autoscaling_config, or policy: ${inlinePolicies().join(', ')}`;
  const first = documents.value[0];
  const message =
    first === undefined
      ? 'the file is empty'
      : `no autoscaler was found (kind ${String(asMap(first.data)?.['kind'] ?? 'not given')})`;
  const problem: Problem =
    first === undefined
      ? { code: 'E1402', message, hint, file, line: 1, column: 1, path: '', severity: 'error' }
      : problemAt(first, ['kind'], 'E1402', message, hint);
  return { ok: false, problems: [problem] };
}

type Reader = (manifest: ManifestDocument) => Checked<AutoscalerPolicy>;

function readerOf(manifest: ManifestDocument): Reader | undefined {
  const root = asMap(manifest.data);
  if (root === null) return undefined;
  if (root['kind'] === 'HorizontalPodAutoscaler') return hpaFromManifest;
  if (root['kind'] === 'ScaledObject') return kedaFromManifest;
  if (Object.hasOwn(root, 'policy')) return inlineFromManifest;
  if (hasKnativeAnnotations(root)) return knativeFromManifest;
  if (hasRayConfig(root)) return rayFromManifest;
  return undefined;
}

function inlineFromManifest(manifest: ManifestDocument): Checked<AutoscalerPolicy> {
  const schema = inlineSchema();
  const known = schema.options.flatMap((option) => Object.keys(option.shape));
  const checked = check(manifest, [], manifest.data, schema, known);
  if (!checked.ok) return checked;
  const problems = inlineProblems(manifest, checked.value);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: toPolicy(checked.value) };
}

/** What a schema cannot say: bounds in order, a metric where one is needed, schedules that can be read. */
function inlineProblems(manifest: ManifestDocument, spec: InlineSpec): readonly Problem[] {
  const problems: Problem[] = [];
  const isUnbounded = spec.policy === 'knative' && spec.max === 0;
  if (!isUnbounded && spec.min > spec.max) problems.push(problemAt(manifest, ['max'], 'E1303', 'max is below min'));
  const needsMetric = spec.policy === 'hpa' || spec.policy === 'target-tracking' || spec.policy === 'mig';
  const lacksTrigger =
    spec.policy === 'keda' && spec.metrics === undefined && (spec.metric === undefined || spec.target === undefined);
  if (lacksTrigger || (needsMetric && metricsOf(spec).length === 0)) {
    problems.push(problemAt(manifest, [], 'E1201', 'metric and target, or metrics, are missing'));
  }
  if (spec.policy === 'schedule') {
    for (const [index, { cron, time_zone }] of spec.windows.entries()) {
      const schedule = parseCron(cron, time_zone);
      if (!schedule.ok) problems.push(problemAt(manifest, ['windows', index, 'cron'], 'E1102', schedule.error));
    }
  }
  return problems;
}
