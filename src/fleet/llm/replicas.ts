/**
 * The replicas of a service as they come and go. A replica starts, is ready, drains and is gone; its place (and with it the indices of its
 * engines) is then free for another.
 */
import { Calendar } from '../../kernel/calendar.js';
import { TimeAverage } from '../../kernel/timeAverage.js';
import type { ReplicaSeconds, ReplicaState, ReplicaView } from './control.js';
import type { LlmEngine } from './engine.js';

type Counted = 'provisioned' | 'ready' | 'draining';

/** What engines that are gone have done. */
export interface Retired {
  busyS: number;
  sequenceSeconds: number;
  tokenSeconds: number;
  maxSequencesSeen: number;
  maxTokensSeen: number;
}

const nothingDone = (): Retired => ({
  busyS: 0,
  sequenceSeconds: 0,
  tokenSeconds: 0,
  maxSequencesSeen: 0,
  maxTokensSeen: 0,
});

export class Replicas {
  /** Engines by index, those of replicas that are gone included. */
  readonly engines: LlmEngine[] = [];
  /** Engines of replicas that are not gone, and those that take requests, by index. */
  live: LlmEngine[] = [];
  accepting: LlmEngine[] = [];
  /** What engines that are gone have done, by group. */
  readonly retired: readonly Retired[];
  /** By place: its state, when its replica was added, its group (which it keeps), and the index of its first engine. */
  private readonly states: ReplicaState[] = [];
  private readonly addedAt: number[] = [];
  private readonly groups: number[] = [];
  private readonly first: number[] = [];
  /** The place of an engine, by the engine's index. */
  private readonly placeOf: number[] = [];
  private readonly starting = new Calendar(8);
  private readonly levels: readonly Readonly<Record<Counted, TimeAverage>>[];
  /** 1 while at least one replica of a group takes requests. */
  private readonly serving: readonly TimeAverage[];
  /** 1 while any replica does. */
  private readonly anyServing = new TimeAverage();

  /**
   * @param perReplica engines of a replica, by group
   * @param make builds the engine with an index
   * @param onGone hears of each replica that goes
   */
  constructor(
    private readonly perReplica: readonly number[],
    private readonly make: (index: number, group: number) => LlmEngine,
    private readonly onGone?: (place: number, now: number, group: number) => void,
  ) {
    this.retired = perReplica.map(() => nothingDone());
    this.serving = perReplica.map(() => new TimeAverage());
    this.levels = perReplica.map(() => ({
      provisioned: new TimeAverage(),
      ready: new TimeAverage(),
      draining: new TimeAverage(),
    }));
  }

  /** When the next replica becomes ready, `Infinity` when none is starting. */
  get nextReadyAt(): number {
    return this.starting.peekTime();
  }

  add(now: number, readyAtS: number, group: number): number {
    let place = this.states.findIndex((state, at) => state === 'gone' && this.groups[at] === group);
    if (place < 0) {
      place = this.states.length;
      this.groups[place] = group;
      this.first[place] = this.engines.length;
    }
    this.addedAt[place] = now;
    for (let i = 0; i < this.perReplica[group]!; i++) {
      const index = this.first[place]! + i;
      this.engines[index] = this.make(index, group);
      this.placeOf[index] = place;
    }
    this.levels[group]!.provisioned.add(now, 1);
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
    this.goIfDrained(this.first[place]!, now);
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
    const place = this.placeOf[engineIndex]!;
    if (this.states[place] !== 'draining') return;
    if (this.enginesOf(place).every((engine) => engine.outstanding === 0)) this.go(place, now);
  }

  /** Measurement begins. */
  restart(now: number): void {
    for (const levels of this.levels) for (const level of Object.values(levels)) level.reset(now);
    for (const serving of [...this.serving, this.anyServing]) serving.reset(now);
    for (const retired of this.retired) Object.assign(retired, nothingDone());
    for (const engine of this.live) engine.meter.restart(now);
  }

  /** Seconds with at least one replica that takes requests, of whatever group. */
  servingS(until: number): number {
    return this.anyServing.integral(until);
  }

  seconds(group: number, until: number): ReplicaSeconds {
    const { provisioned, ready, draining } = this.levels[group]!;
    return {
      provisioned: provisioned.integral(until),
      ready: ready.integral(until),
      draining: draining.integral(until),
      serving: this.serving[group]!.integral(until),
      most: provisioned.max,
    };
  }

  /** @param tokensRooms tokens that an engine's memory has room for, by group */
  views(now: number, tokensRooms: readonly number[]): ReplicaView[] {
    return this.states.flatMap((state, index): ReplicaView[] => {
      if (state === 'gone') return [];
      const view = { waiting: 0, running: 0, tokensHeld: 0, busyS: 0 };
      for (const engine of this.enginesOf(index)) {
        view.waiting += engine.waitingRequests;
        view.running += engine.runningSequences;
        view.tokensHeld += engine.meter.tokensHeldAt(now);
        view.busyS += engine.meter.busyUntil(now);
      }
      const group = this.groups[index]!;
      const tokensRoom = tokensRooms[group]! * this.perReplica[group]!;
      return [{ index, group, state, addedAtS: this.addedAt[index]!, tokensRoom, ...view }];
    });
  }

  enginesOf(place: number): LlmEngine[] {
    const first = this.first[place]!;
    return this.engines.slice(first, first + this.perReplica[this.groups[place]!]!);
  }

  private enter(place: number, state: ReplicaState, now: number): void {
    const before = this.states[place];
    const levels = this.levels[this.groups[place]!]!;
    this.states[place] = state;
    if (before === 'ready' || before === 'draining') levels[before].add(now, -1);
    if (state === 'ready' || state === 'draining') levels[state].add(now, 1);
    const stateOf = (engine: LlmEngine): ReplicaState => this.states[this.placeOf[engine.index]!]!;
    this.live = this.engines.filter((engine) => stateOf(engine) !== 'gone');
    this.accepting = this.live.filter((engine) => stateOf(engine) === 'ready');
    const group = this.groups[place]!;
    this.anyServing.set(now, this.accepting.length > 0 ? 1 : 0);
    this.serving[group]!.set(now, this.accepting.some((engine) => engine.group === group) ? 1 : 0);
  }

  private go(place: number, now: number): void {
    this.starting.cancel(place);
    this.enter(place, 'gone', now);
    const group = this.groups[place]!;
    this.levels[group]!.provisioned.add(now, -1);
    const retired = this.retired[group]!;
    for (const { meter } of this.enginesOf(place)) {
      retired.busyS += meter.busyS;
      retired.sequenceSeconds += meter.sequenceSeconds;
      retired.tokenSeconds += meter.tokenSeconds;
      retired.maxSequencesSeen = Math.max(retired.maxSequencesSeen, meter.maxSequencesSeen);
      retired.maxTokensSeen = Math.max(retired.maxTokensSeen, meter.maxTokensSeen);
    }
    this.onGone?.(place, now, group);
  }
}
