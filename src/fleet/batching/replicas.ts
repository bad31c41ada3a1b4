/** The replicas of a batch server as they come and go. */
import type { ReplicaSeconds, ReplicaView } from '../llm/control.js';
import { ReplicaPlaces } from '../llm/replicaPlaces.js';
import { BatchReplica } from './replica.js';

export class BatchReplicas {
  /** The replica at each place, and the last one that was there where it is free. */
  readonly at: BatchReplica[] = [];
  /** Replicas that are not gone, and those that take requests, by place. */
  live: readonly BatchReplica[] = [];
  accepting: readonly BatchReplica[] = [];
  private readonly places: ReplicaPlaces;
  /** Instance-seconds of replicas that are gone. */
  private retiredBusyS = 0;

  /** @param instances of a replica, by group · @param onGone hears of each replica that goes */
  constructor(
    private readonly instances: readonly number[],
    private readonly maxBatch: number,
    private readonly onGone?: (place: number, now: number, group: number) => void,
  ) {
    this.places = new ReplicaPlaces(instances.length);
  }

  get nextReadyAt(): number {
    return this.places.nextReadyAt;
  }

  add(now: number, readyAtS: number, group: number): number {
    const place = this.places.free(group);
    this.at[place] = new BatchReplica(place, group, this.instances[group]!, this.maxBatch);
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
    this.goIfDrained(place, now);
  }

  /** A draining replica goes with its last request. */
  goIfDrained(place: number, now: number): void {
    if (this.places.states[place] === 'draining' && this.at[place]!.outstanding === 0) this.go(place, now);
  }

  /** Takes a replica out at once; `undefined` where there is none. */
  remove(now: number, place: number): BatchReplica | undefined {
    const state = this.places.states[place];
    if (state === undefined || state === 'gone') return undefined;
    this.go(place, now);
    return this.at[place];
  }

  /** Measurement begins. */
  restart(now: number): void {
    this.places.restart(now);
    this.retiredBusyS = 0;
    for (const replica of this.live) replica.restart(now);
  }

  /** Instance-seconds of work since measurement began, of replicas that are gone as well. */
  busyUntil(now: number): number {
    return this.live.reduce((sum, replica) => sum + replica.busyUntil(now), this.retiredBusyS);
  }

  /** By group. */
  seconds(until: number): ReplicaSeconds[] {
    return this.instances.map((_, group) => this.places.seconds(group, until));
  }

  servingS(until: number): number {
    return this.places.servingS(until);
  }

  views(now: number): ReplicaView[] {
    const { states, addedAt } = this.places;
    return this.live.map((replica) => ({
      index: replica.index,
      group: replica.group,
      state: states[replica.index]!,
      addedAtS: addedAt[replica.index]!,
      waiting: replica.waitingRequests,
      running: replica.outstanding - replica.waitingRequests,
      tokensHeld: 0,
      tokensRoom: 0,
      busyS: replica.busyUntil(now),
    }));
  }

  private list(): void {
    const { states } = this.places;
    this.live = this.at.filter((_, place) => states[place] !== 'gone');
    this.accepting = this.at.filter((_, place) => states[place] === 'ready');
  }

  private go(place: number, now: number): void {
    this.retiredBusyS += this.at[place]!.busyUntil(now);
    this.places.go(place, now);
    this.list();
    this.onGone?.(place, now, this.at[place]!.group);
  }
}
