/** What limits a service first, and how near it is. */
import { type FluidCapacity, type FluidRequests, fluidCapacity } from '../../fleet/llm/capacity.js';
import { mostRequestsPerS } from '../../fleet/stations/visits.js';
import { cvTokens } from '../../workload/draws.js';
import type { SimulationResult, StationResult } from '../result.js';
import { meanBesideS } from '../services/media.js';
import type { Lane } from '../world/types.js';
import type { PreparedService, World } from '../world/world.js';
import type { PoolUse } from './poolUse.js';
import type { ServiceRun } from './serviceRun.js';

type Bottleneck = NonNullable<SimulationResult['bottleneck']>;

/** What would run out first, were demand to grow. */
const LIMITS = {
  sequences: 'places in the batch (max_num_seqs)',
  kv: 'KV memory',
  compute: 'compute: a larger batch would serve no more',
} as const;

/** The service that is nearest to the most its fleet could serve; `null` when nothing ran. */
export function bottleneckOf(world: World, runs: ReadonlyMap<string, ServiceRun>): Bottleneck | null {
  let worst: Bottleneck | null = null;
  for (const prepared of world.services) {
    const found = loadOf(prepared, runs.get(prepared.name)!);
    if (!worst || found.utilization > worst.utilization) worst = found;
  }
  return worst;
}

/** Demand as a share of the most that a service's fleet could serve, and what sets that limit. */
export function loadOf(prepared: PreparedService, run: ServiceRun): Bottleneck {
  if (prepared.kind === 'llm') return llmBottleneck(prepared, run);
  if (run.result.stations) return fullestStation(prepared.name, run.result.stations);
  if (prepared.kind === 'queue' && prepared.service.stations === undefined && prepared.service.batching) {
    const utilization = run.arrivalsPerS / mostRequestsPerS(prepared.service);
    return { resource: `services.${prepared.name}.servers`, utilization, why: BATCHES };
  }
  const scaled = prepared.kind === 'inference' ? run.uses.find(({ scaling }) => scaling) : undefined;
  if (prepared.kind === 'inference' && scaled) {
    // How busy replicas are is what an autoscaler keeps as it is.
    const { batchTimeS, servers } = prepared.plan;
    const each = (servers * (batchTimeS.length - 1)) / batchTimeS.at(-1)!;
    const utilization = run.arrivalsPerS / (scaled.most * each);
    return { resource: `services.${prepared.name}.servers`, utilization, why: BATCHES };
  }
  return {
    resource: `services.${prepared.name}.servers`,
    utilization: run.utilization,
    why:
      prepared.kind === 'queue' ? 'share of time that servers are busy' : 'share of time that model instances are busy',
  };
}

/** Batches grow with the load, so that time busy says little. */
const BATCHES = 'demand as a share of the most that the servers could serve on full batches';

function fullestStation(service: string, stations: Readonly<Record<string, StationResult>>): Bottleneck {
  const [name, { load }] = Object.entries(stations).reduce((worst, each) =>
    (each[1].load ?? 0) > (worst[1].load ?? 0) ? each : worst,
  );
  return {
    resource: `services.${service}.stations.${name}.servers`,
    utilization: load ?? 0,
    why: 'visits as a share of the most that the station could serve, the highest of all stations',
  };
}

/** Demand as a share of the most that one pool of a service could serve. */
export function poolLoad(prepared: PreparedService, run: ServiceRun, use: PoolUse): number {
  if (prepared.kind !== 'llm') return loadOf(prepared, run).utilization;
  const lane = prepared.lanes.find(({ pool }) => pool === use.pool)!;
  return (use.share * run.arrivalsPerS) / Math.max(1e-12, laneCapacity(prepared, run, lane, use).requestsPerS);
}

type Llm = Extract<PreparedService, { kind: 'llm' }>;

/** The most that a pool could serve of requests as they were simulated. */
function laneCapacity(prepared: Llm, run: ServiceRun, lane: Lane, use: PoolUse): FluidCapacity {
  const { throughput, prefix_hit_rate: hits } = run.result;
  const done = Math.max(throughput.requests_per_s, 1e-12);
  const prompt = Math.max(1, (throughput.input_tokens_per_s ?? 0) / done);
  const output = Math.max(1, (throughput.output_tokens_per_s ?? 0) / done);
  const { plan } = lane;
  const requests = {
    computedTokens: Math.max(1, prompt * (1 - (hits ?? 0))),
    promptTokens: prompt,
    outputTokens: output,
    outputCv: outputCvOf(prepared),
    encodeS: meanBesideS(prepared.service.traffic, plan),
  };
  const one = fluidCapacity(plan, phaseOf(lane, requests));
  return { ...one, requestsPerS: one.requestsPerS * use.most * plan.engines };
}

/** What a lane does of requests: all, or the prompt with its first token, or what follows. */
export function phaseOf({ role }: Lane, requests: FluidRequests): FluidRequests {
  if (role === 'prefill') return { ...requests, outputTokens: 1, outputCv: 0 };
  if (role === 'decode') return { ...requests, computedTokens: 0, encodeS: 0 };
  return requests;
}

/** Of several pools, the one that is nearest to its limit: routing decides how demand is spread, so their sum says little. */
function llmBottleneck(prepared: Llm, run: ServiceRun): Bottleneck {
  const loads = run.uses.map((use, i) => {
    const { limit } = laneCapacity(prepared, run, prepared.lanes[i]!, use);
    return { pool: use.pool, limit, utilization: poolLoad(prepared, run, use) };
  });
  const { pool, limit, utilization } = loads.reduce((worst, each) =>
    each.utilization > worst.utilization ? each : worst,
  );
  const what =
    loads.length > 1
      ? 'demand sent to the pool as a share of the most that it'
      : 'demand as a share of the most that the fleet';
  return {
    resource: `pools.${pool}.${limit}`,
    utilization,
    why: `${what} could serve; what runs out first: ${LIMITS[limit]}`,
  };
}

/** How much the answers of a service vary in length. */
export function outputCvOf({ service, trace }: Llm): number {
  if (!trace) return cvTokens(service.traffic.output_tokens);
  let sum = 0;
  let squares = 0;
  for (const tokens of trace.outputTokens) {
    sum += tokens;
    squares += tokens * tokens;
  }
  const n = Math.max(1, trace.outputTokens.length);
  const mean = sum / n;
  return mean > 0 ? Math.sqrt(Math.max(0, squares / n - mean * mean)) / mean : 0;
}
