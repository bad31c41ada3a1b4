/** A fleet without requests: replicas start, serve and drain at once, and a script says how much waits. */
import type { FleetControl, ReplicaView } from '../../../src/fleet/llm/control.js';

interface Replica {
  readonly index: number;
  readonly addedAtS: number;
  readonly readyAtS: number;
}

export interface Act {
  readonly what: 'add' | 'drain';
  readonly at: number;
  readonly index?: number;
  readonly readyAtS?: number;
}

export class FakeFleet implements FleetControl {
  readonly log: Act[] = [];
  readonly inSystem = 0;
  readonly arrived = 0;
  readonly placed = (): number => 0;
  /** Replicas that came to serve after the start. */
  everReady = 0;
  waiting = 0;
  private now = 0;
  private busyS = 0;
  private present: Replica[];

  constructor(
    initial: number,
    private readonly onGone: (index: number, now: number) => void,
  ) {
    this.present = Array.from({ length: initial }, (_, index) => ({ index, addedAtS: 0, readyAtS: 0 }));
  }

  get nextReadyAt(): number {
    return Math.min(Infinity, ...this.present.map(({ readyAtS }) => readyAtS).filter((at) => at > this.now));
  }

  get held(): number {
    return this.ready.length === 0 ? this.waiting : 0;
  }

  get replicas(): readonly ReplicaView[] {
    const { now, waiting, busyS } = this;
    const each = waiting / Math.max(1, this.ready.length);
    return this.present.map(({ index, addedAtS, readyAtS }) => ({
      index,
      group: 0,
      addedAtS,
      state: readyAtS <= now ? 'ready' : 'starting',
      waiting: readyAtS <= now ? each : 0,
      running: 0,
      tokensHeld: 0,
      tokensRoom: 1,
      busyS: readyAtS <= now ? busyS : 0,
    }));
  }

  /** Time goes on to `now`; all replicas worked since if anything waits. */
  pass(now: number, waiting: number): void {
    this.everReady += this.present.filter(({ readyAtS }) => readyAtS > this.now && readyAtS <= now).length;
    if (waiting > 0) this.busyS += now - this.now;
    this.now = now;
    this.waiting = waiting;
  }

  add(readyAtS: number): number {
    let index = 0;
    while (this.present.some((replica) => replica.index === index)) index++;
    this.present.push({ index, addedAtS: this.now, readyAtS });
    this.log.push({ what: 'add', at: this.now, readyAtS });
    return index;
  }

  drain(index: number): void {
    this.log.push({ what: 'drain', at: this.now, index });
    this.remove(index);
  }

  remove(index: number): void {
    this.present = this.present.filter((replica) => replica.index !== index);
    this.onGone(index, this.now);
  }

  fail(index: number): number {
    this.remove(index);
    return 0;
  }

  private get ready(): readonly Replica[] {
    return this.present.filter(({ readyAtS }) => readyAtS <= this.now);
  }
}
