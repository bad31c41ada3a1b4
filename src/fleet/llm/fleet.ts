/**
 * The engines of one LLM service behind a router, driven by one source of requests and, if there is one, by a controller that adds and
 * removes replicas. Events are processed in the order of (time, kind, engine): control, then arrivals, then ends of steps.
 *
 * INV-conservation: arrived = completed + rejected + in flight.
 * INV-progress: an engine with requests is never idle.
 * INV-little: ∫ requests in system dt = Σ time in system, both over the measured time.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { RequestOverhead, StepModel } from '../../latency/types.js';
import type { RequestSource } from '../../workload/source.js';
import type { FleetControl, FleetController, ReplicaSeconds } from './control.js';
import { LlmEngine } from './engine.js';
import { type EngineLimits, lookaheadTokens } from './engineLimits.js';
import { checkConservation, checkLittle, checkProgress } from './invariants.js';
import { type GoodLimits, LlmMetrics, type RequestSink } from './metrics.js';
import { Outcomes } from './outcomes.js';
import type { PriorityLevels } from './priorityLevels.js';
import { Replicas } from './replicas.js';
import { RequestTable } from './requestTable.js';
import type { Router } from './routing.js';
import type { VerifySteps } from './verifySteps.js';
import { WaitingLine } from './waitingLine.js';

export interface LlmFleetConfig {
  readonly step: StepModel;
  readonly limits: EngineLimits;
  readonly overhead: RequestOverhead;
  /** Engines over all replicas at the start, all of them ready. */
  readonly engines: number;
  /** Engines that come and go together; 1 unless given. */
  readonly enginesPerReplica?: number;
  /** Longest prompt + answer that the model's context holds; longer requests run with a count, or are rejected. */
  readonly maxModelTokens: number;
  readonly rejectTooLong: boolean;
  readonly router: Router;
  readonly good: GoodLimits;
  /** Speculative decoding; `limits.draftTokens` and `step` must be made for the same number of drafts. */
  readonly speculative?: VerifySteps;
  /** Priorities; `limits.priorityLevels` must be their number. */
  readonly priority?: PriorityLevels;
}

export interface LlmRun {
  readonly metrics: LlmMetrics;
  /** Engines that are there at the end, by index. */
  readonly engines: readonly LlmEngine[];
  /** What engines that went before the end have done. */
  readonly retired: Replicas['retired'];
  readonly replicaSeconds: ReplicaSeconds;
  /** When measurement started and ended, seconds. */
  readonly fromS: number;
  readonly untilS: number;
  readonly inFlight: number;
  /** Requests that were in the system when measurement began. */
  readonly carriedIn: number;
  /** Events processed: arrivals, ends of steps or stretches, acts of control. */
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
  /** Adds and removes replicas as the run goes. */
  readonly controller?: FleetController;
}

/** Rejections at one moment after which a closed loop without think time is taken to go round for ever. */
const STANDSTILL = 10_000_000;

/** @throws an `INV-…` error where the simulator contradicts itself */
export function runLlmFleet(config: LlmFleetConfig, source: RequestSource, options: LlmRunOptions): LlmRun {
  const { limits, overhead, speculative, priority, router } = config;
  const { warmupS, untilS, probe, controller } = options;
  const table = new RequestTable();
  const metrics = new LlmMetrics(options.batches, priority?.levels ?? 1);
  const calendar = new Calendar(config.engines);
  const held = new WaitingLine();
  const fromS = Math.max(0, warmupS);
  const outcomes = new Outcomes(table, metrics, config.good, fromS, options.sink);
  const lookahead = lookaheadTokens(limits);
  /** The request to be routed, as a router may see it. */
  const routable = { now: 0, sharedTokens: 0, promptTokens: 0, contentKey: -1 };
  let carriedIn = 0;
  let events = 0;
  let lastAt = 0;
  let requests = 0;
  let rejectedAt = -1;
  let rejectedTogether = 0;

  const outsideS = (promptTokens: number): number => overhead.fixedS + overhead.perPromptTokenS * promptTokens;

  const onFinished = (id: number, now: number, engine: LlmEngine): void => {
    const outside = outsideS(table.promptTokens[id]!);
    outcomes.completed(id, now, engine.index, outside);
    if (table.user[id]! >= 0) source.answered(table.user[id]!, now + outside);
    table.release(id);
  };

  const perReplica = config.enginesPerReplica ?? 1;
  const replicas = new Replicas(
    perReplica,
    (index) => new LlmEngine(index, config.step, limits, table, metrics, onFinished),
  );
  for (let engine = 0; engine < config.engines; engine += perReplica) replicas.add(0, 0);

  const place = (id: number, now: number): void => {
    const { accepting } = replicas;
    if (accepting.length === 0) {
      held.pushBack(id);
      metrics.waiting.add(now, 1);
      return;
    }
    let target = 0;
    if (accepting.length > 1) {
      routable.now = now;
      routable.sharedTokens = table.sharedTokens[id]!;
      routable.promptTokens = table.promptTokens[id]!;
      routable.contentKey = table.contentKey[id]!;
      target = router(accepting, routable);
    }
    const engine = accepting[target]!;
    engine.arrive(id, now);
    calendar.schedule(engine.index, engine.endsAt, engine.index);
  };

  const arrive = (now: number): void => {
    if (outcomes.measuring) metrics.arrived++;
    const batch =
      options.batchSize > 0 ? Math.min(options.batches - 1, Math.floor((metrics.arrived - 1) / options.batchSize)) : 0;
    const request = requests++;
    const { promptTokens, outputTokens, sharedTokens, contentKey, continues, user } = source;
    if (source.startsContent) for (const engine of replicas.live) engine.kv.forget(contentKey);
    source.advance();
    const tokens = promptTokens + outputTokens;
    const tooLong = tokens > config.maxModelTokens;
    if (tooLong && outcomes.measuring) metrics.tooLong++;
    // The answer's last token is never read again, so its keys and values need no place.
    const blocks = Math.ceil((tokens - 1 + lookahead) / limits.blockTokens);
    if ((tooLong && config.rejectTooLong) || blocks > limits.kvBlocks) {
      outcomes.rejected(now, promptTokens, outputTokens);
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
    table.done[id] = 0;
    table.swappedBlocks[id] = 0;
    table.sharedTokens[id] = sharedTokens;
    table.contentKey[id] = contentKey;
    table.continues[id] = continues ? 1 : 0;
    table.user[id] = user;
    table.batch[id] = batch < 0 ? 0 : batch;
    table.priority[id] = priority === undefined ? 0 : priority.levelOf(request);
    if (speculative === undefined || outputTokens < 2) {
      table.steps[id] = outputTokens;
      table.gain[id] = 1;
    } else {
      const steps = speculative.stepsFor(outputTokens - 1, request);
      table.steps[id] = steps + 1;
      table.gain[id] = speculative.gainOf(outputTokens - 1, steps);
    }
    metrics.inSystem.add(now, 1);
    metrics.currentBatch = table.batch[id]!;
    place(id, now);
  };

  const placeHeld = (now: number): void => {
    while (held.length > 0 && replicas.accepting.length > 0) {
      metrics.waiting.add(now, -1);
      place(held.popFront(), now);
    }
  };

  const controlAt = (now: number): FleetControl => ({
    get replicas() {
      return replicas.views(now, limits.kvBlocks * limits.blockTokens);
    },
    get held() {
      return held.length;
    },
    get waiting() {
      return metrics.waiting.value;
    },
    get inSystem() {
      return metrics.inSystem.value;
    },
    get arrived() {
      return metrics.arrived;
    },
    get completed() {
      return metrics.completed;
    },
    add(readyAtS) {
      const index = replicas.add(now, readyAtS);
      placeHeld(now);
      return index;
    },
    drain: (index) => replicas.drain(now, index),
    remove(index) {
      const lost = replicas.remove(now, index);
      for (let i = index * perReplica; i < (index + 1) * perReplica; i++) calendar.cancel(i);
      for (const id of lost) {
        metrics.rerouted++;
        table.done[id] = 0;
        table.swappedBlocks[id] = 0;
        table.target[id] = table.promptTokens[id]!;
        place(id, now);
      }
    },
  });

  const control = (now: number): void => {
    replicas.open(now);
    placeHeld(now);
    if (controller === undefined || controller.nextAt > now) return;
    controller.act(now, controlAt(now));
    if (controller.nextAt <= now) throw new Error(`INV-control: the controller did not move on from ${now} s`);
  };

  const startMeasuring = (): void => {
    outcomes.measuring = true;
    carriedIn = table.inFlight;
    metrics.restart(fromS);
    replicas.restart(fromS);
  };

  let nextProbe = probe ? probe.everyS : Infinity;
  let nextControl = controller === undefined ? Infinity : controller.nextAt;
  for (;;) {
    const arrivalAt = source.time;
    const engineAt = calendar.peekTime();
    const workAt = arrivalAt <= engineAt ? arrivalAt : engineAt;
    // A run without an end is over when there is nothing left to do, whatever a controller has in mind.
    const isControl =
      nextControl <= workAt &&
      (workAt < Infinity || (nextControl < Infinity && (untilS < Infinity || held.length > 0)));
    const now = isControl ? nextControl : workAt;
    if (now > untilS || now === Infinity) break;
    while (nextProbe <= now) {
      probe!.observe(metrics.inSystem.value);
      nextProbe += probe!.everyS;
    }
    if (!outcomes.measuring && now >= fromS) startMeasuring();
    events++;
    lastAt = now;
    if (isControl) {
      control(now);
      nextControl = Math.min(replicas.nextReadyAt, controller === undefined ? Infinity : controller.nextAt);
    } else if (arrivalAt <= engineAt) arrive(now);
    else {
      const slot = calendar.peekSlot();
      const engine = replicas.engines[slot]!;
      engine.complete();
      if (engine.endsAt === Infinity) {
        calendar.cancel(slot);
        replicas.goIfDrained(slot, now);
      } else calendar.schedule(slot, engine.endsAt, slot);
    }
  }
  const endS = untilS === Infinity ? Math.max(lastAt, fromS) : untilS;
  if (!outcomes.measuring) startMeasuring();
  const engines = replicas.live;
  for (const engine of engines) if (engine.endsAt > endS) engine.settle(endS);
  checkProgress(engines);
  checkConservation(metrics, carriedIn, table.inFlight);
  checkLittle(metrics, table, fromS, endS);
  return {
    metrics,
    engines,
    retired: replicas.retired,
    replicaSeconds: replicas.seconds(endS),
    fromS,
    untilS: endS,
    inFlight: table.inFlight,
    carriedIn,
    events,
  };
}
