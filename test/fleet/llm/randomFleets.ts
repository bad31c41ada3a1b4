/** Random fleets and traffic for property tests: plain numbers that shrink well, and what they stand for. */
import fc from 'fast-check';
import type { AdmissionRules, RateLimit } from '../../../src/fleet/llm/admissionControl.js';
import type { ClientSettings } from '../../../src/fleet/llm/clients.js';
import type { LlmFleetConfig } from '../../../src/fleet/llm/fleet.js';
import { Origins } from '../../../src/fleet/llm/origins.js';
import type { ReplicaGroup } from '../../../src/fleet/llm/replicaGroup.js';
import { type RoutingPolicy, router } from '../../../src/fleet/llm/routing.js';
import { Shares } from '../../../src/fleet/llm/shares.js';
import { VerifySteps } from '../../../src/fleet/llm/verifySteps.js';
import { stream, type Uniform } from '../../../src/kernel/random.js';
import { constant, exponential, gamma } from '../../../src/kernel/variates.js';
import type { StepModel } from '../../../src/latency/types.js';
import { closedSource } from '../../../src/workload/closedSource.js';
import { drawTokens } from '../../../src/workload/draws.js';
import type { Intensity } from '../../../src/workload/intensity.js';
import { type MediaDraw, mediaDraw } from '../../../src/workload/media.js';
import { openSource } from '../../../src/workload/openSource.js';
import type { RequestSource } from '../../../src/workload/source.js';
import { traceSource } from '../../../src/workload/traceSource.js';
import type { Act } from './scriptedControl.js';

/** An act of control, in shares of about the time that the run takes. */
type Planned = {
  readonly at: number;
  readonly what: Act['what'];
  readonly which: number;
  readonly start: number;
};

const share = fc.integer({ min: 0, max: 999 }).map((n) => n / 1000);
/** Absent in half of the fleets. */
const often = <T>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T | null> =>
  fc.oneof(fc.constant(null), fc.record(of) as fc.Arbitrary<T>);
/** Present in a fifth of the fleets. */
const rarely = <T>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.record(of) as fc.Arbitrary<T> });
const lengths = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }))
  .map(([min, more]) => ({ min, max: min + more }));

export const fleetArbitrary = fc.record({
  seed: fc.nat({ max: 1_000_000 }),
  model: fc.record({
    knee: fc.integer({ min: 1, max: 80 }),
    /** Context, window and pair terms as shares of the base step time. */
    context: fc.oneof(fc.constant(0), share),
    window: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 120 })),
    windowCost: fc.oneof(fc.constant(0), share),
    pair: fc.oneof(fc.constant(0), share),
    prefill: fc.oneof(fc.constant(0), share),
    /** Host time beside the accelerator's, in base step times. */
    floor: fc.oneof(
      fc.constant(0),
      share.map((s) => 0.5 + 4 * s),
    ),
    host: share,
  }),
  limits: fc.record({
    maxSequences: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 24 }), fc.constant(256)),
    maxBatchedTokens: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 20, max: 400 }), fc.constant(2048)),
    blockTokens: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(1, 16, 32)),
    /** KV memory in tokens. */
    kvTokens: fc.oneof(fc.integer({ min: 60, max: 200 }), fc.integer({ min: 100, max: 1500 }), fc.constant(20_000)),
    prefixCaching: fc.boolean(),
    reservesAnswers: fc.constantFrom<boolean>(false, false, false, true),
  }),
  engines: fc.integer({ min: 1, max: 4 }),
  perReplica: fc.constantFrom<number>(1, 1, 1, 2),
  policy: fc.constantFrom<RoutingPolicy>(
    'least-outstanding',
    'join-shortest-queue',
    'round-robin',
    'random',
    'power-of-two',
    'prefix-aware',
    'session-affinity',
    'weighted',
    'nearest',
  ),
  weights: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
  speculative: often({ tokens: fc.integer({ min: 1, max: 6 }), acceptance: share, cost: share }),
  /** Host memory in tokens, and the time of a block in base step times. */
  swap: often({ hostTokens: fc.integer({ min: 0, max: 600 }), cost: share }),
  levels: fc.constantFrom<number>(1, 1, 2, 3),
  /** Acts of control at shares of about the time that the run takes. */
  acts: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Planned[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array<Planned>(
        fc.record({
          at: share,
          what: fc.constantFrom('look' as const, 'add' as const, 'drain' as const, 'remove' as const, 'fail' as const),
          which: share,
          start: fc.oneof(fc.constant(0), share),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    },
  ),
  /** Clients of an open loop: their patience in base step times, on a logarithmic scale, and the first pause in shares of it. */
  client: often({
    patience: share,
    retries: fc.integer({ min: 0, max: 3 }),
    pause: share,
    retriesOn: fc.oneof(
      fc.constant({ timeout: true, failure: true, rejection: true }),
      fc.record({ timeout: fc.boolean(), failure: fc.boolean(), rejection: fc.boolean() }),
    ),
    serverCancels: fc.boolean(),
    /** After a share of the patience, or at a quantile. */
    hedge: fc.oneof(
      { weight: 1, arbitrary: fc.constant(null) },
      {
        weight: 2,
        arbitrary: fc.record({
          after: share,
          byQuantile: fc.constantFrom<boolean>(false, false, true),
          budget: fc.constantFrom<number>(0.1, 0.5, 1, 1),
        }),
      },
    ),
    /** Window and pause in shares of the patience. */
    circuit: fc.oneof(
      fc.constant(null),
      fc.record({
        failures: share,
        window: share,
        minTries: fc.integer({ min: 1, max: 6 }),
        open: share,
        probes: fc.integer({ min: 1, max: 3 }),
      }),
    ),
  }),
  /** Other replicas beside the first: slower or faster, with other memory. */
  second: rarely({
    engines: fc.integer({ min: 0, max: 2 }),
    perReplica: fc.constantFrom<number>(1, 1, 2),
    speed: share,
    kvTokens: fc.oneof(fc.integer({ min: 40, max: 200 }), fc.integer({ min: 100, max: 3000 })),
    maxSequences: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(64)),
  }),
  /** The first replicas compute prompts, the second decode: latency and time of a token in base step times. */
  split: often({ latency: share, perToken: share }),
  /** Round trips in base step times, drawn; origins that may use the first group only, or the last. */
  origins: rarely({
    count: fc.integer({ min: 1, max: 3 }),
    far: share,
    bound: fc.constantFrom<'no' | 'first' | 'last'>('no', 'no', 'first', 'last'),
    day: fc.boolean(),
  }),
  admission: rarely({
    maxWaiting: fc.constantFrom<number>(0, 1, 3, 1e9, 1e9),
    maxInFlight: fc.constantFrom<number>(1, 4, 12, 1e9, 1e9),
    of: fc.constantFrom<'requests' | 'tokens' | 'nothing'>('requests', 'tokens', 'nothing'),
    rate: share,
    burst: fc.integer({ min: 1, max: 12 }),
  }),
  /** Latencies in base step times. */
  tokenApi: rarely({ whenWaiting: fc.integer({ min: 0, max: 4 }), ttft: share, tpot: share }),
  tenants: rarely({ count: fc.integer({ min: 1, max: 3 }), limited: share, isFair: fc.boolean() }),
  maxModelTokens: fc.integer({ min: 60, max: 600 }),
  rejectTooLong: fc.boolean(),
  overhead: fc.record({ fixed: fc.oneof(fc.constant(0), share), perToken: fc.oneof(fc.constant(0), share) }),
  prompt: lengths,
  output: lengths,
  shared: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 70 })),
  requests: fc.integer({ min: 1, max: 60 }),
  traffic: fc.oneof(
    fc.record({
      kind: fc.constant('open' as const),
      process: fc.constantFrom('poisson', 'constant', 'gamma'),
      /** Mean gap in base step times, on a logarithmic scale. */
      gap: share,
      uniquePrompts: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 })),
    }),
    fc.record({ kind: fc.constant('trace' as const), gap: share, together: share }),
    fc.record({
      kind: fc.constant('closed' as const),
      users: fc.integer({ min: 1, max: 16 }),
      think: fc.oneof(fc.constant(0), share),
      turns: fc.integer({ min: 1, max: 6 }),
      startTogether: fc.boolean(),
    }),
  ),
  /** Warm-up and end as shares of about the time that the run takes; null runs to the last answer. */
  warmup: fc.oneof(fc.constant(0), share),
  until: fc.oneof(fc.constant(null), share),
  batches: fc.integer({ min: 1, max: 3 }),
});

export type FleetSpec = typeof fleetArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** Seconds of a step with one token: not a round number, so that no time falls on a histogram's edge. */
const BASE = 0.0101234567;

export function stepModelOf(spec: FleetSpec): StepModel {
  const { model, speculative } = spec;
  const maxSequences = sequencesOf(spec);
  const width = widthOf(spec);
  const tokens = new Float64Array(budgetOf(spec) + 1);
  // Flat to the knee, then growing, with a jump every 64 tokens: monotone, not convex.
  for (let t = 1; t < tokens.length; t++) {
    tokens[t] = BASE * (1 + Math.max(0, t - model.knee) * 0.013 + Math.floor(t / 64) * 0.21 + t * 1e-4);
  }
  const by = (fixed: number, each: number, most = maxSequences): Float64Array =>
    Float64Array.from({ length: most + 1 }, (_, n) => BASE * (fixed + each * n));
  return {
    tokens,
    head: by(0, 0.0017, maxSequences * width),
    host: by(0.13 * model.host, 0.011 * model.host),
    perContextToken: BASE * model.context * 0.0123,
    perWindowToken: model.window > 0 ? BASE * model.windowCost * 0.0217 : 0,
    windowTokens: model.window,
    perPair: BASE * model.pair * 0.00071,
    perWindowPair: model.window > 0 ? BASE * model.windowCost * 0.00053 : 0,
    prefillStep: BASE * model.prefill * 0.77,
    hidden: by(model.floor, 0.0131 * model.floor),
    ...(speculative && { draft: by(0.31 * speculative.cost, 0.0071 * speculative.cost) }),
  };
}

/** Tokens that a decoding sequence takes of a step. */
const widthOf = ({ speculative }: FleetSpec): number => 1 + (speculative?.tokens ?? 0);
/** One sequence at least must fit into a step. */
const budgetOf = (spec: FleetSpec): number => Math.max(spec.limits.maxBatchedTokens, widthOf(spec));
const replicasOf = ({ engines, perReplica }: FleetSpec): number => Math.max(1, Math.floor(engines / perReplica));

/** Sequences that run together: each needs a token of the budget. */
const sequencesOf = (spec: FleetSpec): number => Math.min(spec.limits.maxSequences, budgetOf(spec));

/** In every fifth fleet some requests wait for their adapters. */
export const hasAdapters = ({ seed }: FleetSpec): boolean => seed % 5 === 2;

/** Pauses double with each retry and vary by a third. */
function clientOf({ client, traffic, seed }: FleetSpec): ClientSettings | undefined {
  if (client === null || traffic.kind === 'closed') return undefined;
  const timeoutS = BASE * 3.0123 * 100 ** client.patience;
  const uniform = stream(seed, 0, 'client');
  const pauseS = (retry: number): number => client.pause * timeoutS * 2 ** (retry - 1) * (1 - uniform() / 3);
  const { retries, retriesOn, serverCancels } = client;
  const { circuit, hedge } = client;
  return {
    timeoutS,
    retries,
    retriesOn,
    pauseS,
    serverCancels,
    ...(hedge && {
      hedge: {
        budget: hedge.budget,
        learnsEvery: 1 + (seed % 8),
        ...(hedge.byQuantile
          ? { afterS: Infinity, afterQuantile: hedge.after }
          : { afterS: hedge.after ** 2 * timeoutS }),
      },
    }),
    ...(circuit && {
      circuit: {
        failureShare: 0.01 + 0.98 * circuit.failures,
        windowS: (0.1 + 4 * circuit.window) * timeoutS,
        minTries: circuit.minTries,
        openS: (0.01 + 3 * circuit.open) * timeoutS,
        probes: circuit.probes,
      },
    }),
  };
}

export function configOf(spec: FleetSpec): LlmFleetConfig {
  const { limits, traffic, seed, speculative, swap, levels, second, tenants } = spec;
  const client = clientOf(spec);
  const contents = traffic.kind === 'open' ? traffic.uniquePrompts : traffic.kind === 'closed' ? traffic.users : 0;
  const first: ReplicaGroup = {
    step: stepModelOf(spec),
    limits: {
      maxSequences: sequencesOf(spec),
      maxBatchedTokens: budgetOf(spec),
      blockTokens: limits.blockTokens,
      kvBlocks: Math.ceil(limits.kvTokens / limits.blockTokens),
      prefixCaching: limits.prefixCaching,
      ...(limits.reservesAnswers && { reservesAnswers: true }),
      contentKeys: 1 + contents,
      ...(speculative && { draftTokens: speculative.tokens }),
      ...(levels > 1 && { priorityLevels: levels }),
      ...(tenants?.isFair && { tenantWeights: [1, 3, 0.7].slice(0, tenants.count) }),
      ...(hasAdapters(spec) && { adapterLoadS: BASE * 2.713 }),
      ...(swap && {
        swap: { hostBlocks: Math.floor(swap.hostTokens / limits.blockTokens), secondsPerBlock: BASE * 0.3 * swap.cost },
      }),
    },
    overhead: { fixedS: BASE * spec.overhead.fixed, perPromptTokenS: BASE * spec.overhead.perToken * 0.001 },
    engines: replicasOf(spec) * spec.perReplica,
    enginesPerReplica: spec.perReplica,
  };
  const groups = second === null ? [first] : [first, otherGroup(first, second)];
  const split = second === null ? null : spec.split;
  if (split !== null) splitGroups(groups);
  const rttS = roundTrips(spec, groups.length);
  return {
    groups,
    maxModelTokens: spec.maxModelTokens,
    rejectTooLong: spec.rejectTooLong,
    router: router(spec.policy, stream(seed, 0, 'routing'), {
      ...(second && spec.weights.length > 0 ? { groupWeights: spec.weights } : { weights: spec.weights }),
      ...(rttS && { nearest: { rttS, maxWaiting: 1 + (seed % 3) } }),
    }),
    ...(split && {
      handOver: {
        router: router(spec.policy, stream(seed, 0, 'decode routing'), { weights: spec.weights }),
        latencyS: BASE * (0.0137 + split.latency),
        perTokenS: BASE * 0.0317 * split.perToken,
      },
    }),
    ...(client && { client }),
    good: { ttftS: BASE * 9.1, tpotS: BASE * 3.3, e2eS: BASE * 200.7 },
    ...(speculative && {
      speculative: new VerifySteps(speculative.tokens, speculative.acceptance, stream(seed, 0, 'speculative')),
    }),
    ...(hasAdapters(spec) && { adapters: new Shares([0.6, 0.4], stream(seed, 0, 'adapters')) }),
    ...(levels > 1 && { priority: new Shares([0.3, 0.4, 0.5].slice(0, levels), stream(seed, 0, 'priority')) }),
    ...(rttS && { origins: originsOf(spec, rttS) }),
    ...(spec.tokenApi && {
      tokenApi: {
        whenWaiting: spec.tokenApi.whenWaiting,
        ttftS: BASE * (0.0173 + 20 * spec.tokenApi.ttft),
        tpotS: BASE * (0.0011 + spec.tokenApi.tpot),
      },
    }),
    ...(spec.admission && { admission: admissionOf(spec.admission, tenants) }),
    ...(tenants && { tenants: new Shares([0.5, 0.2, 0.4].slice(0, tenants.count), stream(seed, 0, 'tenants')) }),
  };
}

/** The first group computes prompts, the second decodes; only who decodes has to reserve room for answers. */
function splitGroups(groups: ReplicaGroup[]): void {
  const { reservesAnswers: _, ...limits } = groups[0]!.limits;
  groups[0] = { ...groups[0]!, limits, role: 'prefill' };
  groups[1] = { ...groups[1]!, role: 'decode' };
}

/** Replicas with the limits of the scheduler that the first have, on other hardware. */
function otherGroup(first: ReplicaGroup, other: FleetSpec['second'] & {}): ReplicaGroup {
  const { step, limits } = first;
  const factor = 0.4 + 2.1 * other.speed;
  const scaled = (times: Float64Array): Float64Array => times.map((time) => time * factor);
  return {
    step: {
      ...step,
      encode: factor,
      tokens: scaled(step.tokens),
      host: scaled(step.host),
      prefillStep: step.prefillStep * factor,
    },
    limits: {
      ...limits,
      maxSequences: Math.min(other.maxSequences, limits.maxSequences),
      kvBlocks: Math.ceil(other.kvTokens / limits.blockTokens),
    },
    overhead: { fixedS: first.overhead.fixedS * 0.7, perPromptTokenS: 0 },
    engines: other.engines * other.perReplica,
    enginesPerReplica: other.perReplica,
  };
}

function roundTrips({ origins }: FleetSpec, groups: number): number[][] | undefined {
  return origins === null
    ? undefined
    : Array.from({ length: origins.count }, (_, o) =>
        Array.from({ length: groups }, (_, g) => BASE * (0.31 + 7.3 * origins.far * Math.abs(o - g))),
      );
}

function originsOf({ origins, seed }: FleetSpec, rttS: number[][]): Origins {
  const { bound, day, count } = origins!;
  const halfDay = 200 * BASE;
  // Two hours that alternate, the origins out of phase.
  const intensities: Intensity[] = Array.from({ length: count }, (_, o) => ({
    at: (t) => {
      const half = Math.floor(t / halfDay);
      return { factor: (half + o) % 2 === 0 ? 1.7 : 0.3, until: (half + 1) * halfDay };
    },
  }));
  const mayServe = (origin: number, group: number, groups: number): boolean =>
    bound === 'no' || origin === 0 || group === (bound === 'first' ? 0 : groups - 1);
  return new Origins(
    {
      shares: [0.6, 0.3, 0.3].slice(0, count),
      ...(day && { intensities }),
      rttS,
      allowed: rttS.map((row, origin) => row.map((_, group) => mayServe(origin, group, row.length))),
    },
    stream(seed, 0, 'origins'),
  );
}

function admissionOf(spec: FleetSpec['admission'] & {}, tenants: FleetSpec['tenants']): AdmissionRules {
  const { of, rate, burst, maxWaiting, maxInFlight } = spec;
  const perToken = of === 'tokens' ? 60 : 1;
  const limit = (share: number): RateLimit => ({
    perS: ((0.02 + share) * 0.5 * perToken) / BASE / 10,
    burst: burst * perToken,
    of: of === 'tokens' ? 'tokens' : 'requests',
  });
  return {
    maxWaiting,
    maxInFlight,
    ...(of !== 'nothing' && { rateLimit: limit(rate) }),
    ...(tenants && { tenantLimits: [limit(tenants.limited), undefined] }),
  };
}

/** Acts in seconds, for a run that takes about `wholeS`. */
export function actsOf(spec: FleetSpec, wholeS: number): Act[] {
  const acts: readonly Planned[] = spec.acts;
  return acts
    .map(({ at, what, which, start }) => ({
      at: at * wholeS + BASE * 0.000317,
      what,
      which,
      startS: start * 0.3 * wholeS,
      // A new replica is of the other kind, if there is one, every second time.
      group: spec.second !== null && Math.floor(which * 1000) % 2 === 1 ? 1 : 0,
    }))
    .sort((a, b) => a.at - b.at);
}

/** One to three images in some prompts of every third fleet that replays no trace. */
export function mediaOf({ seed, traffic }: FleetSpec): MediaDraw | undefined {
  if (seed % 3 !== 1 || traffic.kind === 'trace') return undefined;
  const uniform = (what: string): Uniform => stream(seed, 0, what);
  const [share, tokens, encode] = [uniform('media'), uniform('media tokens'), uniform('encoding')].map((draw) =>
    draw(),
  );
  const amount = uniform('images');
  return mediaDraw([
    {
      share: 1.5 * share!,
      uniform: uniform('with images'),
      amount: () => 1 + Math.floor(3 * amount()),
      tokensPer: 1 + Math.floor(30 * tokens!),
      window: 1,
      secondsPerWindow: BASE * 1.37 * encode!,
    },
  ]);
}

/** A fresh source: the same requests each time. */
export function sourceOf(spec: FleetSpec): RequestSource {
  const { traffic, seed, requests } = spec;
  const promptTokens = drawTokens({ kind: 'uniform', ...spec.prompt }, stream(seed, 0, 'prompt'));
  const outputTokens = drawTokens({ kind: 'uniform', ...spec.output }, stream(seed, 0, 'output'));
  const uniform = stream(seed, 0, 'arrivals');
  const media = mediaOf(spec);
  const meanGap = traffic.kind === 'closed' ? 0 : BASE * 0.1 * 300 ** traffic.gap;
  switch (traffic.kind) {
    case 'open':
      return openSource({
        unitGap: { poisson: exponential(uniform, 1), constant: constant(1), gamma: gamma(uniform, 1, 1.7) }[
          traffic.process
        ]!,
        ratePerS: 1 / meanGap,
        intensity: { at: () => ({ factor: 1, until: Infinity }) },
        promptTokens,
        outputTokens,
        sharedTokens: spec.shared,
        ...(media && { media }),
        uniquePrompts: traffic.uniquePrompts,
        limit: requests,
      });
    case 'trace': {
      const arrivedAtS = new Float64Array(requests);
      for (let i = 1; i < requests; i++) {
        arrivedAtS[i] = arrivedAtS[i - 1]! + (uniform() < traffic.together ? 0 : -Math.log1p(-uniform()) * meanGap);
      }
      const columns = {
        arrivedAtS,
        promptTokens: Int32Array.from({ length: requests }, promptTokens),
        outputTokens: Int32Array.from({ length: requests }, outputTokens),
      };
      return traceSource({ ...columns, format: 'test', skipped: [] }, spec.shared, Infinity, {
        users: 1,
        promptTokens: 1,
        outputTokens: 1,
      });
    }
    case 'closed':
      return closedSource({
        users: traffic.users,
        // Without a thought, requests move between engines at the very moments at which like engines end steps: which is first would
        // be for rounding to say.
        thinkS:
          traffic.think === 0 && spec.engines === 1 && spec.acts.length === 0
            ? constant(0)
            : exponential(uniform, BASE * (0.3 + 40 * traffic.think)),
        turns: traffic.turns,
        promptTokens,
        outputTokens,
        sharedTokens: spec.shared,
        ...(media && { media }),
        maxTokens: spec.maxModelTokens,
        limit: requests,
        startTogether: traffic.startTogether,
      });
  }
}
