/** What limits a service first, and how near it is. */
import { fluidCapacity } from '../fleet/llm/capacity.js';
import { mostRequestsPerS } from '../fleet/stations/visits.js';
import { cvTokens } from '../workload/draws.js';
import type { SimulationResult, StationResult } from './result.js';
import type { ServiceRun } from './serviceRun.js';
import type { World } from './world.js';

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
export function loadOf(prepared: World['services'][number], run: ServiceRun): Bottleneck {
  if (prepared.kind === 'llm') return llmBottleneck(prepared, run);
  if (run.result.stations) return fullestStation(prepared.name, run.result.stations);
  if (prepared.kind === 'queue' && prepared.service.stations === undefined && prepared.service.batching) {
    const utilization = run.arrivalsPerS / mostRequestsPerS(prepared.service);
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

function llmBottleneck(prepared: Extract<World['services'][number], { kind: 'llm' }>, run: ServiceRun): Bottleneck {
  const { throughput, prefix_hit_rate: hits } = run.result;
  const done = Math.max(throughput.requests_per_s, 1e-12);
  const prompt = Math.max(1, (throughput.input_tokens_per_s ?? 0) / done);
  const output = Math.max(1, (throughput.output_tokens_per_s ?? 0) / done);
  const capacity = fluidCapacity(prepared.plan, {
    computedTokens: Math.max(1, prompt * (1 - (hits ?? 0))),
    promptTokens: prompt,
    outputTokens: output,
    outputCv: outputCvOf(prepared),
  });
  const engines = run.use!.most * prepared.plan.engines;
  return {
    resource: `pools.${prepared.pool}.${capacity.limit}`,
    utilization: run.arrivalsPerS / Math.max(1e-12, capacity.requestsPerS * engines),
    why: `demand as a share of the most that the fleet could serve; what runs out first: ${LIMITS[capacity.limit]}`,
  };
}

/** How much the answers of a service vary in length. */
export function outputCvOf({ service, trace }: Extract<World['services'][number], { kind: 'llm' }>): number {
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
