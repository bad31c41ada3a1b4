import * as z from 'zod';
import { once } from '../../../catalog/kept.js';
import type { Problem } from '../../../scenario/types.js';
import { readPauseAnnotations } from '../keda/activation.js';
import { variablesOf } from '../keda/formula/evaluate.js';
import { parseFormula } from '../keda/formula/parse.js';
import { FormulaError } from '../keda/formula/tokens.js';
import { KEDA_DEFAULTS, type KedaPolicy, type Trigger } from '../keda/policy.js';
import { BEHAVIOR_KEYS, behaviorSchema, toBehavior } from './behavior.js';
import { asMap, type Checked, check, type ManifestDocument, type Path, problemAt } from './document.js';
import { triggerKeys } from './kedaTargets.js';
import { numberText } from './quantity.js';

const count = () => z.number().int().min(0);
const trigger = () =>
  z.strictObject({
    type: z.string(),
    name: z.string().optional(),
    metricType: z.enum(['AverageValue', 'Value', 'Utilization']).optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)),
    authenticationRef: z.unknown().optional(),
    useCachedMetrics: z.boolean().optional(),
  });
const spec = once(() =>
  z.strictObject({
    scaleTargetRef: z.looseObject({ name: z.string() }),
    pollingInterval: count().default(KEDA_DEFAULTS.pollingIntervalS),
    cooldownPeriod: count().default(KEDA_DEFAULTS.cooldownPeriodS),
    initialCooldownPeriod: count().default(KEDA_DEFAULTS.initialCooldownPeriodS),
    minReplicaCount: count().default(KEDA_DEFAULTS.minReplicaCount),
    maxReplicaCount: count().default(KEDA_DEFAULTS.maxReplicaCount),
    idleReplicaCount: count().nullable().default(null),
    fallback: z
      .strictObject({
        failureThreshold: count(),
        replicas: count(),
        behavior: z
          .enum(['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower', 'scalingModifiers'])
          .default('static'),
      })
      .optional(),
    advanced: z
      .strictObject({
        restoreToOriginalReplicaCount: z.boolean().optional(),
        horizontalPodAutoscalerConfig: z
          .strictObject({ name: z.string().optional(), behavior: behaviorSchema().optional() })
          .optional(),
        scalingModifiers: z
          .strictObject({
            formula: z.string().min(1),
            target: numberText(),
            activationTarget: numberText().default(0),
            metricType: z.enum(['AverageValue', 'Value']).default('AverageValue'),
          })
          .optional(),
      })
      .optional(),
    triggers: z.array(trigger()).min(1),
  }),
);
const keys = () => [
  ...Object.keys(spec().shape),
  'failureThreshold',
  'replicas',
  'metadata',
  'metricType',
  'formula',
  ...BEHAVIOR_KEYS,
];

/** A KEDA ScaledObject (`keda.sh/v1alpha1`) as a policy. */
export function kedaFromManifest(manifest: ManifestDocument): Checked<KedaPolicy> {
  const root = asMap(manifest.data) ?? {};
  const checked = check(manifest, ['spec'], root['spec'], spec(), keys());
  if (!checked.ok) return checked;
  const { value } = checked;
  const problems: Problem[] = [];
  const bad = (path: Path, code: string, message: string, hint?: string): number =>
    problems.push(problemAt(manifest, path, code, message, hint));

  if (value.minReplicaCount > value.maxReplicaCount)
    bad(['spec', 'maxReplicaCount'], 'E1303', 'maxReplicaCount is below minReplicaCount');
  if (value.idleReplicaCount !== null && value.idleReplicaCount >= value.minReplicaCount) {
    bad(['spec', 'idleReplicaCount'], 'E1303', 'idleReplicaCount must be below minReplicaCount');
  }
  const triggers = value.triggers.flatMap((read, index): readonly Trigger[] => {
    const converted = toTrigger(read, index);
    if (typeof converted !== 'string') return [converted];
    bad(['spec', 'triggers', index, 'metadata'], read.type === 'cron' ? 'E1501' : 'E1201', converted);
    return [];
  });
  const modifiers = value.advanced?.scalingModifiers;
  if (modifiers !== undefined) {
    const at = ['spec', 'advanced', 'scalingModifiers', 'formula'];
    const names = value.triggers.map((read) => read.name);
    if (names.includes(undefined)) bad(at, 'E1201', 'every trigger of a formula needs a name');
    for (const message of formulaProblems(modifiers.formula, names)) bad(at, 'E1302', message);
  }
  if (problems.length > 0) return { ok: false, problems };

  const annotations = asMap(asMap(root['metadata'])?.['annotations']) ?? {};
  return {
    ok: true,
    value: {
      kind: 'keda',
      pollingIntervalS: value.pollingInterval,
      cooldownPeriodS: value.cooldownPeriod,
      initialCooldownPeriodS: value.initialCooldownPeriod,
      minReplicaCount: value.minReplicaCount,
      maxReplicaCount: value.maxReplicaCount,
      idleReplicaCount: value.idleReplicaCount,
      triggers,
      fallback: value.fallback ?? null,
      scalingModifiers: modifiers ?? null,
      behavior: toBehavior(value.advanced?.horizontalPodAutoscalerConfig?.behavior),
      pause: readPauseAnnotations(
        Object.fromEntries(Object.entries(annotations).map(([key, text]) => [key, String(text)])),
      ),
    },
  };
}

function toTrigger(read: z.output<ReturnType<typeof trigger>>, index: number): Trigger | string {
  if (read.type === 'cron') return 'a cron trigger is not supported yet; a schedule of our inline form is';
  const { target, activation, defaultTarget } = triggerKeys(read.type);
  const found = firstNumber(read.metadata, target) ?? defaultTarget;
  if (found === null) return `a ${read.type} trigger needs ${target.join(' or ')}`;
  if (Number.isNaN(found) || found <= 0) return `${target.join(' or ')} must be a number above zero`;
  const isResource = read.type === 'cpu' || read.type === 'memory';
  const hpaName = `s${index}-${read.metadata['metricName'] ?? read.type}`;
  const named = [read.name, hpaName, read.metadata['metricName'], read.metadata['query'], read.type];
  return {
    name: read.name ?? (isResource ? read.type : hpaName),
    observedAs: [...new Set(named.filter((name) => name !== undefined))],
    type: read.type,
    metricType: read.metricType ?? (isResource ? 'Utilization' : 'AverageValue'),
    target: found,
    activationThreshold: isResource ? 0 : (firstNumber(read.metadata, activation) ?? 0),
  };
}

function firstNumber(metadata: Readonly<Record<string, string>>, names: readonly string[]): number | null {
  const name = names.find((candidate) => Object.hasOwn(metadata, candidate));
  return name === undefined ? null : Number(metadata[name]);
}

/** What is wrong with a formula: its syntax, or a name that is no trigger. */
function formulaProblems(formula: string, triggers: readonly (string | undefined)[]): readonly string[] {
  try {
    return [...variablesOf(parseFormula(formula))]
      .filter((name) => !triggers.includes(name))
      .map((name) => `the formula reads ${name}, which is no trigger's name`);
  } catch (error) {
    if (error instanceof FormulaError) return [`the formula cannot be read: ${error.message}`];
    throw error;
  }
}
