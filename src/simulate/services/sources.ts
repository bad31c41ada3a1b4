/** The request source of a service in one replication: streams are named, so that edits elsewhere leave it alone. */

import type { Uniform } from '../../kernel/random.js';
import { stream } from '../../kernel/random.js';
import { constant, type Draw, exponential, gamma, weibull } from '../../kernel/variates.js';
import type { Arrivals, Drill, Traffic } from '../../scenario/types.js';
import { withBacklog } from '../../workload/backlog.js';
import { closedSource } from '../../workload/closedSource.js';
import { drawOf, drawTokens, meanOf } from '../../workload/draws.js';
import { weeklyIntensity } from '../../workload/intensity.js';
import { openSource } from '../../workload/openSource.js';
import type { RequestSource } from '../../workload/source.js';
import type { Trace } from '../../workload/trace.js';
import { traceSource } from '../../workload/traceSource.js';
import { mean } from '../arithmetic.js';
import { withSpikes } from '../drills.js';
import type { Drivers } from '../drivers.js';
import type { RunSpec } from '../runSpec.js';
import type { PreparedService } from '../world/world.js';
import { mediaOf } from './media.js';

/**
 * The requests of a service in one replication. Random streams are named by service and purpose, so that an edit elsewhere, or of another
 * lever, leaves them alone.
 *
 * @param drills spikes of the traffic are among them
 * @param maxTokens context of the model: conversations start anew beyond it
 */
export function requestSource(
  prepared: PreparedService,
  drivers: Drivers,
  spec: RunSpec,
  maxTokens: number,
  drills: readonly Drill[] = [],
): RequestSource {
  const { traffic } = prepared.service;
  const source = trafficSource(prepared, traffic, drivers, spec, maxTokens, drills);
  return spec.backlog === undefined || spec.backlog === 0 ? source : withBacklog(source, Math.round(spec.backlog));
}

function trafficSource(
  prepared: PreparedService,
  traffic: Traffic,
  drivers: Drivers,
  spec: RunSpec,
  maxTokens: number,
  drills: readonly Drill[],
): RequestSource {
  const { name, trace } = prepared;
  const uniform = (what: string): Uniform => stream(spec.seed, spec.replication, `${name}/${what}`);
  const limit = traffic.requests ?? Infinity;
  if (trace) return traceSource(trace, traffic.shared_prefix_tokens, limit, drivers);
  const promptTokens = drawTokens(traffic.prompt_tokens, uniform('prompt'), drivers.promptTokens);
  const outputTokens = drawTokens(traffic.output_tokens, uniform('output'), drivers.outputTokens);
  const sharedTokens = traffic.shared_prefix_tokens;
  const media = mediaOf(traffic, prepared.kind === 'llm' ? prepared.plan.encoder : undefined, uniform);
  const weights = spec.level === undefined ? traffic.shape.weights : [spec.level];
  if (traffic.users) {
    const { concurrent, think_time, turns } = traffic.users;
    return closedSource({
      users: Math.max(1, Math.round(concurrent * drivers.users * meanLevel(weights, spec))),
      thinkS: drawOf(think_time, uniform('think')),
      turns,
      promptTokens,
      outputTokens,
      sharedTokens,
      ...(media && { media }),
      maxTokens,
      limit,
      startTogether: false,
    });
  }
  return openSource({
    unitGap: unitGap(traffic.arrivals, uniform('arrivals')),
    ratePerS: (traffic.rate ?? 0) * drivers.users,
    intensity: withSpikes(weeklyIntensity(weights, spec.startHour, spec.warmupS), drills, spec),
    promptTokens,
    outputTokens,
    sharedTokens,
    ...(media && { media }),
    uniquePrompts: traffic.unique_prompts ?? 0,
    limit,
  });
}

/** A population does not change within a run: it stands at the mean of the hours that the run covers, of the week where it has no window. */
function meanLevel(weights: readonly number[], { windowS, startHour }: RunSpec): number {
  const hours = windowS === null ? weights.length : Math.max(1, Math.ceil(windowS / 3600));
  return mean(Array.from({ length: hours }, (_, i) => weights[(startHour + i) % weights.length]!));
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
export function expectedRequests(traffic: Traffic, trace: Trace | undefined, factor: number, spec: RunSpec): number {
  const most = Math.min(traffic.requests ?? Infinity, trace?.arrivedAtS.length ?? Infinity);
  if (spec.windowS === null || trace) return most;
  const { weights } = traffic.shape;
  const level = spec.level ?? weights[spec.startHour % weights.length]!;
  const perS = traffic.users
    ? (traffic.users.concurrent * factor * level) / Math.max(1, meanOf(traffic.users.think_time))
    : (traffic.rate ?? 0) * factor * level;
  return Math.max(1, Math.min(most, perS * spec.windowS));
}
