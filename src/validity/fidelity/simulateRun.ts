/** Simulates one measured run as it was measured. */
import { type LlmRun, runLlmFleet } from '../../fleet/llm/fleet.js';
import type { RequestSink } from '../../fleet/llm/metrics.js';
import { router } from '../../fleet/llm/routing.js';
import { stream, type Uniform } from '../../kernel/random.js';
import { constant, type Draw, exponential } from '../../kernel/variates.js';
import type { ServingPlan } from '../../latency/types.js';
import { closedSource } from '../../workload/closedSource.js';
import { openSource } from '../../workload/openSource.js';
import type { RequestSource } from '../../workload/source.js';
import type { Trace } from '../../workload/trace.js';
import { traceSource } from '../../workload/traceSource.js';
import type { Load, ServingConditions } from '../measurements/servingRow.js';
import { lengthDraws } from './lengths.js';
import { batchSource } from './sources.js';
import { collect, type RequestLatencies } from './statistics.js';

export interface Simulated {
  readonly latencies: RequestLatencies;
  readonly run: LlmRun;
}

/** What a run needs beside its conditions. */
export interface RunSetup {
  readonly plan: ServingPlan;
  readonly replicas: number;
  readonly prefixCaching: boolean;
  readonly seed: number;
  readonly trace?: Trace;
}

/** Requests of a benchmark that does not say how many it sent: ten per user (InferenceX and the clients it uses, 2025). */
const requestsPerUser = 10;
/** Length of an open-loop run that does not state its own, and the most requests that are simulated of any. */
const defaultDurationS = 600;
const mostRequests = 20_000;

/**
 * Users of a closed loop with nominally equal lengths drift apart all the same: prompts do not tokenise to exactly the nominal number,
 * answers arrive one after the other. Without drift they would ask in lockstep for ever. Share of the answer's length, assumed.
 */
const lengthDrift = 0.1;
const drifting = (draw: Draw, range: number, uniform: Uniform): Draw =>
  range < 1 ? draw : () => Math.max(1, Math.round(draw() * (1 + lengthDrift * (2 * uniform() - 1))));

const forever = { at: () => ({ factor: 1, until: Infinity }) };

/** Seed the streams of one run: the same conditions always see the same arrivals and lengths. */
const sourceOf = (conditions: ServingConditions, setup: RunSetup): RequestSource => {
  const { prompt, output } = lengthDraws(conditions, setup.seed);
  const shared = conditions.sharedPrefixTokens;
  switch (conditions.load as Load) {
    case 'closed_loop': {
      const users = conditions.concurrency ?? 1;
      const drift = stream(setup.seed, 0, 'fidelity/drift');
      return closedSource({
        users,
        thinkS: constant(0),
        turns: 1,
        promptTokens: prompt,
        outputTokens: drifting(output, conditions.lengthRange, drift),
        sharedTokens: shared,
        maxTokens: Infinity,
        limit: requestsPerUser * users,
        startTogether: true,
      });
    }
    case 'trace':
      return traceSource(setup.trace!, shared, mostRequests, { users: 1, promptTokens: 1, outputTokens: 1 });
    case 'open_loop': {
      const rate = conditions.requestRate ?? 0;
      const poisson = conditions.arrivals !== 'constant';
      const requests = Math.round(rate * (conditions.durationS ?? defaultDurationS));
      return openSource({
        unitGap: poisson ? exponential(stream(setup.seed, 0, 'fidelity/arrivals'), 1) : constant(1),
        ratePerS: rate,
        intensity: forever,
        promptTokens: prompt,
        outputTokens: output,
        sharedTokens: shared,
        uniquePrompts: conditions.uniquePrompts ?? 0,
        limit: Math.max(1, Math.min(requests, mostRequests)),
      });
    }
    default:
      return batchSource(conditions.batchSize ?? 1, prompt, output);
  }
};

const fleetOf = (conditions: ServingConditions, setup: RunSetup) => {
  const { plan, replicas, prefixCaching } = setup;
  const limits = {
    maxSequences: Math.min(plan.maxSequences, plan.maxBatchedTokens),
    maxBatchedTokens: plan.maxBatchedTokens,
    blockTokens: plan.blockTokens,
    kvBlocks: plan.kvBlocks,
    prefixCaching,
    ...(plan.reservesAnswers && { reservesAnswers: true }),
    contentKeys: 1 + (conditions.uniquePrompts ?? 0),
  };
  return {
    groups: [{ step: plan.step, limits, overhead: plan.overhead, engines: plan.engines * replicas }],
    maxModelTokens: plan.maxModelTokens,
    rejectTooLong: false,
    router: router('least-outstanding', stream(setup.seed, 0, 'fidelity/routing')),
    good: { ttftS: Infinity, tpotS: Infinity, e2eS: Infinity },
  };
};

const everything = (sink: RequestSink) => ({ warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0, sink });

/** Static batches, closed and open loops, traces: from the first request to the last answer. */
export const simulateRequests = (conditions: ServingConditions, setup: RunSetup): Simulated => {
  const { latencies, sink } = collect();
  const run = runLlmFleet(fleetOf(conditions, setup), sourceOf(conditions, setup), everything(sink));
  return { latencies, run };
};

/**
 * Requests of a published throughput, for each replica: so many at once, timed to the last answer (TensorRT-LLM, performance overview of 0.11, 2024-07).
 * Ends count: where a device holds a thousand sequences, there are few generations.
 */
const backlogRequests = 2000;

/** A backlog, from its first request to its last answer. */
export const simulateSaturated = (conditions: ServingConditions, setup: RunSetup): Simulated => {
  const { latencies, sink } = collect();
  const { prompt, output } = lengthDraws(conditions, setup.seed);
  const source = batchSource(backlogRequests * setup.replicas, prompt, output);
  const run = runLlmFleet(fleetOf(conditions, setup), source, everything(sink));
  return { latencies, run };
};
