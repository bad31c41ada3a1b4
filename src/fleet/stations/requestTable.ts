import { extended } from './arrays.js';

const START = 64;

/** Requests in a station as parallel arrays with reused ids, and doubly linked lines of them: no object per request. */
export class RequestTable {
  arrivedAt = new Float64Array(START);
  /** Service still to be given. */
  remaining = new Float64Array(START);
  /** When the present service (or its present part) began. */
  startedAt = new Float64Array(START);
  /** Service given so far, over all visits. */
  served = new Float64Array(START);
  /** Requirement of the first visit. */
  requirement = new Float64Array(START);
  cls = new Int32Array(START);
  user = new Int32Array(START);
  next = new Int32Array(START);
  previous = new Int32Array(START);
  private made = 0;
  private free = -1;

  /** A new request's id. */
  add(arrivedAt: number, requirement: number, cls: number, user: number): number {
    let id = this.free;
    if (id >= 0) this.free = this.next[id]!;
    else {
      id = this.made++;
      if (id === this.arrivedAt.length) this.grow(id * 2);
    }
    this.arrivedAt[id] = arrivedAt;
    this.remaining[id] = requirement;
    this.requirement[id] = requirement;
    this.startedAt[id] = arrivedAt;
    this.served[id] = 0;
    this.cls[id] = cls;
    this.user[id] = user;
    return id;
  }

  /** Gives the id back. */
  remove(id: number): void {
    this.next[id] = this.free;
    this.free = id;
  }

  private grow(size: number): void {
    this.arrivedAt = extended(this.arrivedAt, new Float64Array(size));
    this.remaining = extended(this.remaining, new Float64Array(size));
    this.startedAt = extended(this.startedAt, new Float64Array(size));
    this.served = extended(this.served, new Float64Array(size));
    this.requirement = extended(this.requirement, new Float64Array(size));
    this.cls = extended(this.cls, new Int32Array(size));
    this.user = extended(this.user, new Int32Array(size));
    this.next = extended(this.next, new Int32Array(size));
    this.previous = extended(this.previous, new Int32Array(size));
  }
}

/** One waiting line through a table: ends in O(1), removal from the middle in O(1). */
export class Line {
  private head = -1;
  private tail = -1;
  length = 0;

  /** The request that is served next, −1 when nobody waits. */
  first(): number {
    return this.head;
  }

  pushBack(table: RequestTable, id: number): void {
    table.next[id] = -1;
    table.previous[id] = this.tail;
    if (this.tail >= 0) table.next[this.tail] = id;
    else this.head = id;
    this.tail = id;
    this.length++;
  }

  pushFront(table: RequestTable, id: number): void {
    table.previous[id] = -1;
    table.next[id] = this.head;
    if (this.head >= 0) table.previous[this.head] = id;
    else this.tail = id;
    this.head = id;
    this.length++;
  }

  remove(table: RequestTable, id: number): void {
    const next = table.next[id]!;
    const previous = table.previous[id]!;
    if (previous >= 0) table.next[previous] = next;
    else this.head = next;
    if (next >= 0) table.previous[next] = previous;
    else this.tail = previous;
    this.length--;
  }
}
