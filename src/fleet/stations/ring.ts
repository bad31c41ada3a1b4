import { extended } from './arrays.js';

/** Requests in order of arrival (time, requirement, user) in one growing ring: no object per request. */
export class RequestRing {
  private times = new Float64Array(64);
  private requirements = new Float64Array(64);
  private users = new Int32Array(64);
  private head = 0;
  length = 0;

  push(arrivedAt: number, requirement: number, user: number): void {
    if (this.length === this.times.length) this.grow();
    const at = (this.head + this.length++) & (this.times.length - 1);
    this.times[at] = arrivedAt;
    this.requirements[at] = requirement;
    this.users[at] = user;
  }

  /** Of the oldest request; only when `length` > 0. */
  arrivedAt(): number {
    return this.times[this.head]!;
  }

  requirement(): number {
    return this.requirements[this.head]!;
  }

  user(): number {
    return this.users[this.head]!;
  }

  drop(): void {
    this.head = (this.head + 1) & (this.times.length - 1);
    this.length--;
  }

  private grow(): void {
    const size = this.times.length;
    this.times = extended(turned(this.times, this.head), new Float64Array(size * 2));
    this.requirements = extended(turned(this.requirements, this.head), new Float64Array(size * 2));
    this.users = extended(turned(this.users, this.head), new Int32Array(size * 2));
    this.head = 0;
  }
}

/** Turns a full ring in place so that its oldest element comes first. */
function turned<T extends Float64Array | Int32Array>(ring: T, head: number): T {
  const start = ring.slice(0, head);
  ring.copyWithin(0, head);
  ring.set(start, ring.length - head);
  return ring;
}
