/** A list of integers that keeps its memory when it is emptied: an ordinary array gives it back, and asks for it anew the next time. */
import { twice } from './twice.js';

export class IntList {
  length = 0;
  private items = new Int32Array(16);

  at(i: number): number {
    return this.items[i]!;
  }

  push(item: number): void {
    if (this.length === this.items.length) this.items = twice(this.items);
    this.items[this.length++] = item;
  }

  has(item: number): boolean {
    for (let i = 0; i < this.length; i++) if (this.items[i] === item) return true;
    return false;
  }

  /** Takes all that equal `item` out; the others keep their order. */
  remove(item: number): void {
    const { items } = this;
    let kept = 0;
    for (let i = 0; i < this.length; i++) if (items[i] !== item) items[kept++] = items[i]!;
    this.length = kept;
  }

  clear(): void {
    this.length = 0;
  }
}
