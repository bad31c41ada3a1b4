/** The request source of a service in one replication: streams are named, so that edits elsewhere leave it alone. */

import type { Uniform } from '../kernel/random.js';
import { stream } from '../kernel/random.js';
import { constant, type Draw, exponential, gamma, weibull } from '../kernel/variates.js';
import type { Arrivals, Traffic } from '../scenario/types.js';
import { closedSource } from '../workload/closedSource.js';
import { drawOf, drawTokens, meanOf } from '../workload/draws.js';
import { weeklyIntensity } from '../workload/intensity.js';
import { openSource } from '../workload/openSource.js';
import type { RequestSource } from '../workload/source.js';
import type { Trace } from '../workload/trace.js';
import { traceSource } from '../workload/traceSource.js';
import type { Drivers } from './drivers.js';

export interface SourceContext {
  readonly service: string;
  readonly seed: number;
  readonly replication: number;
  readonly drivers: Drivers;
  readonly trace: Trace | undefined;
  /** Hour of the week at which the window starts; its first `leadS` seconds are warm-up at that hour's load. */
  readonly startHour: number;
  readonly leadS: number;
  /** Context of the model: conversations start anew beyond it. */
  readonly maxTokens: number;
}

export function requestSource(traffic: Traffic, context: SourceContext): RequestSource {
  const { service, seed, replication, drivers } = context;
  const uniform = (what: string): Uniform => stream(seed, replication, `${service}/${what}`);
  const limit = traffic.requests ?? Infinity;
  if (context.trace) return traceSource(context.trace, traffic.shared_prefix_tokens, limit, drivers);
  const promptTokens = drawTokens(traffic.prompt_tokens, uniform('prompt'), drivers.promptTokens);
  const outputTokens = drawTokens(traffic.output_tokens, uniform('output'), drivers.outputTokens);
  const sharedTokens = traffic.shared_prefix_tokens;
  const { weights } = traffic.shape;
  if (traffic.users) {
    const { concurrent, think_time, turns } = traffic.users;
    return closedSource({
      users: Math.max(1, Math.round(concurrent * drivers.users * weights[context.startHour % weights.length]!)),
      thinkS: drawOf(think_time, uniform('think')),
      turns,
      promptTokens,
      outputTokens,
      sharedTokens,
      maxTokens: context.maxTokens,
      limit,
      startTogether: false,
    });
  }
  return openSource({
    unitGap: unitGap(traffic.arrivals, uniform('arrivals')),
    ratePerS: (traffic.rate ?? 0) * drivers.users,
    intensity: weeklyIntensity(weights, context.startHour, context.leadS),
    promptTokens,
    outputTokens,
    sharedTokens,
    uniquePrompts: traffic.unique_prompts ?? 0,
    limit,
  });
}

/** Gaps of a renewal process of rate one. */
export function unitGap(arrivals: Arrivals, uniform: Uniform): Draw {
  switch (arrivals.process) {
    case 'poisson':
      return exponential(uniform, 1);
    case 'constant':
      return constant(1);
    case 'gamma':
      return gamma(uniform, 1, arrivals.cv);
    case 'weibull':
      return weibull(uniform, 1, arrivals.cv);
  }
}

/** Requests that a run will see, about: spreads them over batches. `factor` multiplies the demand. */
export function expectedRequests(
  traffic: Traffic,
  trace: Trace | undefined,
  factor: number,
  windowS: number | null,
): number {
  const most = Math.min(traffic.requests ?? Infinity, trace?.arrivedAtS.length ?? Infinity);
  if (windowS === null) return most;
  const perS = traffic.users
    ? (traffic.users.concurrent * factor) / Math.max(1, meanOf(traffic.users.think_time))
    : (traffic.rate ?? 0) * factor;
  return Math.max(1, Math.min(most, trace ? most : perS * windowS));
}
