/**
 * The replicas of a service as they come and go. A replica starts, is ready, drains and is gone; its place (and with it the indices of its
 * engines) is then free for another.
 */
import type { ReplicaSeconds, ReplicaView } from './control.js';
import type { LlmEngine } from './engine.js';
import { ReplicaPlaces } from './replicaPlaces.js';

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
  private readonly places: ReplicaPlaces;
  /** The index of a replica's first engine, by place. */
  private readonly first: number[] = [];
  /** The place of an engine, by the engine's index. */
  private readonly placeOf: number[] = [];

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
    this.places = new ReplicaPlaces(perReplica.length);
  }

  /** When the next replica becomes ready, `Infinity` when none is starting. */
  get nextReadyAt(): number {
    return this.places.nextReadyAt;
  }

  add(now: number, readyAtS: number, group: number): number {
    const place = this.places.free(group);
    this.first[place] ??= this.engines.length;
    for (let i = 0; i < this.perReplica[group]!; i++) {
      const index = this.first[place]! + i;
      this.engines[index] = this.make(index, group);
      this.placeOf[index] = place;
    }
    this.places.add(place, now, readyAtS, group);
    this.list();
    return place;
  }

  /** Replicas that have started by `now` take requests from now on. */
  open(now: number): void {
    while (this.places.openNext(now)) this.list();
  }

  drain(now: number, place: number): void {
    const state = this.places.states[place];
    if (state === 'starting') this.go(place, now);
    if (state !== 'ready') return;
    this.places.drain(place, now);
    this.list();
    this.goIfDrained(this.first[place]!, now);
  }

  /** Removes a replica at once and returns the requests that it had, each engine's in order. */
  remove(now: number, place: number): number[] {
    const state = this.places.states[place];
    if (state === undefined || state === 'gone') return [];
    const lost = this.enginesOf(place).flatMap((engine) => engine.abandon());
    this.go(place, now);
    return lost;
  }

  /** Called when an engine has nothing left: a draining replica goes with its last request. */
  goIfDrained(engineIndex: number, now: number): void {
    const place = this.placeOf[engineIndex]!;
    if (this.places.states[place] !== 'draining') return;
    if (this.enginesOf(place).every((engine) => engine.outstanding === 0)) this.go(place, now);
  }

  /** Measurement begins. */
  restart(now: number): void {
    this.places.restart(now);
    for (const retired of this.retired) Object.assign(retired, nothingDone());
    for (const engine of this.live) engine.meter.restart(now);
  }

  /** Seconds with at least one replica that takes requests, of whatever group. */
  servingS(until: number): number {
    return this.places.servingS(until);
  }

  seconds(group: number, until: number): ReplicaSeconds {
    return this.places.seconds(group, until);
  }

  /** @param tokensRooms tokens that an engine's memory has room for, by group */
  views(now: number, tokensRooms: readonly number[]): ReplicaView[] {
    const { states, groups, addedAt } = this.places;
    return states.flatMap((state, index): ReplicaView[] => {
      if (state === 'gone') return [];
      const view = { waiting: 0, running: 0, tokensHeld: 0, busyS: 0 };
      for (const engine of this.enginesOf(index)) {
        view.waiting += engine.waitingRequests;
        view.running += engine.runningSequences;
        view.tokensHeld += engine.meter.tokensHeldAt(now);
        view.busyS += engine.meter.busyUntil(now);
      }
      const group = groups[index]!;
      const tokensRoom = tokensRooms[group]! * this.perReplica[group]!;
      return [{ index, group, state, addedAtS: addedAt[index]!, tokensRoom, ...view }];
    });
  }

  enginesOf(place: number): LlmEngine[] {
    const first = this.first[place]!;
    return this.engines.slice(first, first + this.perReplica[this.places.groups[place]!]!);
  }

  /** The engines that are there, and those that take requests, after a replica has changed its state. */
  private list(): void {
    const { states } = this.places;
    this.live = this.engines.filter(({ index }) => states[this.placeOf[index]!] !== 'gone');
    this.accepting = this.live.filter(({ index }) => states[this.placeOf[index]!] === 'ready');
  }

  private go(place: number, now: number): void {
    this.places.go(place, now);
    this.list();
    const group = this.places.groups[place]!;
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
