/** Cheap bounds that decide which candidates are worth simulating: what a fluid of mean requests costs on them. */
import { fluidCapacity } from '../fleet/llm/capacity.js';
import type { Scenario } from '../scenario/types.js';
import type { SimulationResult } from '../simulate/result.js';
import { outputCvOf } from '../simulate/results/bottleneck.js';
import { acceleratorsPerReplica, instancesBilled, wholeAccelerators } from '../simulate/services/instances.js';
import { meanBesideS, meanPromptTokens } from '../simulate/services/media.js';
import { poolFor } from '../simulate/sharing/shares.js';
import type { World } from '../simulate/world/world.js';
import { meanTokens } from '../workload/draws.js';
import type { PooledService } from './levers/lever.js';

export interface Screened {
  /** Fewest replicas that could carry the mean demand. */
  readonly replicas: number;
  /** USD an hour of that many, by list price. */
  readonly usdPerHour: number;
}

/** Demand and request sizes as the base simulation saw them (prefix hits taken off the prompts). */
export interface Demand {
  readonly requestsPerS: number;
  readonly computedPromptTokens: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export function demandOf(service: PooledService, result: SimulationResult): Demand {
  const { throughput, requests, prefix_hit_rate: hits } = result.services[service.name]!;
  const arrivals = requests.arrived / Math.max(1e-9, result.window_s * result.replications);
  const { traffic } = service.service;
  const mean = service.kind === 'llm' ? meanPromptTokens(traffic, service.model) : meanTokens(traffic.prompt_tokens);
  const done = throughput.requests_per_s;
  const prompt = done > 0 && throughput.input_tokens_per_s ? throughput.input_tokens_per_s / done : mean;
  const output =
    done > 0 && throughput.output_tokens_per_s
      ? throughput.output_tokens_per_s / done
      : meanTokens(traffic.output_tokens);
  return {
    requestsPerS: Math.max(arrivals, done),
    promptTokens: prompt,
    computedPromptTokens: Math.max(1, prompt * (1 - (hits ?? 0))),
    outputTokens: Math.max(1, output),
  };
}

/** `undefined` when the candidate cannot meet a stated objective even for a lone request, or has no price. */
export function screen(scenario: Scenario, world: World, name: string, demand: Demand): Screened | undefined {
  const service = world.services.find((each) => each.name === name);
  if (!service || service.kind === 'queue') return undefined;
  const pool = poolFor(world, name, service.pool);
  const price = pool.prices?.onDemand;
  const accelerators = acceleratorsPerReplica(service, pool);
  const perReplica =
    service.kind === 'llm'
      ? fluidCapacity(service.plan, {
          computedTokens: demand.computedPromptTokens,
          promptTokens: demand.promptTokens,
          outputTokens: demand.outputTokens,
          outputCv: outputCvOf(service),
          encodeS: meanBesideS(service.service.traffic, service.plan),
        }).requestsPerS * service.plan.engines
      : inferenceCapacity(service);
  if (!(perReplica > 0)) return undefined;
  if (service.kind === 'llm' && !couldMeet(service, demand)) return undefined;
  const replicas = Math.max(1, Math.ceil(demand.requestsPerS / perReplica));
  const instances = instancesBilled(replicas, accelerators, pool.hardware.acceleratorsPerInstance);
  if (price === undefined)
    return {
      replicas,
      usdPerHour: (scenario.pools[service.pool]?.price ?? 0) * wholeAccelerators(replicas, accelerators),
    };
  return price.kind === 'unpriced' ? undefined : { replicas, usdPerHour: instances * price.usdPerHour };
}

function inferenceCapacity({ plan, service }: Extract<PooledService, { kind: 'inference' }>): number {
  const batch = service.batching.max_batch;
  return (plan.servers * batch) / plan.batchTimeS[batch]!;
}

/** A lone request of mean size against the limits: nothing can be faster. */
function couldMeet({ plan, service }: Extract<PooledService, { kind: 'llm' }>, demand: Demand): boolean {
  const { step } = plan;
  const context = demand.promptTokens + demand.outputTokens / 2;
  const tpot =
    Math.max(step.tokens[1]! + step.head[1]! + step.perContextToken * context, step.hidden[1]!) + step.host[1]!;
  const limits = Object.values(service.slo.tpot ?? {});
  return limits.every((limit) => tpot <= limit);
}
