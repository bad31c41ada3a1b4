/**
 * Servers with dynamic batching (Triton, TorchServe, embedding servers): each replica has a queue and several model instances. An idle
 * instance takes up to `maxBatch` items once that many wait or the oldest has waited `maxDelayS`.
 *
 * INV-conservation and INV-little hold as in the LLM fleet.
 */
import { Calendar } from '../kernel/calendar.js';
import { Histogram } from '../kernel/histogram.js';
import { TimeAverage } from '../kernel/timeAverage.js';
import type { RequestSource } from '../workload/source.js';
import type { Router } from './llm/routing.js';
import { WaitingLine } from './llm/waitingLine.js';

export interface BatchServerConfig {
  readonly replicas: number;
  readonly instances: number;
  readonly maxBatch: number;
  readonly maxDelayS: number;
  /** Seconds of a batch by requests in it; index 1..maxBatch. */
  readonly batchTimeS: Float64Array;
  readonly router: Router;
  readonly e2eLimitS: number;
}

export interface BatchServerOptions {
  readonly warmupS: number;
  readonly untilS: number;
  readonly batches: number;
  readonly batchSize: number;
  readonly probe?: { readonly everyS: number; readonly observe: (inSystem: number) => void };
}

export interface BatchServerRun {
  readonly fromS: number;
  readonly untilS: number;
  readonly e2e: readonly Histogram[];
  readonly queue: readonly Histogram[];
  readonly arrived: number;
  readonly completed: number;
  readonly good: number;
  readonly carriedIn: number;
  readonly carriedOut: number;
  readonly inFlight: number;
  readonly busyInstanceSeconds: number;
  readonly batchesStarted: number;
  readonly requestsStarted: number;
  readonly largestBatch: number;
  readonly inSystem: TimeAverage;
  readonly waiting: TimeAverage;
}

/** Lower priority goes first at equal times: a batch that ends frees its instance before a delay timer looks for one. */
const ENDS = 0;
const TIMER = 1;

export function runBatchServers(
  config: BatchServerConfig,
  source: RequestSource,
  options: BatchServerOptions,
): BatchServerRun {
  const { replicas, instances, maxBatch, maxDelayS, batchTimeS } = config;
  const { warmupS, untilS, probe } = options;
  const fromS = Math.max(0, warmupS);
  const e2e = Array.from({ length: options.batches }, () => new Histogram());
  const queue = Array.from({ length: options.batches }, () => new Histogram());
  const inSystem = new TimeAverage();
  const waiting = new TimeAverage();
  const lines = Array.from({ length: replicas }, () => new WaitingLine());
  const targets = Array.from({ length: replicas }, () => ({ outstanding: 0, busy: 0 }));
  // Slots: replica·(instances + 1) + instance; the last of a replica is its delay timer.
  const slots = instances + 1;
  const calendar = new Calendar(replicas * slots);
  const idle: number[][] = targets.map(() => Array.from({ length: instances }, (_, i) => instances - 1 - i));
  const inBatch = new Int32Array(replicas * slots * maxBatch);
  const batchLength = new Int32Array(replicas * slots);
  const startedAt = new Float64Array(replicas * slots);
  let arrivedAt = new Float64Array(1024);
  let batchOf = new Int32Array(1024);
  let userOf = new Int32Array(1024);
  const free: number[] = [];
  let ids = 0;
  let measuring = fromS <= 0;
  const count = {
    arrived: 0,
    completed: 0,
    good: 0,
    carriedIn: 0,
    carriedOut: 0,
    started: 0,
    startedRequests: 0,
    largest: 0,
    busyS: 0,
    sojournS: 0,
  };

  const newId = (): number => {
    const id = free.pop() ?? ids++;
    if (id >= arrivedAt.length) {
      const at = new Float64Array(arrivedAt.length * 2);
      at.set(arrivedAt);
      arrivedAt = at;
      const batch = new Int32Array(batchOf.length * 2);
      batch.set(batchOf);
      batchOf = batch;
      const user = new Int32Array(userOf.length * 2);
      user.set(userOf);
      userOf = user;
    }
    return id;
  };

  /** Starts batches while an instance is idle and the line is long or old enough. */
  const dispatch = (replica: number, now: number): void => {
    const line = lines[replica]!;
    const rest = idle[replica]!;
    const timer = replica * slots + instances;
    while (line.length > 0 && rest.length > 0) {
      const due = arrivedAt[line.peekFront()]! + maxDelayS;
      if (line.length < maxBatch && now < due) {
        calendar.schedule(timer, due, TIMER);
        return;
      }
      const instance = rest.pop()!;
      const slot = replica * slots + instance;
      const size = Math.min(line.length, maxBatch);
      for (let i = 0; i < size; i++) {
        const id = line.popFront();
        inBatch[slot * maxBatch + i] = id;
        if (measuring) queue[batchOf[id]!]!.add(now - arrivedAt[id]!);
      }
      waiting.add(now, -size);
      batchLength[slot] = size;
      startedAt[slot] = now;
      count.started++;
      count.startedRequests += size;
      if (size > count.largest) count.largest = size;
      calendar.schedule(slot, now + batchTimeS[size]!, ENDS);
    }
    calendar.cancel(timer);
  };

  const finish = (replica: number, instance: number, now: number): void => {
    const slot = replica * slots + instance;
    const size = batchLength[slot]!;
    count.busyS += now - Math.max(startedAt[slot]!, measuring ? fromS : now);
    for (let i = 0; i < size; i++) {
      const id = inBatch[slot * maxBatch + i]!;
      const at = arrivedAt[id]!;
      if (measuring) {
        count.sojournS += now - Math.max(at, fromS);
        const latency = now - at;
        if (at >= fromS) count.completed++;
        else count.carriedOut++;
        if (latency <= config.e2eLimitS) count.good++;
        e2e[batchOf[id]!]!.add(latency);
      }
      if (userOf[id]! >= 0) source.answered(userOf[id]!, now);
      free.push(id);
    }
    inSystem.add(now, -size);
    targets[replica]!.outstanding -= size;
    batchLength[slot] = 0;
    idle[replica]!.push(instance);
    dispatch(replica, now);
  };

  const arrive = (now: number): void => {
    const id = newId();
    arrivedAt[id] = now;
    userOf[id] = source.user;
    if (measuring) count.arrived++;
    batchOf[id] =
      options.batchSize > 0
        ? Math.max(0, Math.min(options.batches - 1, Math.floor((count.arrived - 1) / options.batchSize)))
        : 0;
    inSystem.add(now, 1);
    waiting.add(now, 1);
    source.advance();
    const replica = replicas === 1 ? 0 : config.router(targets);
    targets[replica]!.outstanding++;
    lines[replica]!.pushBack(id);
    dispatch(replica, now);
  };

  const startMeasuring = (): void => {
    measuring = true;
    count.carriedIn = inSystem.value;
    count.started = count.startedRequests = count.largest = 0;
    inSystem.reset(fromS);
    waiting.reset(fromS);
  };

  let nextProbe = probe ? probe.everyS : Infinity;
  let lastAt = 0;
  for (;;) {
    const eventAt = calendar.peekTime();
    const now = Math.min(source.time, eventAt);
    if (now > untilS || now === Infinity) break;
    while (nextProbe <= now) {
      probe!.observe(inSystem.value);
      nextProbe += probe!.everyS;
    }
    if (!measuring && now >= fromS) startMeasuring();
    lastAt = now;
    if (source.time <= eventAt) {
      arrive(now);
      continue;
    }
    const slot = calendar.pop();
    const replica = Math.floor(slot / slots);
    const instance = slot % slots;
    if (instance === instances) dispatch(replica, now);
    else finish(replica, instance, now);
  }
  const endS = untilS === Infinity ? Math.max(lastAt, fromS) : untilS;
  if (!measuring) startMeasuring();

  // What is still in the system at the end: in batches and in lines.
  let inFlight = 0;
  const account = (id: number): void => {
    inFlight++;
    count.sojournS += endS - Math.max(arrivedAt[id]!, fromS);
  };
  for (let slot = 0; slot < batchLength.length; slot++) {
    if (batchLength[slot]! > 0) count.busyS += endS - Math.max(startedAt[slot]!, fromS);
    for (let i = 0; i < batchLength[slot]!; i++) account(inBatch[slot * maxBatch + i]!);
  }
  for (const line of lines) while (line.length > 0) account(line.popFront());
  if (count.arrived + count.carriedIn !== count.completed + count.carriedOut + inFlight) {
    throw new Error(
      `INV-conservation: ${count.arrived} + ${count.carriedIn} in, ${count.completed + count.carriedOut} out, ${inFlight} in flight`,
    );
  }
  const area = inSystem.integral(endS);
  if (Math.abs(area - count.sojournS) > 1e-6 * Math.max(1, area)) {
    throw new Error(`INV-little: ∫N dt = ${area}, Σ time in system = ${count.sojournS}`);
  }
  return {
    fromS,
    untilS: endS,
    e2e,
    queue,
    arrived: count.arrived,
    completed: count.completed,
    good: count.good,
    carriedIn: count.carriedIn,
    carriedOut: count.carriedOut,
    inFlight,
    busyInstanceSeconds: count.busyS,
    batchesStarted: count.started,
    requestsStarted: count.startedRequests,
    largestBatch: count.largest,
    inSystem,
    waiting,
  };
}
