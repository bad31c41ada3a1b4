/**
 * The replicas of a service as they come and go. A replica starts, is ready, drains and is gone; its place (and with it the indices of its
 * engines) is then free for another.
 */
import { Calendar } from '../../kernel/calendar.js';
import { TimeAverage } from '../../kernel/timeAverage.js';
import type { ReplicaSeconds, ReplicaState, ReplicaView } from './control.js';
import type { LlmEngine } from './engine.js';

export class Replicas {
  /** Engines by index, those of replicas that are gone included. */
  readonly engines: LlmEngine[] = [];
  /** Engines of replicas that are not gone, and those that take requests, by index. */
  live: LlmEngine[] = [];
  accepting: LlmEngine[] = [];
  /** What engines that are gone have done. */
  readonly retired = { busyS: 0, sequenceSeconds: 0, tokenSeconds: 0, maxSequencesSeen: 0, maxTokensSeen: 0 };
  private readonly states: ReplicaState[] = [];
  private readonly addedAt: number[] = [];
  private readonly starting = new Calendar(8);
  private readonly levels = { provisioned: new TimeAverage(), ready: new TimeAverage(), draining: new TimeAverage() };
  /** 1 while at least one replica takes requests. */
  private readonly serving = new TimeAverage();

  /** @param perReplica engines of a replica · @param make builds the engine with an index · @param onGone hears of each that goes */
  constructor(
    readonly perReplica: number,
    private readonly make: (index: number) => LlmEngine,
    private readonly onGone?: (place: number, now: number) => void,
  ) {}

  /** When the next replica becomes ready, `Infinity` when none is starting. */
  get nextReadyAt(): number {
    return this.starting.peekTime();
  }

  add(now: number, readyAtS: number): number {
    let place = this.states.indexOf('gone');
    if (place < 0) place = this.states.length;
    this.addedAt[place] = now;
    for (let i = 0; i < this.perReplica; i++) {
      const index = place * this.perReplica + i;
      this.engines[index] = this.make(index);
    }
    this.levels.provisioned.add(now, 1);
    if (readyAtS > now) {
      this.enter(place, 'starting', now);
      this.starting.schedule(place, readyAtS);
    } else this.enter(place, 'ready', now);
    return place;
  }

  /** Replicas that have started by `now` take requests from now on. */
  open(now: number): void {
    while (this.starting.peekTime() <= now) this.enter(this.starting.pop(), 'ready', now);
  }

  drain(now: number, place: number): void {
    const state = this.states[place];
    if (state === 'starting') this.go(place, now);
    if (state !== 'ready') return;
    this.enter(place, 'draining', now);
    this.goIfDrained(place * this.perReplica, now);
  }

  /** Removes a replica at once and returns the requests that it had, each engine's in order. */
  remove(now: number, place: number): number[] {
    const state = this.states[place];
    if (state === undefined || state === 'gone') return [];
    const lost = this.enginesOf(place).flatMap((engine) => engine.abandon());
    this.go(place, now);
    return lost;
  }

  /** Called when an engine has nothing left: a draining replica goes with its last request. */
  goIfDrained(engineIndex: number, now: number): void {
    const place = Math.floor(engineIndex / this.perReplica);
    if (this.states[place] !== 'draining') return;
    if (this.enginesOf(place).every((engine) => engine.outstanding === 0)) this.go(place, now);
  }

  /** Measurement begins. */
  restart(now: number): void {
    for (const level of [...Object.values(this.levels), this.serving]) level.reset(now);
    for (const key of Object.keys(this.retired) as (keyof typeof this.retired)[]) this.retired[key] = 0;
    for (const engine of this.live) engine.meter.restart(now);
  }

  seconds(until: number): ReplicaSeconds {
    const { provisioned, ready, draining } = this.levels;
    return {
      provisioned: provisioned.integral(until),
      ready: ready.integral(until),
      draining: draining.integral(until),
      serving: this.serving.integral(until),
      most: provisioned.max,
    };
  }

  views(now: number, tokensRoom: number): ReplicaView[] {
    return this.states.flatMap((state, index): ReplicaView[] => {
      if (state === 'gone') return [];
      const view = { waiting: 0, running: 0, tokensHeld: 0, busyS: 0 };
      for (const engine of this.enginesOf(index)) {
        view.waiting += engine.waitingRequests;
        view.running += engine.runningSequences;
        view.tokensHeld += engine.meter.tokensHeldAt(now);
        view.busyS += engine.meter.busyUntil(now);
      }
      return [{ index, state, addedAtS: this.addedAt[index]!, tokensRoom: tokensRoom * this.perReplica, ...view }];
    });
  }

  private enginesOf(place: number): LlmEngine[] {
    return this.engines.slice(place * this.perReplica, (place + 1) * this.perReplica);
  }

  private enter(place: number, state: ReplicaState, now: number): void {
    const before = this.states[place];
    this.states[place] = state;
    if (before === 'ready' || before === 'draining') this.levels[before].add(now, -1);
    if (state === 'ready' || state === 'draining') this.levels[state].add(now, 1);
    const stateOf = (engine: LlmEngine): ReplicaState => this.states[Math.floor(engine.index / this.perReplica)]!;
    this.live = this.engines.filter((engine) => stateOf(engine) !== 'gone');
    this.accepting = this.live.filter((engine) => stateOf(engine) === 'ready');
    this.serving.set(now, this.accepting.length > 0 ? 1 : 0);
  }

  private go(place: number, now: number): void {
    this.starting.cancel(place);
    this.enter(place, 'gone', now);
    this.levels.provisioned.add(now, -1);
    const { retired } = this;
    for (const { meter } of this.enginesOf(place)) {
      retired.busyS += meter.busyS;
      retired.sequenceSeconds += meter.sequenceSeconds;
      retired.tokenSeconds += meter.tokenSeconds;
      retired.maxSequencesSeen = Math.max(retired.maxSequencesSeen, meter.maxSequencesSeen);
      retired.maxTokensSeen = Math.max(retired.maxTokensSeen, meter.maxTokensSeen);
    }
    this.onGone?.(place, now);
  }
}
