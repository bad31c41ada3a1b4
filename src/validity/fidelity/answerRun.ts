/** Answers the measurements of one serving run: simulates it once for each load that its metrics need, and reads them off. */
import { isRefusal, planServing } from '../../latency/planServing.js';
import { stepSeconds } from '../../latency/stepSeconds.js';
import type { ServingPlan } from '../../latency/types.js';
import type { Trace } from '../../workload/trace.js';
import { type Load, loads, type ServingConditions, type ServingRun } from '../measurements/servingRow.js';
import type { Answer } from './answer.js';
import { bandKindOf } from './bandKind.js';
import { beyondPhysics } from './beyondPhysics.js';
import { offeredLoad } from './offeredLoad.js';
import { type RunConfig, type RunOptions, runConfig } from './runConfig.js';
import { type RunSetup, type Simulated, simulateRequests, simulateSaturated } from './simulateRun.js';
import { statisticOf } from './statistics.js';

export interface ServingOptions extends RunOptions {
  readonly seed: number;
  /** Traces that rows name, by the cell's text; a text says why one cannot be read. */
  readonly traces: ReadonlyMap<string, Trace | string>;
}

/** Why these conditions cannot be simulated, whatever the configuration. */
const lacking = (conditions: ServingConditions, traces: ServingOptions['traces']): string | undefined => {
  const { load, promptTokens, outputTokens } = conditions;
  if (!loads.includes(load as Load)) {
    return load === '' ? 'the row states no load' : `the load "${load}" is not one of ${loads.join(', ')}`;
  }
  if (load === 'trace') {
    if (conditions.trace === undefined) return 'a load of kind trace needs a trace file';
    const trace = traces.get(conditions.trace);
    return typeof trace === 'object' ? undefined : (trace ?? 'the trace was not read');
  }
  if (promptTokens === undefined || outputTokens === undefined) return 'prompt_tokens or output_tokens is not given';
  if (promptTokens === 0 && outputTokens === 0) return 'neither prompt nor answer has a token';
  if (load === 'static_batch' && conditions.batchSize === undefined) return 'a static batch needs batch_size';
  if (load === 'closed_loop' && conditions.concurrency === undefined) return 'a closed loop needs concurrency';
  if (load === 'open_loop' && !((conditions.requestRate ?? 0) > 0)) return 'an open loop needs request_rate';
  return undefined;
};

/** The phases of a run are simulated apart where a metric asks for one alone. */
class Simulations {
  private whole: Simulated | undefined;
  private prefill: Simulated | undefined;

  constructor(
    private readonly conditions: ServingConditions,
    private readonly setup: RunSetup,
  ) {}

  asMeasured(): Simulated {
    const { conditions, setup } = this;
    return (this.whole ??=
      conditions.load === 'saturated' ? simulateSaturated(conditions, setup) : simulateRequests(conditions, setup));
  }

  /** The whole run, if a metric asked for it. */
  get simulated(): Simulated | undefined {
    return this.whole;
  }

  /** The whole batch's prompts, and one token each. */
  promptsOnly(): Simulated {
    const conditions = { ...this.conditions, outputTokens: 1, lengthRange: 1 };
    return (this.prefill ??= simulateRequests(conditions, this.setup));
  }
}

const most = (values: readonly number[]): number => values.reduce((max, value) => Math.max(max, value), 0);

/** One decode step of the whole batch at its mean context, seconds. */
const decodeStepS = (conditions: ServingConditions, plan: ServingPlan, replicas: number): number => {
  const { step } = plan;
  const batch = conditions.batchSize ?? conditions.concurrency ?? 1;
  const sequences = Math.min(plan.maxSequences, Math.ceil(batch / (plan.engines * replicas)));
  const context = Math.max(1, (conditions.promptTokens ?? 0) + (conditions.outputTokens ?? 0) / 2);
  const windowed = sequences * Math.min(context, step.windowTokens);
  return stepSeconds(step, sequences, sequences, sequences * context, windowed, 0, 0);
};

type Reader = (
  simulations: Simulations,
  context: { conditions: ServingConditions; plan: ServingPlan; run: RunConfig },
) => number;

const throughput: Reader = (simulations, { conditions, plan }) => {
  const { run, latencies, outputTokensPerS } = simulations.asMeasured();
  if (outputTokensPerS !== undefined) return outputTokensPerS;
  if (conditions.load === 'static_batch') return latencies.outputTokens / most(latencies.e2eS);
  return latencies.outputTokens / (run.untilS - run.fromS + plan.overhead.fixedS);
};

/** How each metric is read off; seconds are turned into the metric's unit. */
const readers: Readonly<Record<string, Reader>> = {
  output_tokens_per_s: throughput,
  output_tokens_per_s_per_accelerator: (simulations, context) =>
    throughput(simulations, context) / context.run.accelerators,
  batch_latency_s: (simulations) => most(simulations.asMeasured().latencies.e2eS),
  prompt_time_ms: (simulations, { plan }) =>
    1e3 * (most(simulations.promptsOnly().latencies.ttftS) - plan.overhead.fixedS),
  token_time_ms: (_, { conditions, plan, run }) => 1e3 * decodeStepS(conditions, plan, run.replicas),
  prefill_tokens_per_s: (simulations, { conditions }) =>
    ((conditions.batchSize ?? conditions.concurrency ?? 1) * (conditions.promptTokens ?? 0)) /
    most(simulations.promptsOnly().latencies.ttftS),
  decode_tokens_per_s: (_, { conditions, plan, run }) =>
    (conditions.batchSize ?? conditions.concurrency ?? 1) / decodeStepS(conditions, plan, run.replicas),
};

const latencyOf = (metric: string, simulations: Simulations, isBatch: boolean): number | undefined => {
  const match = /^(ttft|tpot|itl|e2e)_(mean|p\d{2,3})_ms$/.exec(metric);
  if (match === null) return undefined;
  const [, what, statistic] = match;
  const { latencies, run } = simulations.asMeasured();
  if (what === 'itl') {
    const histogram = run.metrics.itl[0]!;
    return 1e3 * (statistic === 'mean' ? histogram.mean : histogram.quantile(Number(`0.${statistic!.slice(1)}`)));
  }
  // Of a static batch: to the first token of the batch.
  if (what === 'ttft' && isBatch) return 1e3 * Math.min(...latencies.ttftS);
  const values = what === 'ttft' ? latencies.ttftS : what === 'tpot' ? latencies.tpotS : latencies.e2eS;
  const seconds = statisticOf(values, statistic!);
  return seconds === undefined ? undefined : 1e3 * seconds;
};

/** Answers of one run, one a measurement, in their order. */
export const answerRun = (run: ServingRun, options: ServingOptions): readonly Answer[] => {
  const unanswered = (reason: string): readonly Answer[] =>
    run.measurements.map(() => ({ kind: 'unanswered', reason }));
  const conditions = run.conditions;
  const missing = lacking(conditions, options.traces);
  if (missing !== undefined) return unanswered(missing);
  const prepared = runConfig(conditions, options);
  if (typeof prepared === 'string') return unanswered(prepared);
  const longest = (conditions.promptTokens ?? 0) + (conditions.outputTokens ?? 0);
  const plan = planServing(longest > 0 ? { ...prepared.config, maxModelLen: Math.ceil(longest) } : prepared.config);
  if (isRefusal(plan)) return unanswered(`${plan.message} (${plan.hint})`);
  const trace = conditions.trace === undefined ? undefined : options.traces.get(conditions.trace);
  const setup: RunSetup = {
    plan,
    replicas: prepared.replicas,
    prefixCaching: prepared.config.batching.prefix_caching,
    seed: options.seed,
    ...(typeof trace === 'object' ? { trace } : {}),
  };
  const simulations = new Simulations(conditions, setup);
  const context = { conditions, plan, run: prepared };
  const predictions = run.measurements.map(({ metric }) => {
    const reader = readers[metric];
    return reader ? reader(simulations, context) : latencyOf(metric, simulations, conditions.load === 'static_batch');
  });
  const { simulated } = simulations;
  const load = simulated && offeredLoad(conditions, plan, prepared.replicas, simulated);
  return run.measurements.map(({ metric, value }, at): Answer => {
    const predicted = predictions[at];
    if (predicted === undefined) return { kind: 'unanswered', reason: `the metric "${metric}" is not known` };
    if (!Number.isFinite(predicted) || predicted <= 0) {
      return { kind: 'unanswered', reason: 'no request was answered, or the metric has no value for these lengths' };
    }
    const beyond = beyondPhysics(metric, value, conditions, prepared, plan.engines);
    return {
      kind: 'answered',
      predicted,
      profile: plan.profile.name,
      band80: plan.profile.band80[bandKindOf(metric)],
      grade: plan.profile.grade,
      notes: [...prepared.notes, ...plan.profile.extrapolates, ...(beyond === undefined ? [] : [beyond])],
      ...(load === undefined ? {} : { offeredLoad: load }),
      ...(beyond === undefined ? {} : { beyondPhysics: true }),
    };
  });
};
