/** Naive engines behind a router, fed by one source: the slow twin of `runLlmFleet`, event by event and step by step. */
import type { LlmFleetConfig, LlmRunOptions } from '../../../src/fleet/llm/fleet.js';
import { Histogram } from '../../../src/kernel/histogram.js';
import type { RequestSource } from '../../../src/workload/source.js';
import { NaiveEngine, type NaiveRequest } from './naiveEngine.js';
import { NaiveMeter } from './naiveMeter.js';

export interface NaiveRow {
  readonly arrivedAtS: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly queuedS: number;
  readonly ttftS: number;
  readonly e2eS: number;
  readonly replica: number;
  readonly outcome: 'completed' | 'rejected';
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
    tooLong: number;
    good: number;
    inFlight: number;
  };
  readonly steps: number;
  /**
   * Whether events of different engines, or an arrival and a step's end, came so close that rounding decides which is first: equal
   * sums of equal steps, added up in another order. Such a run has no one right answer.
   */
  readonly isAmbiguous: boolean;
  readonly untilS: number;
}

type Options = Pick<LlmRunOptions, 'warmupS' | 'untilS' | 'batches' | 'batchSize'>;

export function runNaiveFleet(config: LlmFleetConfig, source: RequestSource, options: Options): NaiveRun {
  const fromS = options.warmupS;
  const meter = new NaiveMeter(fromS, options.untilS, config.engines);
  const rows: NaiveRow[] = [];
  const many = (): Histogram[] => Array.from({ length: options.batches }, () => new Histogram());
  const [ttfts, tpots, e2es, queues] = [many(), many(), many(), many()];
  const count = {
    arrived: 0,
    completed: 0,
    carriedIn: 0,
    carriedOut: 0,
    rejected: 0,
    tooLong: 0,
    good: 0,
    inFlight: 0,
  };
  let steps = 0;
  let isAmbiguous = false;
  const lastEnd = new Float64Array(config.engines).fill(-1);
  const lastFinish = new Float64Array(config.engines).fill(-1);
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9 * Math.max(1, a);

  const finished = (request: NaiveRequest, now: number): void => {
    const { arrivedAt, promptTokens, outputTokens } = request;
    const outside = config.overhead.fixedS + config.overhead.perPromptTokenS * promptTokens;
    meter.inSystem.change(now, -1);
    lastFinish[request.engine] = now;
    if (lastFinish.some((time, engine) => engine !== request.engine && isNear(time, now))) isAmbiguous = true;
    if (now >= fromS && arrivedAt < fromS) count.carriedOut++;
    if (now >= fromS && arrivedAt >= fromS) {
      const ttft = request.firstTokenAt - arrivedAt + outside;
      const e2e = now - arrivedAt + outside;
      const queued = request.admittedAt! - arrivedAt;
      const tpot = outputTokens > 1 ? (e2e - ttft) / (outputTokens - 1) : 0;
      count.completed++;
      if (ttft <= config.good.ttftS && tpot <= config.good.tpotS && e2e <= config.good.e2eS) count.good++;
      ttfts[request.batch]!.add(ttft);
      e2es[request.batch]!.add(e2e);
      queues[request.batch]!.add(queued);
      if (outputTokens > 1) tpots[request.batch]!.add(tpot);
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
  const engines = Array.from(
    { length: config.engines },
    (_, index) => new NaiveEngine(index, config.step, config.limits, meter, finished),
  );

  const arrive = (now: number): void => {
    const measures = now >= fromS;
    if (measures) count.arrived++;
    const { promptTokens, outputTokens, sharedTokens, contentKey, continues, startsContent, user } = source;
    source.advance();
    if (startsContent) for (const engine of engines) engine.kv.forget(contentKey);
    const tooLong = promptTokens + outputTokens > config.maxModelTokens;
    if (tooLong && measures) count.tooLong++;
    const blocks = Math.ceil((promptTokens + outputTokens - 1) / config.limits.blockTokens);
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
    const engine = engines.length === 1 ? 0 : config.router(engines);
    meter.inSystem.change(now, 1);
    engines[engine]!.arrive(
      {
        arrivedAt: now,
        promptTokens,
        outputTokens,
        sharedTokens,
        key: contentKey,
        continues,
        user,
        batch: Math.max(0, Math.min(options.batches - 1, batch)),
        engine,
        generated: 0,
        computed: 0,
        target: promptTokens,
        decodes: false,
        blocks: [],
        sharedBlocks: 0,
        contentBlocks: 0,
        admittedAt: undefined,
        firstTokenAt: Number.NaN,
        lastTokenAt: Number.NaN,
      },
      now,
    );
  };

  let now = 0;
  let measuring = false;
  const inSystem = (): number => engines.reduce((sum, engine) => sum + engine.outstanding, 0);
  for (;;) {
    const nextStep = Math.min(...engines.map((engine) => engine.nextAt(now)));
    const next = Math.min(source.time, nextStep);
    if (next > options.untilS || next === Infinity) break;
    if (!measuring && next >= fromS) {
      measuring = true;
      count.carriedIn = inSystem();
    }
    now = next;
    // Arrivals come before steps, and engines in their order, where times are equal.
    if (source.time <= nextStep) {
      const isNearEnd = (engine: NaiveEngine): boolean =>
        isNear(engine.step?.endsAt ?? -1, now) || isNear(lastEnd[engine.index]!, now);
      if (engines.length > 1 && engines.some(isNearEnd)) isAmbiguous = true;
      arrive(now);
    } else {
      steps++;
      const engine = engines.find((candidate) => candidate.nextAt(now) === now)!;
      if (engine.step) lastEnd[engine.index] = now;
      engine.turn(now);
    }
  }
  if (!measuring) count.carriedIn = inSystem();
  count.inFlight = inSystem();
  const untilS = options.untilS === Infinity ? Math.max(now, fromS) : options.untilS;
  return { meter, rows, ttft: ttfts, tpot: tpots, e2e: e2es, queue: queues, count, steps, isAmbiguous, untilS };
}
