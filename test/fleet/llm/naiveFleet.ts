/** Naive engines behind a router, fed by one source: the slow twin of `runLlmFleet`, event by event and step by step. */
import type { FleetControl } from '../../../src/fleet/llm/control.js';
import type { LlmFleetConfig, LlmRunOptions } from '../../../src/fleet/llm/fleet.js';
import { Histogram } from '../../../src/kernel/histogram.js';
import type { RequestSource } from '../../../src/workload/source.js';
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
    tooLong: number;
    good: number;
    inFlight: number;
    rerouted: number;
  };
  readonly ttftByLevel: readonly Histogram[];
  readonly e2eByLevel: readonly Histogram[];
  readonly replicaSeconds: {
    readonly provisioned: number;
    readonly ready: number;
    readonly draining: number;
    readonly serving: number;
  };
  readonly steps: number;
  /**
   * Whether events of different engines, or an arrival and a step's end, came so close that rounding decides which is first: equal
   * sums of equal steps, added up in another order. Such a run has no one right answer.
   */
  readonly isAmbiguous: boolean;
  readonly untilS: number;
}

type Options = Pick<LlmRunOptions, 'warmupS' | 'untilS' | 'batches' | 'batchSize' | 'controller'>;

export function runNaiveFleet(config: LlmFleetConfig, source: RequestSource, options: Options): NaiveRun {
  const fromS = options.warmupS;
  const meter = new NaiveMeter(fromS, options.untilS);
  const rows: NaiveRow[] = [];
  const many = (): Histogram[] => Array.from({ length: options.batches }, () => new Histogram());
  const [ttfts, tpots, e2es, queues] = [many(), many(), many(), many()];
  const levels = config.priority && config.priority.levels > 1 ? config.priority.levels : 0;
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
    tooLong: 0,
    good: 0,
    inFlight: 0,
    rerouted: 0,
  };
  let steps = 0;
  let isAmbiguous = false;
  const lastEnd = new Map<number, number>();
  const lastFinish = new Map<number, number>();
  let lastControl = -1;
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9 * Math.max(1, a);

  const finished = (request: NaiveRequest, now: number): void => {
    if (request.unseen) return;
    watched = watched.filter((event) => event.request !== request);
    const { arrivedAt, promptTokens, outputTokens } = request;
    const outside = config.overhead.fixedS + config.overhead.perPromptTokenS * promptTokens;
    meter.inSystem.change(now, -1);
    lastFinish.set(request.engine, now);
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
  /** What clients wait for: their timeouts and the ends of their pauses, in the order in which they began to. */
  let watched: { readonly at: number; readonly request: NaiveRequest; readonly isPause: boolean }[] = [];
  const nextWatched = () => watched.reduce((first, event) => (event.at < first.at ? event : first), watched[0]!);
  const outsideOf = ({ promptTokens }: NaiveRequest): number =>
    config.overhead.fixedS + config.overhead.perPromptTokenS * promptTokens;
  const send = (request: NaiveRequest, now: number): void => {
    if (client && client.timeoutS < Infinity)
      watched.push({ at: now + Math.max(0, client.timeoutS - outsideOf(request)), request, isPause: false });
    place(request, now);
  };
  const unanswered = (request: NaiveRequest, now: number, outcome: 'failed' | 'abandoned'): void => {
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
    const next = { ...request, ...fresh(request.promptTokens), tries: request.tries + 1 };
    watched.push({ at: fromAt + client.pauseS(next.tries), request: next, isPause: true });
    return true;
  };
  /** Whoever asked learns at once that a failure has lost the request. */
  const lost = (request: NaiveRequest, now: number): void => {
    if (request.unseen) return;
    watched = watched.filter((event) => event.request !== request);
    if (triesAgain(request, now)) return;
    unanswered(request, now, 'failed');
    if (request.user >= 0) source.answered(request.user, now);
  };
  const clientActs = (now: number): void => {
    const event = nextWatched();
    const { request } = event;
    watched = watched.filter((other) => other !== event);
    if (event.isPause) {
      if (now >= fromS) count.retries++;
      send(request, now);
      return;
    }
    if (now >= fromS) count.timeouts++;
    if (!triesAgain(request, now + outsideOf(request))) unanswered(request, now, 'abandoned');
    request.unseen = true;
    if (!client!.serverCancels) return;
    if (held.includes(request)) {
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
  const drafts = config.limits.draftTokens ?? 0;
  const replicas = new NaiveReplicas(
    config.enginesPerReplica ?? 1,
    fromS,
    meter,
    (index) => new NaiveEngine(index, config.step, config.limits, meter, finished),
  );
  for (let i = 0; i < config.engines; i += config.enginesPerReplica ?? 1) replicas.add(0, 0);
  let held: NaiveRequest[] = [];
  let number = 0;

  const place = (request: NaiveRequest, now: number): void => {
    const ready = replicas.ready();
    if (ready.length === 0) {
      held.push(request);
      meter.waitingChanges(now, 1);
      return;
    }
    const { sharedTokens, promptTokens, key: contentKey } = request;
    const target = ready.length === 1 ? 0 : config.router(ready, { sharedTokens, promptTokens, contentKey });
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

  const arrive = (now: number): void => {
    const measures = now >= fromS;
    if (measures) count.arrived++;
    const { promptTokens, outputTokens, sharedTokens, contentKey, continues, startsContent, user } = source;
    source.advance();
    const which = number++;
    if (startsContent) for (const engine of replicas.engines()) engine.kv.forget(contentKey);
    const tooLong = promptTokens + outputTokens > config.maxModelTokens;
    if (tooLong && measures) count.tooLong++;
    const blocks = Math.ceil((promptTokens + outputTokens - 1 + 2 * drafts) / config.limits.blockTokens);
    if ((tooLong && config.rejectTooLong) || blocks > config.limits.kvBlocks) {
      if (measures) {
        count.rejected++;
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
      if (user >= 0) source.answered(user, now + config.overhead.fixedS);
      return;
    }
    const batch = options.batchSize > 0 ? Math.floor((count.arrived - 1) / options.batchSize) : 0;
    meter.inSystem.change(now, 1);
    const verified = config.speculative && outputTokens > 1 ? config.speculative.stepsFor(outputTokens - 1, which) : 0;
    send(
      {
        arrivedAt: now,
        promptTokens,
        outputTokens,
        sharedTokens,
        key: contentKey,
        continues,
        user,
        batch: Math.max(0, Math.min(options.batches - 1, batch)),
        priority: config.priority?.levelOf(which) ?? 0,
        number: -1,
        steps: verified > 0 ? 1 + verified : outputTokens,
        gain: verified > 0 ? config.speculative!.gainOf(outputTokens - 1, verified) : 1,
        engine: -1,
        tries: 0,
        unseen: false,
        ...fresh(promptTokens),
      },
      now,
    );
  };

  const controlAt = (now: number): FleetControl => ({
    replicas: replicas.views(now, config.limits.kvBlocks * config.limits.blockTokens),
    held: held.length,
    waiting: meter.waiting.value,
    inSystem: meter.inSystem.value,
    arrived: number,
    add(readyAtS) {
      const index = replicas.add(now, readyAtS);
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
  /** Everybody who waits for an answer: at an engine, before one, or between two tries. */
  const inSystem = (): number =>
    [...replicas.engines().flatMap(({ running, waiting }) => [...running, ...waiting]), ...held].filter(
      ({ unseen }) => !unseen,
    ).length + watched.filter(({ isPause }) => isPause).length;
  const { controller } = options;
  for (;;) {
    const nextStep = Math.min(...replicas.engines().map((engine) => engine.nextAt(now)));
    const nextClient = watched.length > 0 ? nextWatched().at : Infinity;
    const nextWork = Math.min(source.time, nextStep, nextClient);
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
    } else if (nextClient <= Math.min(source.time, nextStep)) {
      if (replicas.engines().some(isNearEnd) || isNear(source.time, now)) isAmbiguous = true;
      clientActs(now);
    } else if (source.time <= nextStep) {
      if (isNear(lastControl, now)) isAmbiguous = true;
      if (replicas.engines().length > 1 && replicas.engines().some(isNearEnd)) isAmbiguous = true;
      arrive(now);
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
    replicaSeconds: replicas.seconds(untilS),
    steps,
    isAmbiguous,
    untilS,
  };
}
