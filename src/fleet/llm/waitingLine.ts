/** What waits at an engine, in the order in which it will be admitted. */
export interface Line {
  readonly length: number;
  /** A request arrives; true when it is the next to be admitted. */
  pushBack(id: number): boolean;
  /** A preempted request comes back, ahead of all that arrived after it. */
  pushFront(id: number): void;
  /** Id of the next; the line must not be empty. */
  peekFront(): number;
  popFront(): number;
  /** Takes a request out, wherever it stands; false when it is not here. */
  remove(id: number): boolean;
}

/** First come, first served: a ring buffer of request ids that grows as needed. */
export class WaitingLine implements Line {
  length = 0;
  private ids = new Int32Array(64);
  private head = 0;

  pushBack(id: number): boolean {
    if (this.length === this.ids.length) this.grow();
    this.ids[(this.head + this.length) & (this.ids.length - 1)] = id;
    return this.length++ === 0;
  }

  pushFront(id: number): void {
    if (this.length === this.ids.length) this.grow();
    this.head = (this.head - 1) & (this.ids.length - 1);
    this.ids[this.head] = id;
    this.length++;
  }

  peekFront(): number {
    return this.ids[this.head]!;
  }

  popFront(): number {
    const id = this.ids[this.head]!;
    this.head = (this.head + 1) & (this.ids.length - 1);
    this.length--;
    return id;
  }

  remove(id: number): boolean {
    const { ids, head, length } = this;
    const last = ids.length - 1;
    for (let at = 0; at < length; at++) {
      if (ids[(head + at) & last] !== id) continue;
      for (let i = at; i < length - 1; i++) ids[(head + i) & last] = ids[(head + i + 1) & last]!;
      this.length--;
      return true;
    }
    return false;
  }

  private grow(): void {
    const wider = new Int32Array(this.ids.length * 2);
    for (let i = 0; i < this.length; i++) wider[i] = this.ids[(this.head + i) & (this.ids.length - 1)]!;
    this.ids = wider;
    this.head = 0;
  }
}
