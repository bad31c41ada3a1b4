/**
 * The places of replicas, whatever these are made of: each starts, is ready, drains and is gone; its place is then free for another of its
 * group. Keeps how long how many were in each state.
 */
import { Calendar } from '../../kernel/calendar.js';
import { TimeAverage } from '../../kernel/timeAverage.js';
import type { ReplicaSeconds, ReplicaState } from './control.js';

type Counted = 'provisioned' | 'ready' | 'draining';

export class ReplicaPlaces {
  /** By place: its state, when its replica was added, and its group (which it keeps). */
  readonly states: ReplicaState[] = [];
  readonly addedAt: number[] = [];
  readonly groups: number[] = [];
  private readonly starting = new Calendar(8);
  private readonly levels: readonly Readonly<Record<Counted, TimeAverage>>[];
  /** 1 while at least one replica of a group takes requests. */
  private readonly serving: readonly TimeAverage[];
  /** 1 while any replica does. */
  private readonly anyServing = new TimeAverage();

  constructor(groups: number) {
    const each = Array.from({ length: groups });
    this.serving = each.map(() => new TimeAverage());
    this.levels = each.map(() => ({
      provisioned: new TimeAverage(),
      ready: new TimeAverage(),
      draining: new TimeAverage(),
    }));
  }

  /** When the next replica becomes ready, `Infinity` when none is starting. */
  get nextReadyAt(): number {
    return this.starting.earliest;
  }

  /** A place for a new replica of a group: one that is free again, or the next. */
  free(group: number): number {
    const place = this.states.findIndex((state, at) => state === 'gone' && this.groups[at] === group);
    return place < 0 ? this.states.length : place;
  }

  /** A replica comes to a free place; it starts until `readyAtS`, or is ready at once if that is past. */
  add(place: number, now: number, readyAtS: number, group: number): void {
    this.groups[place] = group;
    this.addedAt[place] = now;
    this.levels[group]!.provisioned.add(now, 1);
    if (readyAtS > now) {
      this.enter(place, 'starting', now);
      this.starting.schedule(place, readyAtS);
    } else this.enter(place, 'ready', now);
  }

  /** The next replica that has started by `now` is ready; false when there is none. */
  openNext(now: number): boolean {
    if (this.starting.earliest > now || this.starting.length === 0) return false;
    this.enter(this.starting.pop(), 'ready', now);
    return true;
  }

  drain(place: number, now: number): void {
    this.enter(place, 'draining', now);
  }

  go(place: number, now: number): void {
    this.starting.cancel(place);
    this.enter(place, 'gone', now);
    this.levels[this.groups[place]!]!.provisioned.add(now, -1);
  }

  /** Measurement begins. */
  restart(now: number): void {
    for (const levels of this.levels) for (const level of Object.values(levels)) level.reset(now);
    for (const serving of [...this.serving, this.anyServing]) serving.reset(now);
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

  private enter(place: number, state: ReplicaState, now: number): void {
    const before = this.states[place];
    const group = this.groups[place]!;
    const levels = this.levels[group]!;
    this.states[place] = state;
    if (before === 'ready' || before === 'draining') levels[before].add(now, -1);
    if (state === 'ready' || state === 'draining') levels[state].add(now, 1);
    this.anyServing.set(now, this.states.includes('ready') ? 1 : 0);
    this.serving[group]!.set(
      now,
      this.states.some((each, at) => each === 'ready' && this.groups[at] === group) ? 1 : 0,
    );
  }
}
