import { findAccelerator } from '../../catalog/accelerators.js';
import { listInstances } from '../../catalog/instances.js';
import type { Accelerator, Instance } from '../../catalog/types.js';
import { tenantsOf } from '../../simulate/sharing/shares.js';
import { change, type Lever, type LeverContext, type Proposal } from './lever.js';

/**
 * Devices that an engine runs on, by the engines' own documentation (2026-11): vLLM on NVIDIA, AMD and Google TPU; SGLang and TGI on
 * NVIDIA and AMD; TensorRT-LLM and DeepSpeed on NVIDIA; JetStream on TPU.
 */
const RUNS_ON: Readonly<Record<string, (device: Accelerator) => boolean>> = {
  vllm: ({ kind, vendor }) => kind === 'tpu' || (kind === 'gpu' && (vendor === 'nvidia' || vendor === 'amd')),
  sglang: ({ kind, vendor }) => kind === 'gpu' && (vendor === 'nvidia' || vendor === 'amd'),
  tgi: ({ kind, vendor }) => kind === 'gpu' && (vendor === 'nvidia' || vendor === 'amd'),
  'tensorrt-llm': ({ vendor }) => vendor === 'nvidia',
  'deepspeed-mii': ({ vendor }) => vendor === 'nvidia',
  jetstream: ({ kind }) => kind === 'tpu',
  'llama.cpp': ({ kind }) => kind === 'gpu',
  generic: ({ kind }) => kind === 'gpu' || kind === 'tpu',
};

/** Degrees of tensor parallelism that are tried inside one instance. */
const TENSOR = [1, 2, 4, 8];

/**
 * Shared-core and burstable types run at a fraction of a core once their credits are spent, which is not modelled, so they are never
 * proposed: AWS T (docs 2026-11), Azure B series, GCP f1/g1 and e2-micro/small/medium.
 */
const BURSTABLE = /^(aws\/t\d|azure\/Standard_B\d|gcp\/(f1|g1|e2-(micro|small|medium)))/i;

/** A model server and its runtime need this much host memory besides the weights (assumed). */
const LEAST_HOST_GIB = 2;

/** Other machines: every priced instance whose devices the engine runs on, with each degree of tensor parallelism that it holds. */
export const instanceType: Lever = {
  name: 'instance-type',
  risk: 'other machines have other quotas, stock and drivers',
  check:
    'simulated on the datasheet and the calibration of the new device; run a load test on one machine before moving',
  propose: (context) => (isNamed(context) ? [] : candidates(context).flatMap((instance) => shapes(context, instance))),
};

/** Fallback and stock-outs are those of an instance type: another would need others. */
function isNamed({ scenario, service }: LeverContext): boolean {
  const { fallback, stock_outs } = scenario.pools[service.pool]!;
  return fallback !== undefined || stock_outs !== undefined;
}

function candidates({ world, service, catalog, providers }: LeverContext): readonly Instance[] {
  const { hardware } = world.pools[service.pool]!;
  const own = hardware.instance;
  // Other machines would move the pool's other services as well.
  if (!own || tenantsOf(world, service.pool).length > 1) return [];
  const wanted = providers === 'all' ? catalog.providers : [own.provider, ...providers];
  return [...new Set(wanted)].flatMap((provider) =>
    listInstances(catalog, { provider, ...(provider === own.provider && { region: own.region }) }).filter(
      (instance) =>
        instance.onDemandUsdPerHour !== undefined &&
        instance.priceQuality !== 'dws' &&
        instance.priceQuality !== 'missing' &&
        // 0 where the provider does not publish it, as for TPU slices.
        (instance.memoryGiB === 0 || instance.memoryGiB >= LEAST_HOST_GIB) &&
        !BURSTABLE.test(`${instance.provider}/${instance.type}`),
    ),
  );
}

function shapes(context: LeverContext, instance: Instance): readonly Proposal[] {
  const { service, scenario, catalog } = context;
  const pool = scenario.pools[service.pool]!;
  const path = `pools.${service.pool}`;
  const moved = [
    ...change(`${path}.instance`, pool.instance, `${instance.provider}/${instance.type}`),
    ...change(`${path}.region`, pool.region, instance.region),
  ];
  const split = service.service.parallelism ?? pool.parallelism;
  const splitPath = service.service.parallelism ? `services.${service.name}` : path;
  if (instance.accelerator === undefined) {
    const sameKind =
      service.kind === 'inference' && context.world.pools[service.pool]!.hardware.accelerator === undefined;
    return sameKind ? [{ lever: 'instance-type', edits: moved }] : [];
  }
  const found = findAccelerator(catalog, instance.accelerator);
  if (found.kind === 'not-found') return [];
  if (service.kind === 'inference') return [{ lever: 'instance-type', edits: moved }];
  if (!RUNS_ON[service.service.engine]!(found.value)) return [];
  return TENSOR.filter((tensor) => tensor <= instance.acceleratorCount && service.model.heads % tensor === 0).map(
    (tensor) => ({
      lever: 'instance-type',
      edits: [...moved, ...change(`${splitPath}.parallelism.tensor`, split.tensor, tensor)],
    }),
  );
}
