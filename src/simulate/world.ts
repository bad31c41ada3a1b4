/**
 * A scenario joined with the catalogs: what runs where, on which plan, at which price. Built once, simulated many times.
 * Everything that a name can get wrong is found here and reported with the path of the scenario that holds it.
 */
import { type InstancePrices, instancePrices } from '../billing/instancePrices.js';
import { type Purchase, readPurchase } from '../billing/purchase.js';
import { findAccelerator } from '../catalog/accelerators.js';
import { findCarbon, type GridCarbon } from '../catalog/carbon.js';
import { findInstance } from '../catalog/instances.js';
import { findModel, modelFromInline } from '../catalog/models.js';
import type { Catalog } from '../catalog/open.js';
import { findStorage, type StoragePrice } from '../catalog/storage.js';
import type { Accelerator, Instance, ModelCard } from '../catalog/types.js';
import type { ServingConfig } from '../latency/config.js';
import { type InferencePlan, planInference } from '../latency/planInference.js';
import { isRefusal, planServing } from '../latency/planServing.js';
import type { ServingPlan } from '../latency/types.js';
import type { InferenceService, LlmService, Pool, QueueService, Scenario, Service } from '../scenario/types.js';
import { meanTokens } from '../workload/draws.js';
import type { Trace } from '../workload/trace.js';
import { readTrace } from '../workload/traceReader.js';
import { type Drivers, grownModel } from './drivers.js';

export interface WorldFinding {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

export interface Hardware {
  readonly instance?: Instance;
  readonly accelerator?: Accelerator;
  /** Accelerators that one instance has; 1 for owned hardware priced by the accelerator. */
  readonly acceleratorsPerInstance: number;
  readonly region: string | undefined;
  /** Why this region was chosen, when the scenario names none. */
  readonly why: string;
}

export interface PreparedPool {
  readonly name: string;
  readonly pool: Pool;
  readonly hardware: Hardware;
  /** Absent for owned or unlisted hardware, which the pool's own `price` covers. */
  readonly prices?: InstancePrices;
  readonly purchase: Purchase;
  readonly grid?: GridCarbon;
}

export interface PreparedData {
  readonly name: string;
  readonly bytes: number;
  readonly replication: number;
  /** A catalog price, or USD per GB and month that the scenario gives. */
  readonly price: StoragePrice | number;
}

export type PreparedService =
  | {
      readonly kind: 'llm';
      readonly name: string;
      readonly service: LlmService;
      readonly pool: string;
      readonly model: ModelCard;
      readonly config: ServingConfig;
      readonly plan: ServingPlan;
      readonly trace?: Trace;
    }
  | {
      readonly kind: 'inference';
      readonly name: string;
      readonly service: InferenceService;
      readonly pool: string;
      readonly model: ModelCard;
      readonly plan: InferencePlan;
      readonly trace?: Trace;
    }
  | {
      readonly kind: 'queue';
      readonly name: string;
      readonly service: QueueService;
      readonly pool?: string;
      readonly trace?: Trace;
    };

export interface World {
  readonly scenario: Scenario;
  readonly services: readonly PreparedService[];
  readonly pools: Readonly<Record<string, PreparedPool>>;
  readonly data: readonly PreparedData[];
  readonly catalogFingerprint: string;
  readonly drivers: Drivers;
  readonly warnings: readonly string[];
}

export type WorldOutcome =
  | { readonly ok: true; readonly world: World }
  | { readonly ok: false; readonly findings: readonly WorldFinding[] };

/** Traces read once, shared by the worlds of a forecast or a search. */
export type TraceCache = Map<string, Promise<Awaited<ReturnType<typeof readTrace>>>>;

/** Joins `scenario` with `catalog`, grown by `drivers`. All findings at once. */
export async function buildWorld(
  scenario: Scenario,
  catalog: Catalog,
  drivers: Drivers,
  traces: TraceCache = new Map(),
): Promise<WorldOutcome> {
  const findings: WorldFinding[] = [];
  const warnings: string[] = [];
  const pools: Record<string, PreparedPool> = {};
  for (const [name, pool] of Object.entries(scenario.pools)) {
    const hardware = hardwareOf(name, pool, catalog, findings);
    if (!hardware) continue;
    const { purchase, problems } = readPurchase(pool.purchase);
    for (const { field, message, hint } of problems) {
      findings.push({ path: ['pools', name, 'purchase', field], message, ...(hint === undefined ? {} : { hint }) });
    }
    const grid = hardware.instance && findCarbon(catalog, hardware.instance.provider, hardware.instance.region);
    pools[name] = {
      name,
      pool,
      hardware,
      purchase,
      ...(hardware.instance && { prices: instancePrices(catalog, hardware.instance) }),
      ...(grid?.kind === 'found' && { grid: grid.value }),
    };
    if (hardware.why !== '') warnings.push(`pools.${name}: ${hardware.why}`);
    if (hardware.instance?.priceQuality === 'list_inferred') {
      warnings.push(`pools.${name}: the price of ${pool.instance} is inferred, not read from a price list`);
    }
  }
  const data = preparedData(scenario, catalog, drivers, findings);
  const services: PreparedService[] = [];
  for (const [name, service] of Object.entries(scenario.services)) {
    const trace = await traceOf(name, service, traces, findings);
    if (trace)
      for (const { reason, rows } of trace.skipped)
        warnings.push(`services.${name}: ${rows} trace rows left out: ${reason}`);
    const prepared = prepareService(name, service, trace, pools, catalog, drivers, findings);
    if (prepared) services.push(prepared);
  }
  sharedPools(services, findings);
  if (findings.length > 0) return { ok: false, findings };
  return {
    ok: true,
    world: { scenario, services, pools, data, catalogFingerprint: catalog.fingerprint(), drivers, warnings },
  };
}

function hardwareOf(name: string, pool: Pool, catalog: Catalog, findings: WorldFinding[]): Hardware | undefined {
  if (pool.instance !== undefined) {
    const found = findInstance(catalog, pool.instance, pool.region);
    if (found.kind === 'not-found') {
      const key = found.what === 'region' ? 'region' : 'instance';
      findings.push({
        path: ['pools', name, key],
        message: `no ${found.what} "${found.name}" in the catalog`,
        ...hintOf(found.suggestions),
      });
      return undefined;
    }
    const instance = found.value;
    const accelerator = instance.accelerator === undefined ? undefined : findAccelerator(catalog, instance.accelerator);
    if (accelerator?.kind === 'not-found') {
      findings.push({
        path: ['pools', name, 'instance'],
        message: `${pool.instance} has ${instance.accelerator}, which the accelerator catalog does not know`,
      });
      return undefined;
    }
    if (instance.acceleratorCount > 0 && instance.acceleratorCount < 1) {
      findings.push({
        path: ['pools', name, 'instance'],
        message: `${pool.instance} has ${instance.acceleratorCount} of a ${instance.accelerator}: fractions of an accelerator are not supported yet`,
        hint: 'choose an instance with whole accelerators',
      });
      return undefined;
    }
    return {
      instance,
      ...(accelerator && { accelerator: accelerator.value }),
      acceleratorsPerInstance: Math.max(1, instance.acceleratorCount),
      region: instance.region,
      why: found.region.why,
    };
  }
  const found = findAccelerator(catalog, pool.accelerator ?? '');
  if (found.kind === 'not-found') {
    findings.push({
      path: ['pools', name, 'accelerator'],
      message: `no accelerator "${found.name}" in the catalog`,
      ...hintOf(found.suggestions),
    });
    return undefined;
  }
  return { accelerator: found.value, acceleratorsPerInstance: 1, region: pool.region, why: '' };
}

/** Stored data with its price, grown by `drivers`; a name that the catalog lacks becomes a finding. */
export function preparedData(
  scenario: Scenario,
  catalog: Catalog,
  drivers: Drivers,
  findings: WorldFinding[] = [],
): PreparedData[] {
  const prepared: PreparedData[] = [];
  for (const [name, { stored, storage, region, price, replication }] of Object.entries(scenario.data)) {
    const common = { name, bytes: stored * drivers.data, replication };
    if (price !== undefined) {
      prepared.push({ ...common, price });
      continue;
    }
    const found = findStorage(catalog, storage ?? '', region);
    if (found.kind === 'found') prepared.push({ ...common, price: found.value });
    else {
      findings.push({
        path: ['data', name, found.what === 'region' ? 'region' : 'storage'],
        message: `no ${found.what} "${found.name}" in the catalog`,
        ...hintOf(found.suggestions),
      });
    }
  }
  return prepared;
}

function hintOf(suggestions: readonly string[]): { hint?: string } {
  return suggestions.length > 0 ? { hint: `did you mean ${suggestions.map((s) => `"${s}"`).join(', ')}?` } : {};
}

async function traceOf(
  name: string,
  service: Service,
  traces: TraceCache,
  findings: WorldFinding[],
): Promise<Trace | undefined> {
  const path = service.traffic.trace;
  if (path === undefined) return undefined;
  let reading = traces.get(path);
  if (!reading) traces.set(path, (reading = readTrace(path)));
  const trace = await reading;
  if (!('kind' in trace)) return trace;
  findings.push({
    path: ['services', name, 'traffic', 'trace'],
    message: `${path}:${trace.line}: ${trace.message}`,
    ...(trace.hint === undefined ? {} : { hint: trace.hint }),
  });
  return undefined;
}

function prepareService(
  name: string,
  service: Service,
  trace: Trace | undefined,
  pools: Readonly<Record<string, PreparedPool>>,
  catalog: Catalog,
  drivers: Drivers,
  findings: WorldFinding[],
): PreparedService | undefined {
  const traced = trace === undefined ? {} : { trace };
  if (service.kind === 'queue')
    return { kind: 'queue', name, service, ...(service.runs_on ? { pool: service.runs_on } : {}), ...traced };
  const model = modelOf(name, service.model, catalog, findings);
  const pool = pools[service.runs_on];
  if (!model || !pool) return undefined;
  const grown = grownModel(model, drivers.model);
  const { hardware } = pool;
  if (service.kind === 'inference') {
    const plan = planInference(
      {
        model: grown,
        ...(hardware.accelerator && { accelerator: hardware.accelerator }),
        ...(hardware.instance && { instance: hardware.instance }),
        weights: service.weights,
        maxBatch: service.batching.max_batch,
        itemsPerRequest: service.items_per_request,
        instances: service.batching.instances,
        ...(service.batch_time && { batchTime: service.batch_time }),
        tokensPerItem: meanTokens(service.traffic.prompt_tokens) * drivers.promptTokens,
      },
      catalog,
    );
    if ('kind' in plan) {
      findings.push({ path: ['services', name, 'model'], message: plan.message, hint: plan.hint });
      return undefined;
    }
    return { kind: 'inference', name, service, pool: pool.name, model: grown, plan, ...traced };
  }
  if (!hardware.accelerator) {
    findings.push({
      path: ['services', name, 'runs_on'],
      message: `pool "${pool.name}" has no accelerator: serving a language model on CPUs is not supported yet`,
      hint: 'choose an instance with a GPU or TPU (plimsoll catalog instances)',
    });
    return undefined;
  }
  const { parallelism } = pool.pool;
  const config: ServingConfig = {
    model: grown,
    accelerator: hardware.accelerator,
    engine: service.engine,
    ...(service.engine_version === undefined ? {} : { engineVersion: service.engine_version }),
    weights: service.weights,
    kvCache: service.kv_cache,
    batching: service.batching,
    ...parallelism,
    ...networkOf(hardware),
    typicalContextTokens: typicalContext(service, trace, drivers),
  };
  const plan = planServing(config);
  if (isRefusal(plan)) {
    findings.push({ path: ['services', name, 'model'], message: plan.message, hint: plan.hint });
    return undefined;
  }
  return { kind: 'llm', name, service, pool: pool.name, model: grown, config, plan, ...traced };
}

/** Tokens that a sequence holds in the middle of its answer. */
function typicalContext({ traffic }: LlmService, trace: Trace | undefined, drivers: Drivers): number {
  const prompt = trace ? meanOfColumn(trace.promptTokens) : meanTokens(traffic.prompt_tokens);
  const output = trace ? meanOfColumn(trace.outputTokens) : meanTokens(traffic.output_tokens);
  return prompt * drivers.promptTokens + (output * drivers.outputTokens) / 2;
}

function meanOfColumn(column: Int32Array): number {
  let total = 0;
  for (const value of column) total += value;
  return total / Math.max(1, column.length);
}

/** Network of an instance, shared among its accelerators, in GB/s. */
function networkOf({ instance, acceleratorsPerInstance }: Hardware): { networkGBps?: number } {
  return instance?.networkGbps === undefined ? {} : { networkGBps: instance.networkGbps / 8 / acceleratorsPerInstance };
}

function modelOf(
  name: string,
  model: string | Readonly<Record<string, unknown>>,
  catalog: Catalog,
  findings: WorldFinding[],
): ModelCard | undefined {
  const path = ['services', name, 'model'];
  if (typeof model === 'string') {
    const found = findModel(catalog, model);
    if (found.kind === 'found') return found.value;
    findings.push({ path, message: `no model "${model}" in the catalog`, ...hintOf(found.suggestions) });
    return undefined;
  }
  const inline = modelFromInline(model);
  if (inline.kind === 'found') return inline.value;
  for (const problem of inline.problems) findings.push({ path: [...path, problem.field], message: problem.message });
  return undefined;
}

/** A replica serves one service: two services on one pool need an order of precedence that is not built yet. */
function sharedPools(services: readonly PreparedService[], findings: WorldFinding[]): void {
  const first = new Map<string, string>();
  for (const service of services) {
    if (service.pool === undefined) continue;
    const other = first.get(service.pool);
    if (other === undefined) first.set(service.pool, service.name);
    else
      findings.push({
        path: ['services', service.name, 'runs_on'],
        message: `services "${other}" and "${service.name}" share pool "${service.pool}": not supported yet`,
        hint: 'give each service a pool of its own',
      });
  }
}
