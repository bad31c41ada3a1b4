/** How services stand on pools: a pool's one service by the pool's keys, several by keys of their own. */
import { parsePath } from '../path.js';
import { poolsOf } from '../runsOn.js';
import type { PoolInput } from '../schema/pools.js';
import type { ScenarioInput } from '../schema/scenario.js';
import type { InferenceInput, LlmInput } from '../schema/services.js';
import type { AutoscalerSource, Deployment, Pool } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';

/** Who runs on a pool, as far as its own defaults depend on it. */
export interface Tenancy {
  /** Several services run there. */
  readonly isShared: boolean;
  /** The number of replicas is said of its services. */
  readonly ownReplicas: boolean;
  /** A service on it has an autoscaler of its own. */
  readonly isScaled: boolean;
}

/** Who runs on which pool. */
export const tenancies = ({ services, pools = {} }: ScenarioInput): Readonly<Record<string, Tenancy>> => {
  const names = Object.keys(pools);
  const onlyPool = names.length === 1 ? names[0] : undefined;
  return Object.fromEntries(
    names.map((name) => {
      const tenants = Object.values(services).filter((service) =>
        service.kind === 'queue'
          ? service.runs_on === name
          : poolsOf({ runs_on: service.runs_on ?? onlyPool ?? [] }).includes(name),
      );
      const own = tenants.flatMap((service) => (service.kind === 'queue' ? [] : [service]));
      const isShared = tenants.length > 1;
      return [
        name,
        {
          isShared,
          ownReplicas: isShared || own.some(({ replicas }) => replicas !== undefined),
          isScaled: own.some(({ autoscaler }) => autoscaler !== undefined),
        },
      ];
    }),
  );
};

/** What a service says of its own replicas; on a pool that it shares each must have a number. */
export const completeDeployment = (
  {
    replicas,
    autoscaler,
    parallelism,
    priority,
  }: Pick<LlmInput | InferenceInput, 'replicas' | 'autoscaler' | 'parallelism' | 'priority'>,
  path: string,
  isShared: boolean,
  context: Context,
): Deployment => ({
  ...given({
    priority,
    replicas:
      replicas !== undefined || isShared
        ? completeReplicas(replicas, path, 'the smallest deployment', context)
        : undefined,
    autoscaler: autoscalerOf(autoscaler, path, context),
    parallelism: parallelism && {
      tensor: parallelism.tensor ?? 1,
      pipeline: parallelism.pipeline ?? 1,
      expert: parallelism.expert ?? 1,
      data: parallelism.data ?? 1,
    },
  }),
});

/** The text of a manifest, so that equal scenarios are equal wherever they lie. */
export const autoscalerOf = (
  autoscaler: PoolInput['autoscaler'],
  path: string,
  context: Context,
): AutoscalerSource | undefined => {
  if (autoscaler === undefined) return undefined;
  const record = autoscaler as Readonly<Record<string, unknown>>;
  if (typeof record['manifest'] !== 'string') return { inline: record };
  const text = context.files.read(record['manifest']);
  if (text === undefined && context.files.exists(record['manifest'])) {
    context.report({
      code: 'E1402',
      path: parsePath(`${path}.autoscaler.manifest`)!,
      message: `${record['manifest']} cannot be read as text`,
    });
  }
  return { manifest: record['manifest'], text: text ?? '' };
};

export const completeReplicas = (
  input: PoolInput['replicas'],
  path: string,
  why: string,
  context: Context,
): Pool['replicas'] => {
  if (input === undefined)
    return context.assume(`${path}.replicas`, { min: 1, max: 1, initial: 1 }, why, { shown: '1' });
  if (typeof input === 'number') return { min: input, max: input, initial: input };
  return {
    min: input.min,
    max: input.max,
    initial: input.initial ?? context.assume(`${path}.replicas.initial`, input.min, 'starts at the minimum'),
  };
};
