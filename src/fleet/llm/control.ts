/** What a controller of a fleet (an autoscaler, a failure process) sees, and what it can do. */

export type ReplicaState = 'starting' | 'ready' | 'draining' | 'gone';

export interface ReplicaView {
  /** Its place; a place is used again after its replica is gone. */
  readonly index: number;
  /** The group of replicas that it belongs to. */
  readonly group: number;
  readonly state: ReplicaState;
  /** When it was added. */
  readonly addedAtS: number;
  readonly waiting: number;
  readonly running: number;
  /** Tokens in KV memory now, and the most that there is room for. */
  readonly tokensHeld: number;
  readonly tokensRoom: number;
  /** Engine-seconds of work so far: since the start of measurement, or of the replica. */
  readonly busyS: number;
}

export interface FleetControl {
  /** Replicas that are not gone, by index. They are described as of now. */
  readonly replicas: readonly ReplicaView[];
  /** Requests that no replica was there to take. */
  readonly held: number;
  /** Requests that wait, held ones included, and requests in the system. */
  readonly waiting: number;
  readonly inSystem: number;
  /** Requests that have arrived since the run began. */
  readonly arrived: number;
  /** Requests that have been given to replicas of a group since the run began, those that start anew each time. */
  placed(group: number): number;
  /** Adds a replica that takes requests from `readyAtS` on (now, if that is past), to the first group unless said; returns its index. */
  add(readyAtS: number, group?: number): number;
  /** The replica takes nothing new and goes when what it has is answered. */
  drain(index: number): void;
  /** The replica goes at once and a gateway sends its requests anew: they start elsewhere, with what they had lost. */
  remove(index: number): void;
  /** The replica goes at once, as in a failure: whoever asked for its requests learns that they are lost. Returns their number. */
  fail(index: number): number;
}

/**
 * Called at `nextAt`, before arrivals and steps of the same moment. It must move `nextAt` on, to `Infinity` when it has nothing more to
 * do.
 */
export interface FleetController {
  readonly nextAt: number;
  act(now: number, fleet: FleetControl): void;
  /** A replica is gone: drained, or removed. */
  gone?(index: number, now: number, group: number): void;
}

/** ∫ replicas dt over the measured time, seconds. Provisioned are all that are not gone. */
export interface ReplicaSeconds {
  readonly provisioned: number;
  readonly ready: number;
  readonly draining: number;
  /** Seconds with at least one replica of the group that takes requests. */
  readonly serving: number;
  /** The most that were provisioned at once. */
  readonly most: number;
}
