import { parsePath } from '../path.js';
import type { PoolInput } from '../schema/pools.js';
import type { Pool } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';

/** A pool with its defaults. */
export const completePool = (input: PoolInput, path: string, context: Context): Pool => {
  const { assume } = context;
  const degrees = input.parallelism ?? {};
  if (input.accelerator !== undefined && input.price === undefined) {
    context.report({
      code: 'W1701',
      severity: 'warning',
      path: parsePath(`${path}.accelerator`)!,
      at: 'key',
      message: `${path} has no price: its cost is not counted`,
      hint: 'add price: 3.20 USD/h',
    });
  }
  return {
    ...given({ instance: input.instance, accelerator: input.accelerator, price: input.price, region: input.region }),
    parallelism: {
      tensor: degrees.tensor ?? assume(`${path}.parallelism.tensor`, 1, 'the model is not split'),
      pipeline: degrees.pipeline ?? 1,
      expert: degrees.expert ?? 1,
      data: degrees.data ?? 1,
    },
    replicas: completeReplicas(input.replicas, path, context),
    ...given({
      autoscaler: input.autoscaler as Readonly<Record<string, unknown>> | undefined,
      startup: input.startup as Readonly<Record<string, unknown>> | undefined,
      failures: input.failures as Readonly<Record<string, unknown>> | undefined,
      quota: input.quota,
    }),
    purchase:
      input.purchase ?? assume(`${path}.purchase`, {}, 'everything is bought on demand', { shown: 'on demand' }),
  };
};

const completeReplicas = (input: PoolInput['replicas'], path: string, context: Context): Pool['replicas'] => {
  if (input === undefined)
    return context.assume(`${path}.replicas`, { min: 1, max: 1, initial: 1 }, 'the smallest pool', { shown: '1' });
  if (typeof input === 'number') return { min: input, max: input, initial: input };
  return {
    min: input.min,
    max: input.max,
    initial: input.initial ?? context.assume(`${path}.replicas.initial`, input.min, 'starts at the minimum'),
  };
};
