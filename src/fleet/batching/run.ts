/** A run of batch servers, event by event: control, arrivals, ends of batches, then delays that run out. */
import { Calendar } from '../../kernel/calendar.js';
import { Histogram } from '../../kernel/histogram.js';
import { TimeAverage } from '../../kernel/timeAverage.js';
import type { RequestSource } from '../../workload/source.js';
import type { BatchGroup, BatchServerConfig, BatchServerOptions, BatchServerRun } from '../batchServer.js';
import { WaitingLine } from '../llm/waitingLine.js';
import { BatchControl } from './control.js';
import type { BatchReplica } from './replica.js';
import { BatchReplicas } from './replicas.js';
import { BatchRequests } from './requests.js';

/** Lower priority goes first at equal times: a batch that ends frees its instance before a delay timer looks for one. */
const ENDS = 0;
const TIMER = 1;

export class BatchRun {
  private readonly requests = new BatchRequests();
  private readonly replicasOf: BatchReplicas;
  /** Slots: place·slots + instance, where slots = most instances + 1; the last of a replica is its delay timer. */
  private readonly calendar = new Calendar();
  private readonly slots: number;
  private readonly groups: readonly BatchGroup[];
  /** Requests that no replica was there to take. */
  private readonly heldLine = new WaitingLine();
  private readonly e2e: readonly Histogram[];
  private readonly queue: readonly Histogram[];
  private readonly level = { inSystem: new TimeAverage(), waiting: new TimeAverage() };
  private readonly fromS: number;
  private measuring: boolean;
  private nextControl = Infinity;
  private nextProbe = Infinity;
  private now = 0;
  private readonly control: BatchControl;
  private readonly count = {
    arrived: 0,
    completed: 0,
    failed: 0,
    good: 0,
    carriedIn: 0,
    carriedOut: 0,
    started: 0,
    startedRequests: 0,
    largest: 0,
    sojournS: 0,
  };

  constructor(
    private readonly config: BatchServerConfig,
    private readonly source: RequestSource,
    private readonly options: BatchServerOptions,
  ) {
    const { controller, probe, batches } = options;
    this.fromS = Math.max(0, options.warmupS);
    this.measuring = this.fromS <= 0;
    this.groups = [config, ...(config.others ?? [])];
    const instances = this.groups.map((group) => group.instances);
    this.slots = Math.max(...instances) + 1;
    this.e2e = Array.from({ length: batches }, () => new Histogram());
    this.queue = Array.from({ length: batches }, () => new Histogram());
    if (controller !== undefined) this.nextControl = controller.nextAt;
    if (probe !== undefined) this.nextProbe = probe.everyS;
    this.replicasOf = new BatchReplicas(instances, config.maxBatch, (place, now, group) =>
      controller?.gone?.(place, now, group),
    );
    for (let i = 0; i < config.replicas; i++) this.replicasOf.add(0, 0, 0);
    this.control = new BatchControl(this.replicasOf, this.calendar, this.slots, this.heldLine, this.level, {
      placeHeld: () => this.placeHeld(),
      place: (id) => this.place(id),
      lost: (id) => this.lost(id),
    });
  }

  /** Processes the next event; false when the run is over. */
  step(): boolean {
    const arrivalAt = this.source.time;
    const workAt = Math.min(arrivalAt, this.calendar.peekTime());
    const isControl = this.nextControl <= workAt && this.controlMatters(workAt);
    const now = isControl ? this.nextControl : workAt;
    if (now > this.options.untilS || now === Infinity) return false;
    while (this.nextProbe <= now) {
      this.options.probe!.observe(this.level.inSystem.value);
      this.nextProbe += this.options.probe!.everyS;
    }
    if (!this.measuring && now >= this.fromS) this.startMeasuring();
    this.now = now;
    if (isControl) this.act();
    else if (arrivalAt <= workAt) this.arrive();
    else this.work(this.calendar.pop());
    return true;
  }

  /** Settles what is under way and checks what must hold. */
  end(): BatchServerRun {
    const { count, fromS, level, options, replicasOf } = this;
    const endS = options.untilS === Infinity ? Math.max(this.now, fromS) : options.untilS;
    if (!this.measuring) this.startMeasuring();
    const left = replicasOf.live.flatMap((replica) => Object.values(replica.requests()).flat());
    while (this.heldLine.length > 0) left.push(this.heldLine.popFront());
    const pending = new Histogram();
    for (const id of left) pending.add(endS - this.requests.arrivedAt[id]!);
    for (const id of left) count.sojournS += endS - Math.max(this.requests.arrivedAt[id]!, fromS);
    const gone = count.completed + count.carriedOut + count.failed;
    if (count.arrived + count.carriedIn !== gone + left.length) {
      throw new Error(
        `INV-conservation: ${count.arrived} + ${count.carriedIn} in, ${gone} out, ${left.length} in flight`,
      );
    }
    const area = level.inSystem.integral(endS);
    if (Math.abs(area - count.sojournS) > 1e-6 * Math.max(1, area)) {
      throw new Error(`INV-little: ∫N dt = ${area}, Σ time in system = ${count.sojournS}`);
    }
    return {
      fromS,
      untilS: endS,
      e2e: this.e2e,
      queue: this.queue,
      arrived: count.arrived,
      completed: count.completed,
      failed: count.failed,
      good: count.good,
      carriedIn: count.carriedIn,
      carriedOut: count.carriedOut,
      inFlight: left.length,
      pending,
      busyInstanceSeconds: replicasOf.busyUntil(endS),
      batchesStarted: count.started,
      requestsStarted: count.startedRequests,
      largestBatch: count.largest,
      inSystem: level.inSystem,
      waiting: level.waiting,
      replicaSeconds: replicasOf.seconds(endS),
      servingS: replicasOf.servingS(endS),
    };
  }

  /** A run without an end is over when there is nothing left to do, whatever a controller has in mind. */
  private controlMatters(workAt: number): boolean {
    if (workAt < Infinity) return true;
    return this.nextControl < Infinity && (this.options.untilS < Infinity || this.heldLine.length > 0);
  }

  /** Replicas that have started take requests; then it is the controller's turn, if it is due. */
  private act(): void {
    const { now, replicasOf } = this;
    const { controller } = this.options;
    replicasOf.open(now);
    this.placeHeld();
    if (controller !== undefined && controller.nextAt <= now) {
      this.control.now = now;
      controller.act(now, this.control);
      if (controller.nextAt <= now) throw new Error(`INV-control: the controller did not move on from ${now} s`);
    }
    this.nextControl = Math.min(replicasOf.nextReadyAt, controller === undefined ? Infinity : controller.nextAt);
  }

  private arrive(): void {
    const { batches, batchSize } = this.options;
    const { now, count, source } = this;
    this.control.arrived++;
    if (this.measuring) count.arrived++;
    const batch = batchSize > 0 ? Math.max(0, Math.min(batches - 1, Math.floor((count.arrived - 1) / batchSize))) : 0;
    const id = this.requests.take(now, source.user, batch);
    this.level.inSystem.add(now, 1);
    this.level.waiting.add(now, 1);
    source.advance();
    this.place(id);
  }

  /** Gives a request that waits to a replica; holds it while there is none. */
  private place(id: number): void {
    const { accepting } = this.replicasOf;
    if (accepting.length === 0) {
      this.heldLine.pushBack(id);
      return;
    }
    const replica = accepting[accepting.length === 1 ? 0 : this.config.router(accepting)]!;
    this.control.given++;
    this.requests.placedAt[id] = this.now;
    replica.outstanding++;
    replica.line.pushBack(id);
    this.dispatch(replica);
  }

  private placeHeld(): void {
    if (this.replicasOf.accepting.length === 0) return;
    while (this.heldLine.length > 0) this.place(this.heldLine.popFront());
  }

  /** Starts batches while an instance is idle and the line is long or old enough. */
  private dispatch(replica: BatchReplica): void {
    const { now, requests } = this;
    const { maxBatch, maxDelayS } = this.config;
    const { line } = replica;
    const timer = (replica.index + 1) * this.slots - 1;
    while (line.length > 0 && replica.hasIdle) {
      const due = requests.placedAt[line.peekFront()]! + maxDelayS;
      if (line.length < maxBatch && now < due) {
        this.calendar.schedule(timer, due, TIMER);
        return;
      }
      this.start(replica, Math.min(line.length, maxBatch));
    }
    this.calendar.cancel(timer);
  }

  private start(replica: BatchReplica, size: number): void {
    const { now, count, requests } = this;
    const instance = replica.start(now, size);
    for (let i = 0; i < size; i++) {
      const id = replica.requestAt(instance, i);
      requests.startedAt[id] = now;
      if (this.measuring) this.queue[requests.batchOf[id]!]!.add(now - requests.arrivedAt[id]!);
    }
    this.level.waiting.add(now, -size);
    count.started++;
    count.startedRequests += size;
    if (size > count.largest) count.largest = size;
    const seconds = this.groups[replica.group]!.batchTimeS[size]!;
    this.calendar.schedule(replica.index * this.slots + instance, now + seconds, ENDS);
  }

  /** A batch ends, or a delay runs out. */
  private work(slot: number): void {
    const place = Math.floor(slot / this.slots);
    const instance = slot % this.slots;
    const replica = this.replicasOf.at[place]!;
    if (instance < this.slots - 1) {
      const size = replica.finish(instance, this.now);
      for (let i = 0; i < size; i++) this.answer(replica.requestAt(instance, i), place);
      this.replicasOf.goIfDrained(place, this.now);
    }
    this.dispatch(replica);
  }

  private answer(id: number, place: number): void {
    const { now, count, fromS, requests } = this;
    const at = requests.arrivedAt[id]!;
    if (this.measuring) {
      count.sojournS += now - Math.max(at, fromS);
      if (at >= fromS) count.completed++;
      else count.carriedOut++;
      if (now - at <= this.config.e2eLimitS) count.good++;
      this.e2e[requests.batchOf[id]!]!.add(now - at);
      if (this.options.sink !== undefined) this.tell(id, requests.startedAt[id]! - at, place, 'completed');
    }
    this.level.inSystem.add(now, -1);
    if (requests.userOf[id]! >= 0) this.source.answered(requests.userOf[id]!, now);
    requests.release(id);
  }

  /** The row of a request that leaves; it has no tokens. */
  private tell(id: number, queuedS: number, replica: number, outcome: 'completed' | 'failed'): void {
    const arrivedAtS = this.requests.arrivedAt[id]!;
    const none = Number.NaN;
    const times = { arrivedAtS, queuedS, ttftS: none, e2eS: this.now - arrivedAtS };
    this.options.sink?.({ ...times, promptTokens: none, outputTokens: none, replica, outcome });
  }

  /** A failure has lost a request that waits again; who asked learns it at once. */
  private lost(id: number): void {
    const { now, level, requests, source } = this;
    if (this.measuring) {
      this.count.failed++;
      this.count.sojournS += now - Math.max(requests.arrivedAt[id]!, this.fromS);
      this.tell(id, now - requests.arrivedAt[id]!, Number.NaN, 'failed');
    }
    level.inSystem.add(now, -1);
    level.waiting.add(now, -1);
    if (requests.userOf[id]! >= 0) source.answered(requests.userOf[id]!, now);
    requests.release(id);
  }

  private startMeasuring(): void {
    const { count, fromS, level } = this;
    this.measuring = true;
    count.carriedIn = level.inSystem.value;
    count.started = count.startedRequests = count.largest = 0;
    level.inSystem.reset(fromS);
    level.waiting.reset(fromS);
    this.replicasOf.restart(fromS);
  }
}
