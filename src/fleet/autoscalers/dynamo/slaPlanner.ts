import { clamp } from '../types.js';

/**
 * NVIDIA Dynamo's SLA planner as pure functions: prefill and decode replicas for an interval's traffic.
 * Source: ai-dynamo/dynamo components/src/dynamo/planner/core (releases up to 1.x, and the newer throughput planner), 2026.
 */
export interface DynamoTraffic {
  readonly intervalS: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface DynamoProfile {
  /** Prefill tokens per second and GPU at an input length. */
  readonly prefillTokensPerSPerGpu: (inputTokens: number) => number;
  /** Highest decode tokens per second and GPU that keeps the inter-token latency, at a context length. */
  readonly decodeTokensPerSPerGpu: (itlMs: number, contextTokens: number) => number;
  readonly expectedTtftMs: (inputTokens: number) => number;
  readonly expectedItlMs: (contextTokens: number) => number;
  readonly gpusPerPrefill: number;
  readonly gpusPerDecode: number;
}

export interface DynamoSla {
  readonly ttftMs: number;
  readonly itlMs: number;
}

export interface DynamoPlan {
  readonly prefill: number;
  readonly decode: number;
  /** Observed over expected latency: how far the profile is off. */
  readonly prefillCorrection: number;
  readonly decodeCorrection: number;
}

/** The released planner: throughput from a profile, corrected by how observed latencies compare with it. */
export function planReleased(
  traffic: DynamoTraffic,
  profile: DynamoProfile,
  sla: DynamoSla,
  observed: { readonly ttftMs: number; readonly itlMs: number },
): DynamoPlan {
  const contextTokens = traffic.inputTokens + traffic.outputTokens / 2;
  const prefillCorrection = observed.ttftMs / profile.expectedTtftMs(traffic.inputTokens);
  const decodeCorrection = observed.itlMs / profile.expectedItlMs(contextTokens);
  // A correction above one means queueing, which more prefill throughput would not show: it is capped.
  const prefillTokensPerS =
    ((traffic.requests * traffic.inputTokens) / traffic.intervalS) * Math.min(1, prefillCorrection);
  const decodeTokensPerS = (traffic.requests * traffic.outputTokens) / traffic.intervalS;
  const decodePerGpu = profile.decodeTokensPerSPerGpu(sla.itlMs / decodeCorrection, contextTokens);
  return {
    prefill: Math.ceil(
      prefillTokensPerS / profile.prefillTokensPerSPerGpu(traffic.inputTokens) / profile.gpusPerPrefill,
    ),
    decode: Math.ceil(decodeTokensPerS / decodePerGpu / profile.gpusPerDecode),
    prefillCorrection,
    decodeCorrection,
  };
}

export interface DynamoEngineRates {
  /** Requests per second of one prefill engine at the input tokens that miss the cache. */
  readonly prefillPerS: (uncachedTokens: number) => number;
  /** Requests per second of one decode engine at the ITL target. */
  readonly decodePerS: number;
  /** Time of a single prefill without queueing. */
  readonly ttftMs: number;
  readonly kvHitRate: number;
}

/** The newer throughput planner: engine request rates, with the TTFT ratio as a floor for prefill. */
export function planByEngineRate(
  requestsPerS: number,
  inputTokens: number,
  rates: DynamoEngineRates,
  sla: DynamoSla,
  floor: { readonly prefill: number; readonly decode: number },
): { readonly prefill: number; readonly decode: number } {
  const uncached = inputTokens * (1 - rates.kvHitRate);
  return {
    prefill: Math.max(
      Math.ceil(requestsPerS / rates.prefillPerS(uncached)),
      Math.ceil(rates.ttftMs / sla.ttftMs),
      floor.prefill,
    ),
    decode: Math.max(Math.ceil(requestsPerS / rates.decodePerS), floor.decode),
  };
}

/** Cuts a plan to a GPU budget, both parts by the same share but at least one replica each. */
export function withinGpuBudget(
  plan: { readonly prefill: number; readonly decode: number },
  gpus: { readonly budget: number; readonly perPrefill: number; readonly perDecode: number },
): { readonly prefill: number; readonly decode: number } {
  const needed = plan.prefill * gpus.perPrefill + plan.decode * gpus.perDecode;
  if (needed <= gpus.budget) return plan;
  const share = gpus.budget / needed;
  const prefill = Math.max(1, Math.floor(plan.prefill * share));
  const left = gpus.budget - prefill * gpus.perPrefill;
  return { prefill, decode: Math.max(1, Math.floor(left / gpus.perDecode)) };
}

export interface LoadThresholds {
  readonly up: number;
  readonly down: number;
}

/** Load scaling moves one replica at a time, never below the floor of the throughput planner, and waits while scaling. */
export function scaleByLoad(
  current: number,
  loadPerReplica: number,
  thresholds: LoadThresholds,
  bounds: { readonly floor: number; readonly max: number; readonly isScaling: boolean },
): number {
  if (bounds.isScaling) return current;
  const step = loadPerReplica > thresholds.up ? 1 : loadPerReplica < thresholds.down ? -1 : 0;
  return clamp(current + step, bounds.floor, bounds.max);
}
