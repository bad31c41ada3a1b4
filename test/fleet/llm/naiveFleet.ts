/** Naive engines behind a router, fed by one source: the slow twin of `runLlmFleet`, event by event and step by step. */
import type { RateLimit } from '../../../src/fleet/llm/admissionControl.js';
import type { FleetControl } from '../../../src/fleet/llm/control.js';
import type { LlmFleetConfig, LlmRunOptions } from '../../../src/fleet/llm/fleet.js';
import { Histogram } from '../../../src/kernel/histogram.js';
import type { RequestSource } from '../../../src/workload/source.js';
import { NaiveCircuit } from './naiveCircuit.js';
import { NaiveEngine } from './naiveEngine.js';
import { NaiveMeter } from './naiveMeter.js';
import { NaiveReplicas } from './naiveReplicas.js';
import { fresh, type NaiveRequest } from './naiveRequest.js';

export interface NaiveRow {
  readonly arrivedAtS: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly queuedS: number;
  readonly ttftS: number;
  readonly e2eS: number;
  readonly replica: number;
  readonly outcome: 'completed' | 'rejected' | 'failed' | 'abandoned';
}

export interface NaiveRun {
  readonly meter: NaiveMeter;
  readonly rows: readonly NaiveRow[];
  readonly ttft: readonly Histogram[];
  readonly tpot: readonly Histogram[];
  readonly e2e: readonly Histogram[];
  readonly queue: readonly Histogram[];
  readonly count: {
    arrived: number;
    completed: number;
    carriedIn: number;
    carriedOut: number;
    rejected: number;
    failed: number;
    abandoned: number;
    timeouts: number;
    retries: number;
    refusals: number;
    apiCalls: number;
    apiInputTokens: number;
    apiOutputTokens: number;
    hedges: number;
    hedgesWon: number;
    hedgeTokens: number;
    tooLong: number;
    good: number;
    inFlight: number;
    rerouted: number;
  };
  readonly ttftByLevel: readonly Histogram[];
  readonly e2eByLevel: readonly Histogram[];
  readonly replicaSeconds: readonly {
    readonly provisioned: number;
    readonly ready: number;
    readonly draining: number;
    readonly serving: number;
  }[];
  readonly servingS: number;
  readonly circuit: { readonly opened: number; readonly openS: number };
  readonly rejectedFor: Readonly<Record<string, number>>;
  readonly byOrigin: readonly NaiveBreakdown[];
  readonly byTenant: readonly NaiveBreakdown[];
  readonly steps: number;
  /**
   * Whether events of different engines, or an arrival and a step's end, came so close that rounding decides which is first: equal
   * sums of equal steps, added up in another order. Such a run has no one right answer.
   */
  readonly isAmbiguous: boolean;
  readonly untilS: number;
}

/** Requests of one origin or tenant: each that was answered, and how many came and were turned away. */
export interface NaiveBreakdown {
  arrived: number;
  rejected: number;
  answered: { readonly group: number; readonly tokens: number; readonly ttft: number; readonly e2e: number }[];
}

type Options = Pick<LlmRunOptions, 'warmupS' | 'untilS' | 'batches' | 'batchSize' | 'controller'>;

export function runNaiveFleet(config: LlmFleetConfig, source: RequestSource, options: Options): NaiveRun {
  const fromS = options.warmupS;
  const meter = new NaiveMeter(fromS, options.untilS);
  const rows: NaiveRow[] = [];
  const many = (): Histogram[] => Array.from({ length: options.batches }, () => new Histogram());
  const [ttfts, tpots, e2es, queues] = [many(), many(), many(), many()];
  const levels = config.priority && config.priority.count > 1 ? config.priority.count : 0;
  const byLevel = (): Histogram[] => Array.from({ length: levels }, () => new Histogram());
  const [ttftByLevel, e2eByLevel] = [byLevel(), byLevel()];
  const count = {
    arrived: 0,
    completed: 0,
    carriedIn: 0,
    carriedOut: 0,
    rejected: 0,
    failed: 0,
    abandoned: 0,
    timeouts: 0,
    retries: 0,
    refusals: 0,
    apiCalls: 0,
    apiInputTokens: 0,
    apiOutputTokens: 0,
    hedges: 0,
    hedgesWon: 0,
    hedgeTokens: 0,
    tooLong: 0,
    good: 0,
    inFlight: 0,
    rerouted: 0,
  };
  const parts = (many: number): NaiveBreakdown[] =>
    Array.from({ length: many }, () => ({ arrived: 0, rejected: 0, answered: [] }));
  const byOrigin = parts(config.origins?.count ?? 0);
  const byTenant = parts(config.tenants?.count ?? 0);
  const rejectedFor: Record<string, number> = {};
  let steps = 0;
  let isAmbiguous = false;
  const lastEnd = new Map<number, number>();
  const lastFinish = new Map<number, number>();
  let lastControl = -1;
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9 * Math.max(1, a);

  /** Requests on their way from an engine to another, and when each engine has sent all. */
  const transfers: { readonly at: number; readonly request: NaiveRequest }[] = [];
  /** What the token API answers, and whether the try that was let in last goes there. */
  const apiCalls: { readonly at: number; readonly request: NaiveRequest }[] = [];
  let toApi = false;
  const sentUntil = new Map<number, number>();

  const finished = (request: NaiveRequest, now: number): void => {
    if (request.unseen && client!.serverCancels) {
      dropped(request, now);
      return;
    }
    if (request.done < request.steps) {
      const { latencyS, perTokenS } = config.handOver!;
      const sent = Math.max(now, sentUntil.get(request.engine) ?? 0) + perTokenS * request.promptTokens;
      sentUntil.set(request.engine, sent);
      transfers.push({ at: sent + latencyS, request });
      return;
    }
    if (request.unseen) {
      dropped(request, now);
      return;
    }
    circuit?.ended(request.circuit, false, now);
    watched = watched.filter((event) => event.request !== request);
    slow = slow.filter((event) => event.request !== request);
    const { arrivedAt, promptTokens, outputTokens } = request;
    const outside = outsideOf(request);
    meter.inSystem.change(now, -1);
    if (request.engine >= 0) lastFinish.set(request.engine, now);
    for (const [engine, time] of lastFinish) if (engine !== request.engine && isNear(time, now)) isAmbiguous = true;
    if (now >= fromS && arrivedAt < fromS) count.carriedOut++;
    if (now >= fromS && arrivedAt >= fromS) count.completed++;
    if (now >= fromS) {
      const ttft = request.firstTokenAt - arrivedAt + outside;
      const e2e = now - arrivedAt + outside;
      const queued = request.admittedAt! - arrivedAt;
      const tpot = outputTokens > 1 ? (e2e - ttft) / (outputTokens - 1) : 0;
      if (ttft <= config.good.ttftS && tpot <= config.good.tpotS && e2e <= config.good.e2eS) count.good++;
      ttfts[request.batch]!.add(ttft);
      e2es[request.batch]!.add(e2e);
      queues[request.batch]!.add(queued);
      if (outputTokens > 1) tpots[request.batch]!.add(tpot);
      for (const part of [byOrigin[request.origin], byTenant[request.tenant]])
        part?.answered.push({ group: request.group, tokens: outputTokens, ttft, e2e });
      if (levels > 0) {
        ttftByLevel[request.priority]!.add(ttft);
        e2eByLevel[request.priority]!.add(e2e);
      }
      rows.push({
        arrivedAtS: arrivedAt,
        promptTokens,
        outputTokens,
        queuedS: queued,
        ttftS: ttft,
        e2eS: e2e,
        replica: request.engine,
        outcome: 'completed',
      });
    }
    if (request.user >= 0) source.answered(request.user, now + outside);
  };
  const { client } = config;
  const circuit = client?.circuit && new NaiveCircuit(client.circuit, fromS);
  /** What clients wait for: their timeouts and the ends of their pauses, in the order in which they began to. */
  let watched: { readonly at: number; readonly request: NaiveRequest; readonly isPause: boolean }[] = [];
  const nextWatched = () => watched.reduce((first, event) => (event.at < first.at ? event : first), watched[0]!);
  const outsideOf = ({ promptTokens, group, origin }: NaiveRequest): number => {
    if (group === config.groups.length) return 0;
    const at = Math.max(0, group);
    const { fixedS, perPromptTokenS } = config.groups[at]!.overhead;
    return fixedS + perPromptTokenS * promptTokens + (config.origins?.rttS[origin]?.[at] ?? 0);
  };
  /** When tries will have waited long enough for a second copy. */
  let slow: { readonly at: number; readonly request: NaiveRequest }[] = [];
  const firstTokens = new Histogram();
  let [tries, copies, hedgeAfterS] = [0, 0, client?.hedge?.afterS ?? Infinity];
  const send = (request: NaiveRequest, now: number): void => {
    request.circuit = circuit?.generation ?? 0;
    if (toApi) {
      const { ttftS, tpotS } = config.tokenApi!;
      const begun = { engine: -1, group: config.groups.length, admittedAt: now, firstTokenAt: now + ttftS };
      Object.assign(request, begun);
      apiCalls.push({ at: now + ttftS + tpotS * (request.outputTokens - 1), request });
      watchTime(request, now);
      return;
    }
    place(request, now);
    watchTime(request, now);
    tries++;
    request.sentAt = now;
    if (hedgeAfterS < Infinity) slow.push({ at: now + hedgeAfterS, request });
  };
  const watchTime = (request: NaiveRequest, now: number): void => {
    if (client && client.timeoutS < Infinity)
      watched.push({ at: now + Math.max(0, client.timeoutS - outsideOf(request)), request, isPause: false });
  };
  /** The token API has answered a request, or its client has given it up. */
  const called = ({ promptTokens, outputTokens }: NaiveRequest, now: number): void => {
    if (now < fromS) return;
    count.apiCalls++;
    count.apiInputTokens += promptTokens;
    count.apiOutputTokens += outputTokens;
  };
  const part = (request: NaiveRequest): NaiveRequest | undefined => {
    const { twin } = request;
    if (twin) twin.twin = undefined;
    request.twin = undefined;
    return twin;
  };
  const hedge = (request: NaiveRequest, now: number): void => {
    slow = slow.filter((event) => event.request !== request);
    if (request.done > 0 || held.includes(request)) return;
    const others = takers(request).filter(({ index }) => index !== request.engine);
    if (copies + 1 > client!.hedge!.budget * tries || others.length === 0) return;
    if (circuit && !circuit.isClosed) return;
    if (gateway(request.promptTokens + request.outputTokens, request.tenant, now) !== undefined) return;
    copies++;
    if (now >= fromS) count.hedges++;
    request.twin = { ...request, ...fresh(request.promptTokens), unseen: true, twin: request };
    give(request.twin, others, now);
  };
  /** The copy goes on instead of the try. */
  const takePlace = (copy: NaiveRequest, request: NaiveRequest, now: number): void => {
    copy.unseen = false;
    request.unseen = true;
    if (now >= fromS) count.hedgesWon++;
    // Its client begins to watch the copy now: at equal times it comes after others.
    const own = watched.filter((event) => event.request === request);
    watched = watched.filter((event) => event.request !== request);
    for (const event of own) watched.push({ ...event, request: copy });
  };
  const firstToken = (request: NaiveRequest, now: number): void => {
    const other = part(request);
    if (client?.hedge?.afterQuantile !== undefined && (!request.unseen || other)) {
      firstTokens.add(now - request.sentAt);
      if (firstTokens.count % client.hedge.learnsEvery === 0)
        hedgeAfterS = firstTokens.quantile(client.hedge.afterQuantile);
    }
    if (!other) return;
    if (request.unseen) takePlace(request, other, now);
    other.spare = true;
    if (client!.serverCancels) cancel(other, now);
  };
  /** What was computed for nobody, of two copies. */
  const dropped = (request: NaiveRequest, now: number): void => {
    if (!request.spare || now < fromS) return;
    const { done, steps, gain, promptTokens, outputTokens } = request;
    const answer = done < steps ? Math.floor(1 + gain * (done - 1)) : outputTokens;
    count.hedgeTokens += done === 0 ? request.computed : promptTokens + answer;
  };
  const cancel = (request: NaiveRequest, now: number): void => {
    const sent = transfers.findIndex((transfer) => transfer.request === request);
    const call = apiCalls.findIndex((each) => each.request === request);
    if (call >= 0) {
      apiCalls.splice(call, 1);
      called(request, now);
    } else if (sent >= 0) transfers.splice(sent, 1);
    else if (held.includes(request)) {
      held = held.filter((other) => other !== request);
      meter.waitingChanges(now, -1);
    } else {
      replicas
        .engines()
        .find(({ index }) => index === request.engine)!
        .cancel(request, now);
      replicas.goIfDrained(now);
    }
  };
  const unanswered = (request: NaiveRequest, now: number, outcome: 'failed' | 'abandoned' | 'rejected'): void => {
    const { arrivedAt, promptTokens, outputTokens } = request;
    meter.inSystem.change(now, -1);
    if (now < fromS) return;
    count[outcome]++;
    const times = { queuedS: 0, ttftS: 0, e2eS: now - arrivedAt };
    rows.push({ arrivedAtS: arrivedAt, promptTokens, outputTokens, ...times, replica: -1, outcome });
  };
  /** Whether the request is tried again, after a pause that begins at `fromAt`. */
  const triesAgain = (request: NaiveRequest, fromAt: number): boolean => {
    if (!client || request.tries >= client.retries) return false;
    const next = { ...request, ...fresh(request.promptTokens), group: -1, twin: undefined, tries: request.tries + 1 };
    watched.push({ at: fromAt + client.pauseS(next.tries), request: next, isPause: true });
    return true;
  };
  /** Whoever asked learns at once that a failure has lost the request. */
  const lost = (request: NaiveRequest, now: number): void => {
    const other = part(request);
    if (other && !request.unseen) takePlace(other, request, now);
    if (other || request.unseen) return;
    watched = watched.filter((event) => event.request !== request);
    slow = slow.filter((event) => event.request !== request);
    circuit?.ended(request.circuit, true, now);
    if (client?.retriesOn.failure && triesAgain(request, now)) return;
    unanswered(request, now, 'failed');
    if (request.user >= 0) source.answered(request.user, now);
  };
  /** The gateway turns a try away. */
  const refused = (request: NaiveRequest, why: string, now: number): void => {
    if (now >= fromS) count.refusals++;
    if (client!.retriesOn.rejection && triesAgain(request, now)) return;
    unanswered(request, now, 'rejected');
    if (now < fromS) return;
    rejectedFor[why] = (rejectedFor[why] ?? 0) + 1;
    for (const part of [byOrigin[request.origin], byTenant[request.tenant]]) if (part) part.rejected++;
  };
  const clientActs = (now: number): void => {
    const event = nextWatched();
    const { request } = event;
    watched = watched.filter((other) => other !== event);
    if (event.isPause) {
      if (now >= fromS) count.retries++;
      const why = turnedAway(request.promptTokens + request.outputTokens, request.tenant, now);
      if (why === undefined) send(request, now);
      else refused(request, why, now);
      return;
    }
    if (now >= fromS) count.timeouts++;
    circuit?.ended(request.circuit, true, now);
    const isTriedAgain = client!.retriesOn.timeout && triesAgain(request, now + outsideOf(request));
    if (!isTriedAgain) unanswered(request, now, 'abandoned');
    request.unseen = true;
    if (client!.serverCancels) cancel(request, now);
    slow = slow.filter((other) => other.request !== request);
    const copy = part(request);
    if (!copy) return;
    copy.spare = true;
    if (client!.serverCancels) cancel(copy, now);
  };
  const drafts = config.groups[0]!.limits.draftTokens ?? 0;
  const replicas = new NaiveReplicas(
    config.groups.map(({ enginesPerReplica = 1 }) => enginesPerReplica),
    fromS,
    meter,
    (index, group) => {
      const { step, limits, role } = config.groups[group]!;
      return new NaiveEngine(index, step, limits, meter, finished, group, role, firstToken, dropped);
    },
  );
  config.groups.forEach(({ engines, enginesPerReplica = 1 }, group) => {
    for (let i = 0; i < engines; i += enginesPerReplica) replicas.add(0, 0, group);
  });
  const placed = config.groups.map(() => 0);
  const buckets = new Map<string, { level: number; at: number }>();
  let held: NaiveRequest[] = [];
  let number = 0;

  /** Whether an engine of the group has room for a request of so many tokens by itself, and may serve its origin. */
  const couldServe = (group: number, prompt: number, output: number, origin?: number): boolean => {
    const { limits, role } = config.groups[group]!;
    const places = role === 'prefill' ? prompt : prompt + output - 1 + 2 * drafts;
    const blocks = Math.ceil(places / limits.blockTokens);
    return blocks <= limits.kvBlocks && (origin === undefined || (config.origins?.allowed[origin]?.[group] ?? true));
  };

  /** Engines that may take a request now. */
  const takers = ({ promptTokens: prompt, outputTokens: output, withKv, origin }: NaiveRequest): NaiveEngine[] =>
    replicas
      .ready()
      .filter(({ group }) => !config.handOver || (config.groups[group]!.role === 'decode') === withKv)
      .filter(({ group }) => couldServe(group, prompt, output, origin));

  const place = (request: NaiveRequest, now: number): void => {
    const ready = takers(request);
    if (ready.length === 0) {
      held.push(request);
      meter.waitingChanges(now, 1);
      return;
    }
    give(request, ready, now);
  };

  const give = (request: NaiveRequest, ready: readonly NaiveEngine[], now: number): void => {
    const { sharedTokens, promptTokens, key: contentKey } = request;
    const { origin, withKv } = request;
    const target =
      ready.length === 1
        ? 0
        : (withKv ? config.handOver! : config).router(ready, { sharedTokens, promptTokens, contentKey, origin });
    placed[ready[target]!.group]!++;
    ready[target]!.arrive(request, now);
  };

  const placeHeld = (now: number): void => {
    if (replicas.ready().length === 0) return;
    const all = held;
    held = [];
    for (const request of all) {
      meter.waitingChanges(now, -1);
      place(request, now);
    }
  };

  /** Takes what a request costs from a token bucket, if all of `limits` have it. */
  const takeFromAll = (limits: readonly [string, RateLimit | undefined][], tokens: number, now: number): boolean => {
    const stated = limits.flatMap(([name, limit]) => (limit ? [{ name, limit }] : []));
    const levels = stated.map(({ name, limit }) => {
      const { level, at } = buckets.get(name) ?? { level: limit.burst, at: 0 };
      const filled = Math.min(limit.burst, level + limit.perS * (now - at));
      return { name, cost: limit.of === 'requests' ? 1 : tokens, level: filled };
    });
    const enough = levels.every(({ level, cost }) => level >= cost);
    for (const { name, level, cost } of levels) buckets.set(name, { level: level - (enough ? cost : 0), at: now });
    return enough;
  };

  const misfit = (prompt: number, output: number, tooLong: boolean, origin: number): string | undefined => {
    const groups = config.groups.map((_, group) => group);
    if (tooLong && config.rejectTooLong) return 'too_long';
    const [decoding, others] = [true, false].map((decodes) =>
      groups.filter((group) => (config.groups[group]!.role === 'decode') === decodes),
    ) as [number[], number[]];
    const served = (from?: number): boolean =>
      others.some((group) => couldServe(group, prompt, output, from)) &&
      (!config.handOver || output === 1 || decoding.some((group) => couldServe(group, prompt, output, from)));
    if (!served()) return 'kv_memory';
    return served(origin) ? undefined : 'residency';
  };

  /** Why the gateway does not let a try in. */
  const turnedAway = (tokens: number, tenant: number, now: number): string | undefined => {
    toApi = false;
    if (circuit && !circuit.lets(now)) return 'circuit_open';
    const isFull = config.tokenApi && (meter.waiting.value >= config.tokenApi.whenWaiting || full() !== undefined);
    toApi = isFull ?? false;
    const why = isFull ? limited(tokens, tenant, now) : gateway(tokens, tenant, now);
    if (why === 'rate_limit') circuit?.withdraw();
    else if (why !== undefined) circuit?.ended(circuit.generation, true, now);
    return why;
  };
  const gateway = (tokens: number, tenant: number, now: number): string | undefined =>
    full() ?? limited(tokens, tenant, now);
  const full = (): string | undefined => {
    const { maxInFlight = Infinity, maxWaiting = Infinity } = config.admission ?? {};
    const inEngines = replicas.engines().reduce((sum, { outstanding }) => sum + outstanding, 0);
    if (inEngines + held.length + transfers.length >= maxInFlight) return 'in_flight';
    if (meter.waiting.value >= maxWaiting) return 'queue_full';
    return undefined;
  };
  const limited = (tokens: number, tenant: number, now: number): string | undefined => {
    const { rateLimit, tenantLimits } = config.admission ?? {};
    const limits: [string, RateLimit | undefined][] = [
      ['all', rateLimit],
      [`tenant ${tenant}`, tenantLimits?.[tenant]],
    ];
    return takeFromAll(limits, tokens, now) ? undefined : 'rate_limit';
  };

  const arrive = (now: number): void => {
    const measures = now >= fromS;
    if (measures) count.arrived++;
    const { promptTokens, outputTokens, sharedTokens, encodeS, contentKey, continues, startsContent, user } = source;
    source.advance();
    const which = number++;
    if (startsContent) for (const engine of replicas.engines()) engine.kv.forget(contentKey);
    const tooLong = promptTokens + outputTokens > config.maxModelTokens;
    if (tooLong && measures) count.tooLong++;
    const origin = config.origins?.originOf(user >= 0 ? user : which, now) ?? 0;
    const tenant = config.tenants?.of(which) ?? 0;
    const counted = [byOrigin[origin], byTenant[tenant]].filter((part) => part !== undefined);
    if (measures) for (const part of counted) part.arrived++;
    const never = misfit(promptTokens, outputTokens, tooLong, origin);
    const notNow = never === undefined ? turnedAway(promptTokens + outputTokens, tenant, now) : undefined;
    const isTriedAgain = client?.retriesOn.rejection && client.retries > 0;
    const why = never ?? (isTriedAgain ? undefined : notNow);
    if (why !== undefined) {
      if (measures) {
        count.rejected++;
        if (client && never === undefined) count.refusals++;
        rejectedFor[why] = (rejectedFor[why] ?? 0) + 1;
        for (const part of counted) part.rejected++;
        rows.push({
          arrivedAtS: now,
          promptTokens,
          outputTokens,
          queuedS: 0,
          ttftS: 0,
          e2eS: 0,
          replica: -1,
          outcome: 'rejected',
        });
      }
      if (user >= 0) source.answered(user, now + config.groups[0]!.overhead.fixedS);
      return;
    }
    const batch = options.batchSize > 0 ? Math.floor((count.arrived - 1) / options.batchSize) : 0;
    meter.inSystem.change(now, 1);
    const verified = config.speculative && outputTokens > 1 ? config.speculative.stepsFor(outputTokens - 1, which) : 0;
    const request: NaiveRequest = {
      arrivedAt: now,
      promptTokens,
      outputTokens,
      sharedTokens,
      encodeS,
      lacksAdapter: config.adapters?.of(which) === 1,
      key: contentKey,
      continues,
      user,
      batch: Math.max(0, Math.min(options.batches - 1, batch)),
      priority: config.priority?.of(which) ?? 0,
      origin,
      tenant,
      number: -1,
      steps: verified > 0 ? 1 + verified : outputTokens,
      gain: verified > 0 ? config.speculative!.gainOf(outputTokens - 1, verified) : 1,
      engine: -1,
      tries: 0,
      sentAt: now,
      twin: undefined,
      spare: false,
      circuit: 0,
      unseen: false,
      group: -1,
      ...fresh(promptTokens),
    };
    if (notNow === undefined) send(request, now);
    else refused(request, notNow, now);
  };

  const controlAt = (now: number): FleetControl => ({
    replicas: replicas.views(
      now,
      config.groups.map(({ limits }) => limits.kvBlocks * limits.blockTokens),
    ),
    held: held.length,
    waiting: meter.waiting.value,
    inSystem: meter.inSystem.value,
    arrived: number,
    placed: (group) => placed[group]!,
    add(readyAtS, group = 0) {
      const index = replicas.add(now, readyAtS, group);
      placeHeld(now);
      return index;
    },
    drain: (index) => replicas.drain(now, index),
    remove(index) {
      for (const request of replicas.remove(now, index)) {
        count.rerouted += now >= fromS ? 1 : 0;
        place(Object.assign(request, fresh(request.promptTokens)), now);
      }
    },
    fail(index) {
      const all = replicas.remove(now, index);
      for (const request of all) lost(request, now);
      return all.length;
    },
  });

  let now = 0;
  let measuring = false;
  /** Everybody who waits for an answer: at an engine, before one, on the way between two, or between two tries. */
  const inSystem = (): number =>
    [...replicas.engines().flatMap(({ running, waiting }) => [...running, ...waiting]), ...held].filter(
      ({ unseen }) => !unseen,
    ).length +
    transfers.filter(({ request }) => !request.unseen).length +
    apiCalls.filter(({ request }) => !request.unseen).length +
    watched.filter(({ isPause }) => isPause).length;
  const { controller } = options;
  for (;;) {
    const nextStep = Math.min(...replicas.engines().map((engine) => engine.nextAt(now)));
    const nextTransfer = Math.min(Infinity, ...transfers.map(({ at }) => at));
    const nextClient = watched.length > 0 ? nextWatched().at : Infinity;
    const nextCall = Math.min(Infinity, ...apiCalls.map(({ at }) => at));
    const nextMove = Math.min(source.time, nextStep, nextTransfer);
    const nextSeen = Math.min(nextMove, nextCall);
    const nextHedge = Math.min(Infinity, ...slow.map(({ at }) => at));
    const nextWork = Math.min(nextSeen, nextClient, nextHedge);
    const nextControl = Math.min(controller?.nextAt ?? Infinity, replicas.nextReadyAt());
    const goesOn = nextWork < Infinity || options.untilS < Infinity || held.length > 0;
    const isControl = nextControl <= nextWork && goesOn;
    const next = isControl ? nextControl : nextWork;
    if (next > options.untilS || next === Infinity) break;
    if (!measuring && next >= fromS) {
      measuring = true;
      count.carriedIn = inSystem();
    }
    now = next;
    const isNearEnd = (engine: NaiveEngine): boolean =>
      isNear(engine.step?.endsAt ?? -1, now) || isNear(lastEnd.get(engine.index) ?? -1, now);
    // Control comes before arrivals, those before steps, and engines in their order, where times are equal.
    if (isControl) {
      if (replicas.engines().some(isNearEnd) || isNear(source.time, now)) isAmbiguous = true;
      lastControl = now;
      replicas.open(now);
      placeHeld(now);
      if (controller && controller.nextAt <= now) controller.act(now, controlAt(now));
    } else if (Math.min(nextClient, nextHedge) <= nextSeen) {
      if (replicas.engines().some(isNearEnd) || isNear(source.time, now)) isAmbiguous = true;
      if (isNear(nextClient, nextHedge)) isAmbiguous = true;
      if (nextClient <= nextHedge) clientActs(now);
      else hedge(slow.find(({ at }) => at === nextHedge)!.request, now);
    } else if (nextCall < nextMove) {
      if (replicas.engines().some(isNearEnd) || isNear(source.time, now)) isAmbiguous = true;
      const [{ request }] = apiCalls.splice(
        apiCalls.findIndex(({ at }) => at === nextCall),
        1,
      ) as [(typeof apiCalls)[number]];
      called(request, now);
      request.done = request.steps;
      finished(request, now);
    } else if (source.time <= nextWork) {
      if (isNear(lastControl, now)) isAmbiguous = true;
      if (replicas.engines().length > 1 && replicas.engines().some(isNearEnd)) isAmbiguous = true;
      arrive(now);
    } else if (nextTransfer <= nextStep) {
      if (replicas.engines().some(isNearEnd)) isAmbiguous = true;
      const [{ request }] = transfers.splice(
        transfers.findIndex(({ at }) => at === nextTransfer),
        1,
      ) as [(typeof transfers)[number]];
      request.withKv = true;
      place(request, now);
    } else {
      steps++;
      const engine = replicas.engines().find((candidate) => candidate.nextAt(now) === now)!;
      if (engine.step) lastEnd.set(engine.index, now);
      engine.turn(now);
      replicas.goIfDrained(now);
    }
  }
  if (!measuring) count.carriedIn = inSystem();
  count.inFlight = inSystem();
  const untilS = options.untilS === Infinity ? Math.max(now, fromS) : options.untilS;
  for (const engine of replicas.engines()) engine.stop(untilS);
  return {
    meter,
    rows,
    ttft: ttfts,
    tpot: tpots,
    e2e: e2es,
    queue: queues,
    ttftByLevel,
    e2eByLevel,
    count,
    rejectedFor,
    byOrigin,
    byTenant,
    replicaSeconds: replicas.seconds(untilS),
    servingS: replicas.servingS(untilS),
    circuit: { opened: circuit?.opened ?? 0, openS: circuit?.open.integral(untilS) ?? 0 },
    steps,
    isAmbiguous,
    untilS,
  };
}
