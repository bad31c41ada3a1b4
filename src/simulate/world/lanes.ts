/** A language model on its pools: a plan for each, and how far its users are from them. */
import type { Catalog } from '../../catalog/open.js';
import type { ModelCard } from '../../catalog/types.js';
import type { ServingConfig } from '../../latency/config.js';
import type { ServingPlan } from '../../latency/types.js';
import { isSplit, poolsOf } from '../../scenario/runsOn.js';
import type { LlmService } from '../../scenario/types.js';
import { meanTokens } from '../../workload/draws.js';
import type { Trace } from '../../workload/trace.js';
import type { Drivers } from '../drivers.js';
import { adapterConfig, adapterWarnings } from '../services/adapters.js';
import { meanEncodeS, meanPromptTokens, mediaConfig } from '../services/media.js';
import type { Calibrations } from './calibrations.js';
import { kvLink } from './kvLink.js';
import { servingPlan } from './servingPlan.js';
import type { Hardware, Lane, PreparedPool, PreparedService, WorldFinding } from './types.js';

/** @returns the service, or undefined after saying in `findings` why it cannot run on one of its pools */
export function prepareLlm(
  name: string,
  service: LlmService,
  model: ModelCard,
  trace: Trace | undefined,
  pools: Readonly<Record<string, PreparedPool>>,
  catalog: Catalog,
  drivers: Drivers,
  calibrations: Calibrations,
  findings: WorldFinding[],
  warnings: string[],
): PreparedService | undefined {
  const names = poolsOf(service);
  const lanes = names.flatMap((pool): Lane[] => {
    const prepared = pools[pool];
    if (prepared === undefined) return [];
    const on = (type: PreparedPool, found: WorldFinding[]) =>
      laneOf(name, service, model, trace, type, catalog, drivers, calibrations, found);
    const lane = on(prepared, findings);
    const { fallback } = prepared;
    if (lane === undefined || fallback === undefined) return lane ? [lane] : [];
    if (isSplit(service.runs_on)) {
      findings.push(notSplit(pool));
      return [];
    }
    const others = fallback.map((type, i) => {
      const found: WorldFinding[] = [];
      const other = on(type, found);
      const path = ['pools', pool, 'fallback', i];
      findings.push(...found.map((each) => ({ ...each, path, message: `on ${type.pool.instance}: ${each.message}` })));
      return other;
    });
    const known = others.filter((other) => other !== undefined);
    return known.length < others.length ? [] : [{ ...lane, fallback: known }];
  });
  const [first] = lanes;
  if (first === undefined || lanes.length < names.length) return undefined;
  for (const [i, lane] of lanes.entries()) lanes[i] = besides(lane, first, service);
  warnings.push(...adapterWarnings(name, first.plan.adapters, service.batching.max_num_seqs));
  const common = { kind: 'llm' as const, name, service, model, ...first, ...(trace === undefined ? {} : { trace }) };
  if (!isSplit(service.runs_on)) return { ...common, lanes };
  const [prefill, decode] = lanes as [Lane, Lane];
  return {
    ...common,
    lanes: [
      { ...prefill, role: 'prefill' },
      { ...decode, role: 'decode' },
    ],
    link: kvLink(name, prefill, decode, pools, catalog, warnings),
  };
}

const notSplit = (pool: string): WorldFinding => ({
  code: 'E1501',
  path: ['pools', pool, 'fallback'],
  message: 'not supported yet: fallback of a pool that computes prompts or answers alone',
  hint: 'one pool for both, or leave fallback out',
});

function laneOf(
  name: string,
  service: LlmService,
  model: ModelCard,
  trace: Trace | undefined,
  pool: PreparedPool,
  catalog: Catalog,
  drivers: Drivers,
  calibrations: Calibrations,
  findings: WorldFinding[],
): Lane | undefined {
  const { hardware } = pool;
  if (!hardware.accelerator) {
    findings.push({
      code: 'E1501',
      path: ['services', name, 'runs_on'],
      message: `pool "${pool.name}" has no accelerator: serving a language model on CPUs is not supported yet`,
      hint: 'choose an instance with a GPU or TPU (plimsoll catalog instances)',
    });
    return undefined;
  }
  const deployment = { engine: service.engine, accelerator: hardware.accelerator, weights: service.weights };
  const profile = calibrations.of(name, deployment, findings);
  const config: ServingConfig = {
    model,
    accelerator: hardware.accelerator,
    engine: service.engine,
    ...(service.engine_version === undefined ? {} : { engineVersion: service.engine_version }),
    weights: service.weights,
    kvCache: service.kv_cache,
    batching: service.batching,
    ...pool.pool.parallelism,
    ...networkOf(hardware),
    ...(profile === undefined ? {} : { profile }),
    ...mediaConfig(service.traffic),
    ...adapterConfig(service),
    typicalContextTokens: typicalContext(service, model, trace, drivers),
  };
  const plan = servingPlan(name, service, config, catalog, findings);
  return plan && { pool: pool.name, config, plan: onSlice(plan, hardware) };
}

/** A replica on a slice takes up a part of an accelerator. */
function onSlice(plan: ServingPlan, { slice }: Hardware): ServingPlan {
  if (slice === undefined) return plan;
  const { profile } = plan;
  const extrapolates = [
    ...profile.extrapolates,
    'slices of accelerators were not measured: their shares of arithmetic and bandwidth, at the fractions of the whole',
  ];
  return {
    ...plan,
    acceleratorsPerReplica: plan.acceleratorsPerReplica / slice.instances,
    profile: { ...profile, extrapolates },
  };
}

/** Requests bring the seconds of encoding of the first pool along: how much longer it takes elsewhere. */
function besides(lane: Lane, first: Lane, { traffic }: LlmService): Lane {
  const there = meanEncodeS(traffic, first.plan.encoder);
  if (lane === first || there === 0) return lane;
  const encode = meanEncodeS(traffic, lane.plan.encoder) / there;
  return { ...lane, plan: { ...lane.plan, step: { ...lane.plan.step, encode } } };
}

/** Tokens that a sequence holds in the middle of its answer. */
function typicalContext({ traffic }: LlmService, model: ModelCard, trace: Trace | undefined, drivers: Drivers): number {
  const prompt = trace
    ? meanOfColumn(trace.promptTokens) * drivers.promptTokens
    : meanPromptTokens(traffic, model, drivers.promptTokens);
  const output = trace ? meanOfColumn(trace.outputTokens) : meanTokens(traffic.output_tokens);
  return prompt + (output * drivers.outputTokens) / 2;
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
