/** The waiting line of an engine: a ring buffer of request ids that grows as needed and gives from its front. */
export class WaitingLine {
  length = 0;
  private ids = new Int32Array(64);
  private head = 0;

  pushBack(id: number): void {
    if (this.length === this.ids.length) this.grow();
    this.ids[(this.head + this.length++) & (this.ids.length - 1)] = id;
  }

  pushFront(id: number): void {
    if (this.length === this.ids.length) this.grow();
    this.head = (this.head - 1) & (this.ids.length - 1);
    this.ids[this.head] = id;
    this.length++;
  }

  /** Id at the front; the line must not be empty. */
  peekFront(): number {
    return this.ids[this.head]!;
  }

  popFront(): number {
    const id = this.ids[this.head]!;
    this.head = (this.head + 1) & (this.ids.length - 1);
    this.length--;
    return id;
  }

  private grow(): void {
    const wider = new Int32Array(this.ids.length * 2);
    for (let i = 0; i < this.length; i++) wider[i] = this.ids[(this.head + i) & (this.ids.length - 1)]!;
    this.ids = wider;
    this.head = 0;
  }
}
