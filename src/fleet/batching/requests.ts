/** Requests in the system of batch servers, by id; ids of those that have left are used again. */
export class BatchRequests {
  /** When each arrived, when it was given to the replica that has it, and when a batch took it last; seconds. */
  arrivedAt = new Float64Array(1024);
  placedAt = new Float64Array(1024);
  startedAt = new Float64Array(1024);
  /** The batch of the run that it counts in. */
  batchOf = new Int32Array(1024);
  /** Who waits for it in a closed loop; −1 in an open one. */
  userOf = new Int32Array(1024);
  private readonly free: number[] = [];
  private ids = 0;

  take(now: number, user: number, batch: number): number {
    const id = this.free.pop() ?? this.ids++;
    if (id >= this.arrivedAt.length) this.grow();
    this.arrivedAt[id] = now;
    this.userOf[id] = user;
    this.batchOf[id] = batch;
    return id;
  }

  release(id: number): void {
    this.free.push(id);
  }

  private grow(): void {
    const length = this.arrivedAt.length * 2;
    this.arrivedAt = extended(this.arrivedAt, new Float64Array(length));
    this.placedAt = extended(this.placedAt, new Float64Array(length));
    this.startedAt = extended(this.startedAt, new Float64Array(length));
    this.batchOf = extended(this.batchOf, new Int32Array(length));
    this.userOf = extended(this.userOf, new Int32Array(length));
  }
}

function extended<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
