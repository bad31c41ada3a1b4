/** How near its capacity a measured run is: what errors are told apart by. */
import { fluidCapacity } from '../../fleet/llm/capacity.js';
import type { ServingPlan } from '../../latency/types.js';
import type { ServingConditions } from '../measurements/servingRow.js';
import type { Simulated } from './simulateRun.js';
import { meanOf } from './statistics.js';

/** Bands of offered load over capacity, by their upper ends. */
export const loadBands = [
  { name: 'below 30 %', upTo: 0.3 },
  { name: '30–60 %', upTo: 0.6 },
  { name: '60–85 %', upTo: 0.85 },
  { name: '85–100 %', upTo: 1 },
  { name: 'overloaded', upTo: Number.POSITIVE_INFINITY },
] as const;

export type LoadBand = (typeof loadBands)[number]['name'];

export const loadBandOf = (share: number): LoadBand => loadBands.find(({ upTo }) => share <= upTo)!.name;

/**
 * Requests offered per second over what the replicas could serve at most (`fluidCapacity` with the lengths and prefix hits as
 * simulated). Closed loops and batches offer what they are served. An endless backlog is an overload by its nature.
 *
 * @returns a share of 1, above 1 in overload; undefined when nothing was served
 */
export const offeredLoad = (
  conditions: ServingConditions,
  plan: ServingPlan,
  replicas: number,
  { latencies, run }: Simulated,
): number | undefined => {
  if (conditions.load === 'saturated') return Number.POSITIVE_INFINITY;
  const { completed, inputTokens, outputTokens, hitTokens } = run.metrics;
  const seconds = run.untilS - run.fromS;
  if (completed === 0 || !(seconds > 0)) return undefined;
  const promptTokens = Math.max(1, inputTokens / completed);
  const capacity = fluidCapacity(plan, {
    promptTokens,
    computedTokens: Math.max(1, promptTokens - hitTokens / completed),
    outputTokens: Math.max(1, outputTokens / completed),
    outputCv: 0,
  });
  const served =
    conditions.load === 'static_batch' || conditions.load === 'closed_loop'
      ? (conditions.batchSize ?? conditions.concurrency ?? 1) / Math.max(1e-9, meanOf(latencies.e2eS))
      : completed / seconds;
  const offered = conditions.load === 'open_loop' ? (conditions.requestRate ?? served) : served;
  return offered / (capacity.requestsPerS * plan.engines * replicas);
};
