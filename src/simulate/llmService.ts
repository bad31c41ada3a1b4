/** Runs one replication of a `kind: llm` service. */
import { runLlmFleet } from '../fleet/llm/fleet.js';
import { PriorityLevels } from '../fleet/llm/priorityLevels.js';
import { router } from '../fleet/llm/routing.js';
import { VerifySteps } from '../fleet/llm/verifySteps.js';
import { stream, type Uniform } from '../kernel/random.js';
import { sum } from './arithmetic.js';
import { goodLimits } from './attainment.js';
import { clientSettings } from './client.js';
import { drillsOf, fleetDrills } from './drills.js';
import type { RunRecord } from './record.js';
import type { RunSpec } from './runSpec.js';
import { scaledFleet } from './scaledFleet.js';
import { expectedRequests, requestSource } from './sources.js';
import type { PreparedService, World } from './world.js';

export type LlmPrepared = Extract<PreparedService, { kind: 'llm' }>;

export function runLlm(world: World, prepared: LlmPrepared, spec: RunSpec): RunRecord {
  const { service, plan, name } = prepared;
  const { traffic, batching } = service;
  const { users } = world.drivers;
  const { routing } = world.scenario;
  const random = (what: string): Uniform => stream(spec.seed, spec.replication, `${name}/${what}`);
  const drafts = plan.speculative;
  const priorities = traffic.priority && traffic.priority.length > 1 ? traffic.priority : undefined;
  const onPool = world.pools[prepared.pool]!;
  const initial = spec.start?.replicas ?? onPool.pool.replicas.initial;
  const engines = initial * plan.engines;
  const drills = drillsOf(world, prepared, spec);
  const scaled = scaledFleet(prepared, onPool, plan.engines, spec, fleetDrills(drills, spec));
  const expected = expectedRequests(traffic, prepared.trace, users, spec);
  const contents = traffic.users
    ? Math.ceil(traffic.users.concurrent * users * Math.max(1, ...traffic.shape.weights)) + 1
    : (traffic.unique_prompts ?? 0);
  const levels: number[] = [];
  const run = runLlmFleet(
    {
      step: plan.step,
      limits: {
        maxSequences: Math.min(plan.maxSequences, plan.maxBatchedTokens),
        maxBatchedTokens: plan.maxBatchedTokens,
        blockTokens: plan.blockTokens,
        kvBlocks: plan.kvBlocks,
        prefixCaching: batching.prefix_caching,
        ...(plan.reservesAnswers && { reservesAnswers: true }),
        contentKeys: 1 + contents,
        ...(drafts && { draftTokens: drafts.tokens }),
        ...(priorities && { priorityLevels: priorities.length }),
        ...(plan.swap && { swap: plan.swap }),
      },
      overhead: plan.overhead,
      engines,
      enginesPerReplica: plan.engines,
      maxModelTokens: plan.maxModelTokens,
      rejectTooLong: batching.max_model_len !== undefined,
      // A replica's engines share its weight evenly.
      router: router(
        routing.policy,
        random('routing'),
        routing.weights?.flatMap((weight) => new Array<number>(plan.engines).fill(weight)),
      ),
      good: goodLimits(service.slo),
      ...(drafts && { speculative: new VerifySteps(drafts.tokens, drafts.acceptance, random('speculative')) }),
      ...(traffic.client && { client: clientSettings(traffic.client, random('client')) }),
      ...(priorities && {
        priority: new PriorityLevels(
          priorities.map(({ share }) => share),
          random('priority'),
        ),
      }),
    },
    requestSource(prepared, world.drivers, spec, plan.maxModelTokens, drills),
    {
      warmupS: spec.warmupS,
      untilS: spec.windowS === null ? Infinity : spec.warmupS + spec.windowS,
      batches: spec.batches,
      batchSize: spec.batches > 1 ? Math.max(1, Math.ceil(expected / spec.batches)) : 0,
      ...(spec.sink && { sink: spec.sink }),
      ...(scaled && { controller: scaled.controller }),
      ...(spec.probeEveryS !== undefined && {
        probe: { everyS: spec.probeEveryS, observe: (inSystem: number) => levels.push(inSystem) },
      }),
    },
  );
  const { metrics, untilS, retired } = run;
  const total = (of: 'busyS' | 'sequenceSeconds' | 'tokenSeconds'): number =>
    retired[of] + sum(run.engines.map((engine) => engine[of]));
  const most = (of: 'maxSequencesSeen' | 'maxTokensSeen'): number =>
    Math.max(retired[of], ...run.engines.map((engine) => engine[of]));
  return {
    fromS: run.fromS,
    untilS,
    counts: {
      arrived: metrics.arrived,
      carriedIn: run.carriedIn,
      carriedOut: metrics.carriedOut,
      completed: metrics.completed,
      rejected: metrics.rejected,
      abandoned: metrics.abandoned,
      failed: metrics.failed,
      timeouts: metrics.timeouts,
      retries: metrics.retries,
      inFlight: run.inFlight,
      good: metrics.good,
      preemptions: metrics.preemptions,
      swaps: metrics.swaps,
      tooLong: metrics.tooLong,
      inputTokens: metrics.inputTokens,
      // With drafts, tokens of steps that straddle the window's ends are counted in parts.
      outputTokens: Math.round(metrics.outputTokens),
      hitTokens: metrics.hitTokens,
      lookedUpTokens: metrics.lookedUpTokens,
    },
    histograms: { ttft: metrics.ttft, tpot: metrics.tpot, itl: metrics.itl, queue: metrics.queue, e2e: metrics.e2e },
    ...(priorities && {
      priorities: priorities.map((_, i) => ({ ttft: metrics.ttftByLevel[i]!, e2e: metrics.e2eByLevel[i]! })),
    }),
    waiting: { integral: metrics.waiting.integral(untilS), max: metrics.waiting.max },
    inSystem: { integral: metrics.inSystem.integral(untilS), max: metrics.inSystem.max },
    busyS: total('busyS'),
    servers: engines,
    batch: { weight: total('sequenceSeconds'), over: total('busyS'), max: most('maxSequencesSeen') },
    kv: { tokenSeconds: total('tokenSeconds'), maxTokens: most('maxTokensSeen') },
    ...(scaled && { fleet: scaled.record(run) }),
    ...(spec.probeEveryS !== undefined && { levels }),
    events: run.events,
  };
}
