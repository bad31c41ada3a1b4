/** Simulates one measured run as it was measured. */
import { fluidCapacity } from '../../fleet/llm/capacity.js';
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
import { backlogSource, batchSource } from './sources.js';
import { collect, type RequestLatencies } from './statistics.js';

export interface Simulated {
  readonly latencies: RequestLatencies;
  readonly run: LlmRun;
  /** Rate of an endless backlog, of all replicas; absent of other loads. */
  readonly outputTokensPerS?: number;
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

const fleetOf = (conditions: ServingConditions, setup: RunSetup, engines: number) => {
  const { plan, prefixCaching } = setup;
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
    groups: [{ step: plan.step, limits, overhead: plan.overhead, engines }],
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
  const fleet = fleetOf(conditions, setup, setup.plan.engines * setup.replicas);
  const run = runLlmFleet(fleet, sourceOf(conditions, setup), everything(sink));
  return { latencies, run };
};

/**
 * Generations of a backlog before it is measured, and those measured at least: a generation is as many answers as an engine holds
 * sequences. `leastAnswers` are measured where generations are small. Against 80 generations and more: the 305 saturated runs of
 * TensorRT-LLM (serving-tensorrt-llm.csv) within 0.6 %; 63 others of four engines, prompts of 1 to 30,000 and answers of 1 to 2,048
 * tokens, within 1.1 %; 9 that preempt within 7 %.
 */
const warmupGenerations = 2;
const leastGenerations = 4;
const leastAnswers = 2000;

/** Sequences that an engine holds at once, with answers of the nominal length. */
const sequencesOf = (plan: ServingPlan, promptTokens: number, outputTokens: number): number => {
  const held = promptTokens + (plan.reservesAnswers ? outputTokens : outputTokens / 2);
  const inMemory = Math.floor(plan.kvBlocks / Math.ceil(held / plan.blockTokens));
  return Math.max(1, Math.min(plan.maxSequences, plan.maxBatchedTokens, inMemory));
};

/**
 * An endless backlog in its steady state. One engine is simulated: each has a backlog of its own. Its rate is that between two answers
 * which are whole generations apart, for engines that start answers in waves give them in waves.
 */
export const simulateSaturated = (conditions: ServingConditions, setup: RunSetup): Simulated => {
  const { plan, replicas } = setup;
  const { latencies, sink } = collect();
  const answers: { readonly endedAtS: number; readonly tokens: number }[] = [];
  const { prompt, output } = lengthDraws(conditions, setup.seed);
  const promptTokens = Math.max(1, conditions.promptTokens ?? 1);
  const outputTokens = Math.max(1, conditions.outputTokens ?? 1);
  const fluid = fluidCapacity(plan, { computedTokens: promptTokens, promptTokens, outputTokens, outputCv: 0 });
  const sequences = sequencesOf(plan, promptTokens, outputTokens);
  const generationS = sequences / fluid.requestsPerS;
  const warmupS = warmupGenerations * generationS;
  // Somewhat longer, to have whole generations of answers in it.
  const generations = 0.25 + Math.max(leastGenerations, leastAnswers / sequences);
  const source = backlogSource(sequences + plan.maxSequences, sequences, prompt, output);
  const run = runLlmFleet(fleetOf(conditions, setup, 1), source, {
    warmupS,
    untilS: warmupS + generations * generationS,
    batches: 1,
    batchSize: 0,
    sink: (row) => {
      sink(row);
      if (row.outcome === 'completed') answers.push({ endedAtS: row.arrivedAtS + row.e2eS, tokens: row.outputTokens });
    },
  });
  const whole = Math.max(1, Math.floor((answers.length - 1) / sequences)) * sequences;
  const [first, ...counted] = answers.slice(0, 1 + whole);
  const seconds = (counted.at(-1)?.endedAtS ?? Number.NaN) - (first?.endedAtS ?? Number.NaN);
  const perEngine = counted.reduce((sum, { tokens }) => sum + tokens, 0) / seconds;
  return { latencies, run, outputTokensPerS: perEngine * plan.engines * replicas };
};
