/** Services joined with the catalogs: model, trace, and the plan by which the latency room says how fast they are. */

import type { Catalog } from '../../catalog/open.js';
import { type InferencePlan, planInference } from '../../latency/planInference.js';
import type { InferenceService, QueueService, Service } from '../../scenario/types.js';
import { meanTokens } from '../../workload/draws.js';
import type { Trace } from '../../workload/trace.js';
import { readTrace } from '../../workload/traceReader.js';
import { type Drivers, grownModel } from '../drivers.js';
import type { Calibrations } from './calibrations.js';
import { prepareLlm } from './lanes.js';
import { modelAt } from './model.js';
import type { PreparedPool, PreparedService, WorldFinding } from './types.js';

/** Traces read once, shared by the worlds of a forecast or a search. */
export type TraceCache = Map<string, Promise<Awaited<ReturnType<typeof readTrace>>>>;

export async function traceOf(
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
    code: 'E1402',
    path: ['services', name, 'traffic', 'trace'],
    message: `${path}:${trace.line}: ${trace.message}`,
    ...(trace.hint === undefined ? {} : { hint: trace.hint }),
  });
  return undefined;
}

export function prepareService(
  name: string,
  service: Service,
  trace: Trace | undefined,
  pools: Readonly<Record<string, PreparedPool>>,
  catalog: Catalog,
  drivers: Drivers,
  calibrations: Calibrations,
  findings: WorldFinding[],
  warnings: string[],
): PreparedService | undefined {
  const traced = trace === undefined ? {} : { trace };
  if (service.kind === 'queue' && loses(name, service, pools, findings)) return undefined;
  if (service.kind === 'queue')
    return { kind: 'queue', name, service, ...(service.runs_on ? { pool: service.runs_on } : {}), ...traced };
  const model = modelAt(['services', name, 'model'], service.model, catalog, findings);
  if (!model) return undefined;
  const grown = grownModel(model, drivers.model);
  if (service.kind === 'llm')
    return prepareLlm(name, service, grown, trace, pools, catalog, drivers, calibrations, findings, warnings);
  const pool = pools[service.runs_on];
  if (!pool || isSplit(pool, service, findings) || readsKv(name, pool, findings)) return undefined;
  const planOn = ({ hardware }: PreparedPool) =>
    planInference(
      {
        model: grown,
        ...(hardware.accelerator && { accelerator: hardware.accelerator }),
        ...(hardware.instance && { instance: hardware.instance }),
        weights: service.weights,
        maxBatch: service.batching.max_batch,
        itemsPerRequest: service.items_per_request,
        instances: service.batching.instances,
        ...(service.denoising && { denoising: service.denoising }),
        ...(service.batch_time && { batchTime: service.batch_time }),
        tokensPerItem: meanTokens(service.traffic.prompt_tokens) * drivers.promptTokens,
      },
      catalog,
    );
  const plan = planOn(pool);
  if ('kind' in plan) {
    findings.push({ code: 'E1304', path: ['services', name, 'model'], message: plan.message, hint: plan.hint });
    return undefined;
  }
  const inference = { kind: 'inference' as const, name, service, pool: pool.name, model: grown, plan, ...traced };
  if (pool.fallback === undefined) return inference;
  const others = pool.fallback.flatMap((type, i): InferencePlan[] => {
    const other = planOn(type);
    if (!('kind' in other)) return [other];
    const path = ['pools', pool.name, 'fallback', i];
    findings.push({ code: 'E1304', path, message: `on ${type.pool.instance}: ${other.message}`, hint: other.hint });
    return [];
  });
  return others.length < pool.fallback.length ? undefined : { ...inference, fallbackPlans: others };
}

/** Servers of a queue cannot come and go yet. */
function loses(
  name: string,
  service: QueueService,
  pools: Readonly<Record<string, PreparedPool>>,
  findings: WorldFinding[],
): boolean {
  const pool = service.runs_on === undefined ? undefined : pools[service.runs_on]?.pool;
  if (pool === undefined) return false;
  const said = [
    {
      key: 'autoscaler',
      what: 'autoscaling',
      isGiven: pool.autoscaler !== undefined,
      hint: 'give a fixed number of replicas',
    },
    {
      key: 'failures',
      what: 'failures',
      isGiven: pool.failures?.mtbf !== undefined,
      hint: 'remove failures from the pool',
    },
    { key: 'fallback', what: 'other instance types', isGiven: pool.fallback !== undefined, hint: 'remove fallback' },
    { key: 'stock_outs', what: 'stock-outs', isGiven: pool.stock_outs !== undefined, hint: 'remove stock_outs' },
  ].filter(({ isGiven }) => isGiven);
  for (const { key, what, hint } of said) {
    findings.push({
      code: 'E1501',
      path: ['pools', service.runs_on!, key],
      message: `not supported yet: ${what} of kind: queue (services.${name})`,
      hint,
    });
  }
  return said.length > 0;
}

/** An autoscaler follows KV memory, which only language models have. */
function readsKv(name: string, { pool: { autoscaler }, scaling }: PreparedPool, findings: WorldFinding[]): boolean {
  const read = scaling?.readings.find(({ signal }) => signal === 'kv');
  if (read === undefined) return false;
  findings.push({
    code: 'E1302',
    path: [...(scaling?.at ?? []), ...(autoscaler && 'manifest' in autoscaler ? ['manifest'] : [])],
    message: `the autoscaler reads "${read.observedAs}", and replicas of kind: inference have no KV memory (services.${name})`,
    hint: 'scale on cpu, utilization, queue_length, in_flight or requests_per_s',
  });
  return true;
}

/** A model behind a dynamic-batching server runs on one device: its time on several is only known where it was measured. */
function isSplit({ name, pool, hardware }: PreparedPool, service: InferenceService, findings: WorldFinding[]): boolean {
  const degree = (['tensor', 'pipeline', 'expert', 'data'] as const).find((each) => pool.parallelism[each] > 1);
  if (degree === undefined || (service.batch_time && hardware.accelerator)) return false;
  findings.push({
    code: 'E1501',
    path: ['pools', name, 'parallelism', degree],
    message: `not supported yet: ${degree} parallelism for kind: inference`,
    hint: hardware.accelerator ? 'leave it out, or give the measured batch_time of the split model' : 'leave it out',
  });
  return true;
}
