/** What limits a service first, and how near it is. */
import { fluidCapacity } from '../fleet/llm/capacity.js';
import type { SimulationResult } from './result.js';
import type { ServiceRun } from './serviceRun.js';
import type { World } from './world.js';

type Bottleneck = NonNullable<SimulationResult['bottleneck']>;

const LIMITS = {
  sequences: 'the batch holds max_num_seqs sequences before memory or compute runs out',
  kv: 'KV memory is full before compute is',
  compute: 'a larger batch would not serve more: accelerators compute without pause',
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
  return {
    resource: `services.${prepared.name}.servers`,
    utilization: run.utilization,
    why:
      prepared.kind === 'queue' ? 'share of time that servers are busy' : 'share of time that model instances are busy',
  };
}

function llmBottleneck(prepared: Extract<World['services'][number], { kind: 'llm' }>, run: ServiceRun): Bottleneck {
  const { throughput, prefix_hit_rate: hits, requests } = run.result;
  const perS = Math.max(throughput.requests_per_s, requests.arrived / (run.windowS * run.replications));
  const done = Math.max(throughput.requests_per_s, 1e-12);
  const prompt = Math.max(1, ((throughput.input_tokens_per_s ?? 0) / done) * (1 - (hits ?? 0)));
  const output = Math.max(1, (throughput.output_tokens_per_s ?? 0) / done);
  const capacity = fluidCapacity(prepared.plan, prompt, output);
  const engines = run.use!.replicas * prepared.plan.engines;
  return {
    resource: `pools.${prepared.pool}.${capacity.limit}`,
    utilization: perS / Math.max(1e-12, capacity.requestsPerS * engines),
    why: LIMITS[capacity.limit],
  };
}
