/**
 * The engines of one LLM service behind a router, driven by one source of requests.
 *
 * INV-conservation: arrived = completed + rejected + in flight.
 * INV-progress: an engine with requests is never idle.
 * INV-little: ∫ requests in system dt = Σ time in system, both over the measured time.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { RequestOverhead, StepModel } from '../../latency/types.js';
import type { RequestSource } from '../../workload/source.js';
import { type EngineLimits, LlmEngine } from './engine.js';
import { type GoodLimits, LlmMetrics, type RequestSink } from './metrics.js';
import { RequestTable } from './requestTable.js';
import type { Router } from './routing.js';

export interface LlmFleetConfig {
  readonly step: StepModel;
  readonly limits: EngineLimits;
  readonly overhead: RequestOverhead;
  /** Engines over all replicas. */
  readonly engines: number;
  /** Longest prompt + answer that the model's context holds; longer requests run with a count, or are rejected. */
  readonly maxModelTokens: number;
  readonly rejectTooLong: boolean;
  readonly router: Router;
  readonly good: GoodLimits;
}

export interface LlmRun {
  readonly metrics: LlmMetrics;
  readonly engines: readonly LlmEngine[];
  /** When measurement started and ended, seconds. */
  readonly fromS: number;
  readonly untilS: number;
  readonly inFlight: number;
  /** Requests that were in the system when measurement began. */
  readonly carriedIn: number;
  /** Events processed: arrivals and ends of steps or stretches. */
  readonly events: number;
}

export interface LlmRunOptions {
  /** Time at which measurement starts; what happens before is warm-up. */
  readonly warmupS: number;
  /** End of the run; `Infinity` runs until every request of the source is answered. */
  readonly untilS: number;
  /** Requests expected in the measured time, to spread them over batches; 0 puts all in one batch. */
  readonly batchSize: number;
  readonly batches: number;
  readonly sink?: RequestSink;
  /** Called with the number in system at each multiple of `probe.everyS` (for warm-up detection). */
  readonly probe?: { readonly everyS: number; readonly observe: (inSystem: number) => void };
}

/** Rejections at one moment after which a closed loop without think time is taken to go round for ever. */
const STANDSTILL = 2_000_000;

export function runLlmFleet(config: LlmFleetConfig, source: RequestSource, options: LlmRunOptions): LlmRun {
  const table = new RequestTable();
  const metrics = new LlmMetrics(options.batches);
  const calendar = new Calendar(config.engines);
  const { warmupS, untilS, sink, probe } = options;
  const { good, overhead } = config;
  let measuring = warmupS <= 0;
  const fromS = Math.max(0, warmupS);
  let carriedIn = 0;
  let events = 0;
  let lastAt = 0;
  let rejectedAt = -1;
  let rejectedTogether = 0;

  const extraS = (promptTokens: number): number => overhead.fixedS + overhead.perPromptTokenS * promptTokens;

  const onFinished = (id: number, now: number, engine: LlmEngine): void => {
    const arrivedAt = table.arrivedAt[id]!;
    metrics.inSystem.add(now, -1);
    if (measuring) {
      metrics.sojournS += now - Math.max(arrivedAt, fromS);
      if (arrivedAt >= fromS) {
        const batch = table.batch[id]!;
        const outputTokens = table.outputTokens[id]!;
        const extra = extraS(table.promptTokens[id]!);
        const ttft = table.firstTokenAt[id]! - arrivedAt + extra;
        const e2e = now - arrivedAt + extra;
        const queued = table.admittedAt[id]! - arrivedAt;
        metrics.completed++;
        metrics.ttft[batch]!.add(ttft);
        metrics.e2e[batch]!.add(e2e);
        metrics.queue[batch]!.add(queued);
        let tpot = 0;
        if (outputTokens > 1) {
          tpot = (e2e - ttft) / (outputTokens - 1);
          metrics.tpot[batch]!.add(tpot);
        }
        if (ttft <= good.ttftS && tpot <= good.tpotS && e2e <= good.e2eS) metrics.good++;
        if (sink)
          sink({
            arrivedAtS: arrivedAt,
            promptTokens: table.promptTokens[id]!,
            outputTokens,
            queuedS: queued,
            ttftS: ttft,
            e2eS: e2e,
            replica: engine.index,
            outcome: 'completed',
          });
      } else metrics.carriedOut++;
    }
    if (table.user[id]! >= 0) source.answered(table.user[id]!, now + extraS(table.promptTokens[id]!));
    table.release(id);
  };

  const engines = Array.from(
    { length: config.engines },
    (_, index) => new LlmEngine(index, config.step, config.limits, table, metrics, onFinished),
  );

  const arrive = (now: number): void => {
    if (measuring) metrics.arrived++;
    const batch =
      options.batchSize > 0 ? Math.min(options.batches - 1, Math.floor((metrics.arrived - 1) / options.batchSize)) : 0;
    const { promptTokens, outputTokens, sharedTokens, contentKey, continues, user } = source;
    if (source.startsContent) for (const engine of engines) engine.kv.forget(contentKey);
    source.advance();
    const tokens = promptTokens + outputTokens;
    const tooLong = tokens > config.maxModelTokens;
    if (tooLong && measuring) metrics.tooLong++;
    // The answer's last token is never read again, so its keys and values need no place.
    const blocks = Math.ceil((tokens - 1) / config.limits.blockTokens);
    if ((tooLong && config.rejectTooLong) || blocks > config.limits.kvBlocks) {
      if (measuring) {
        metrics.rejected++;
        if (sink)
          sink({
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
      if (user < 0) return;
      rejectedTogether = now > rejectedAt ? 0 : rejectedTogether + 1;
      rejectedAt = now;
      if (rejectedTogether > STANDSTILL) {
        throw new Error(`users who do not think are rejected without end: time stands still at ${now} s`);
      }
      source.answered(user, now + overhead.fixedS);
      return;
    }
    const id = table.take();
    table.arrivedAt[id] = now;
    table.promptTokens[id] = promptTokens;
    table.outputTokens[id] = outputTokens;
    table.target[id] = promptTokens;
    table.generated[id] = 0;
    table.sharedTokens[id] = sharedTokens;
    table.contentKey[id] = contentKey;
    table.continues[id] = continues ? 1 : 0;
    table.user[id] = user;
    table.batch[id] = batch < 0 ? 0 : batch;
    metrics.inSystem.add(now, 1);
    const target = engines.length === 1 ? 0 : config.router(engines);
    const engine = engines[target]!;
    metrics.currentBatch = table.batch[id]!;
    engine.arrive(id, now);
    calendar.schedule(target, engine.endsAt, target);
  };

  const startMeasuring = (): void => {
    measuring = true;
    carriedIn = table.inFlight;
    metrics.restart(fromS);
    for (const engine of engines) engine.restart(fromS);
  };

  let nextProbe = probe ? probe.everyS : Infinity;
  for (;;) {
    const arrivalAt = source.time;
    const engineAt = calendar.peekTime();
    const now = arrivalAt <= engineAt ? arrivalAt : engineAt;
    if (now > untilS || now === Infinity) break;
    while (nextProbe <= now) {
      probe!.observe(metrics.inSystem.value);
      nextProbe += probe!.everyS;
    }
    if (!measuring && now >= fromS) startMeasuring();
    events++;
    lastAt = now;
    if (arrivalAt <= engineAt) arrive(now);
    else {
      const slot = calendar.peekSlot();
      const engine = engines[slot]!;
      engine.complete();
      if (engine.endsAt === Infinity) calendar.cancel(slot);
      else calendar.schedule(slot, engine.endsAt, slot);
    }
  }
  const endS = untilS === Infinity ? Math.max(lastAt, fromS) : untilS;
  if (!measuring) startMeasuring();
  for (const engine of engines) if (engine.endsAt > endS) engine.settle(endS);
  for (const engine of engines) {
    if (engine.endsAt === Infinity && engine.outstanding > 0) {
      throw new Error(`INV-progress: engine ${engine.index} is idle with ${engine.outstanding} requests`);
    }
  }
  checkInvariants(metrics, table, fromS, endS, carriedIn);
  return { metrics, engines, fromS, untilS: endS, inFlight: table.inFlight, carriedIn, events };
}

function checkInvariants(
  metrics: LlmMetrics,
  table: RequestTable,
  fromS: number,
  endS: number,
  carriedIn: number,
): void {
  const { inFlight } = table;
  const departed = metrics.completed + metrics.carriedOut + metrics.rejected;
  if (metrics.arrived + carriedIn !== departed + inFlight) {
    throw new Error(
      `INV-conservation: ${metrics.arrived} arrived + ${carriedIn} carried in, ${departed} left, ${inFlight} in flight`,
    );
  }
  let sojourn = metrics.sojournS;
  for (let id = 0; id < table.capacity; id++) {
    if (table.active[id]) sojourn += endS - Math.max(table.arrivedAt[id]!, fromS);
  }
  const area = metrics.inSystem.integral(endS);
  if (Math.abs(area - sojourn) > 1e-6 * Math.max(1, area)) {
    throw new Error(`INV-little: ∫N dt = ${area}, Σ time in system = ${sojourn}`);
  }
}
