import { parsePath } from '../path.js';
import type { PoolInput } from '../schema/pools.js';
import type { Pool, Startup, StockOuts } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';
import { autoscalerOf, completeReplicas, type Tenancy } from './deployment.js';

/** A pool with its defaults. */
export const completePool = (input: PoolInput, path: string, tenancy: Tenancy, context: Context): Pool => {
  const { assume } = context;
  const isScaled = input.autoscaler !== undefined || tenancy.isScaled;
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
    replicas:
      input.replicas === undefined && tenancy.ownReplicas
        ? OF_ITS_SERVICES
        : completeReplicas(input.replicas, path, 'the smallest pool', context),
    ...given({
      autoscaler: autoscalerOf(input.autoscaler, path, context),
      metrics: input.metrics,
      startup: startsLater(input, isScaled) ? completeStartup(input, isScaled, `${path}.startup`, context) : undefined,
      failures: input.failures,
      quota: input.quota,
      fallback: input.fallback,
      stock_outs: stockOutsOf(input),
    }),
    zones: input.zones ?? 1,
    purchase:
      input.purchase ?? assume(`${path}.purchase`, {}, 'everything is bought on demand', { shown: 'on demand' }),
  };
};

/** Where each service of a pool has its own number, the pool has none; nothing reads this one. */
const OF_ITS_SERVICES: Pool['replicas'] = { min: 1, max: 1, initial: 1 };
/** Stock-outs by instance type; those that are not named are those of every type of the pool. */
const stockOutsOf = ({ instance, fallback = [], stock_outs }: PoolInput): Pool['stock_outs'] => {
  if (stock_outs === undefined || instance === undefined) return undefined;
  if (!isOne(stock_outs)) return stock_outs;
  return Object.fromEntries([instance, ...fallback].map((type) => [type, stock_outs]));
};

const isOne = (stockOuts: NonNullable<PoolInput['stock_outs']>): stockOuts is StockOuts =>
  typeof (stockOuts as { readonly mean_duration?: unknown }).mean_duration === 'number';

/** Whether replicas of the pool start after the others. */
const startsLater = (input: PoolInput, isScaled: boolean): boolean =>
  startsMachines(input, isScaled) || input.failures !== undefined;

/** Whether the pool starts machines later; otherwise it keeps those that it has. */
const startsMachines = (input: PoolInput, isScaled: boolean): boolean => isScaled || (input.purchase?.spot ?? 0) > 0;

/**
 * Node boot and image pull as users of cloud GPU nodes report them: 1 to 2 minutes and 1 minute for an image of some GB
 * (measurements/cold-start and reliability facts, 2024–2026; they vary by a factor of five, so give your own).
 */
const USUAL_PROVISION_S = 90;
const USUAL_PULL_S = 60;
/** Cluster Autoscaler removes a node that is not needed for 10 minutes (its FAQ, read 2026-11). */
const USUAL_KEEP_S = 600;

const completeStartup = (input: PoolInput, isScaled: boolean, path: string, context: Context): Startup => {
  const { assume } = context;
  const parts = input.startup ?? {};
  return {
    ...(startsMachines(input, isScaled) ? completeNodes(parts, path, context) : NO_NEW_NODES),
    load: parts.load ?? assume(`${path}.load`, 'auto' as const, 'weights over the bandwidth of their storage'),
    init: parts.init ?? assume(`${path}.init`, 'auto' as const, 'profiling and graph capture, as measured'),
    storage: parts.storage ?? assume(`${path}.storage`, 'block-volume' as const, 'a network volume'),
    loader: parts.loader ?? assume(`${path}.loader`, 'page-cache' as const, 'one reader, as engines load by default'),
  };
};

type NodeParts = Pick<Startup, 'provision' | 'pull' | 'warm_nodes' | 'keep_nodes'>;

/** A fixed pool keeps its machines: none is provisioned, and the image is there. */
const NO_NEW_NODES: NodeParts = { provision: 0, pull: 0, warm_nodes: 0, keep_nodes: 0 };

const completeNodes = (parts: NonNullable<PoolInput['startup']>, path: string, context: Context): NodeParts => {
  const { assume } = context;
  return {
    provision:
      parts.provision ??
      assume(`${path}.provision`, USUAL_PROVISION_S, 'a cloud GPU node, from request to joined', { shown: '90 s' }),
    pull:
      parts.pull ?? assume(`${path}.pull`, USUAL_PULL_S, 'an image of some GB from a near registry', { shown: '60 s' }),
    warm_nodes: parts.warm_nodes ?? 0,
    keep_nodes:
      parts.keep_nodes ??
      assume(`${path}.keep_nodes`, USUAL_KEEP_S, 'Cluster Autoscaler: not needed for 10 minutes', {
        shown: '10 min',
        grade: 'vendor',
        source: 'kubernetes/autoscaler FAQ',
      }),
  };
};
