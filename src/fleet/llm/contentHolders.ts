/**
 * Who holds the starts of contents in a KV cache: for each content, how many requests hold a start of which length. Few lengths differ
 * within a content, so each content has a short list; the lists' entries lie in typed arrays and are used again.
 */
import { twice } from '../../kernel/twice.js';

const NONE = -1;

export class ContentHolders {
  /** First entry of each content's list. */
  private readonly first: Int32Array;
  private blocks = new Int32Array(64);
  private requests = new Int32Array(64);
  private next = new Int32Array(64);
  /** First of the entries that are free again, and how many there have been. */
  private free = NONE;
  private entries = 0;

  constructor(keys: number) {
    this.first = new Int32Array(keys).fill(NONE);
  }

  /** A request holds the first `blocks` of a content. */
  add(key: number, blocks: number): void {
    let at = this.first[key]!;
    while (at !== NONE && this.blocks[at] !== blocks) at = this.next[at]!;
    if (at === NONE) {
      at = this.entry();
      this.blocks[at] = blocks;
      this.requests[at] = 0;
      this.next[at] = this.first[key]!;
      this.first[key] = at;
    }
    this.requests[at] = this.requests[at]! + 1;
  }

  /** A request no longer holds the first `blocks` of a content. */
  remove(key: number, blocks: number): void {
    let before = NONE;
    let at = this.first[key]!;
    while (at !== NONE && this.blocks[at] !== blocks) {
      before = at;
      at = this.next[at]!;
    }
    if (at === NONE) throw new Error('INV-kv: a content was dropped by nobody who held it');
    this.requests[at] = this.requests[at]! - 1;
    if (this.requests[at]! > 0) return;
    if (before === NONE) this.first[key] = this.next[at]!;
    else this.next[before] = this.next[at]!;
    this.next[at] = this.free;
    this.free = at;
  }

  /** The longest start of a content that a request holds; 0 when there is none. */
  longest(key: number): number {
    let most = 0;
    for (let at = this.first[key]!; at !== NONE; at = this.next[at]!) {
      if (this.blocks[at]! > most) most = this.blocks[at]!;
    }
    return most;
  }

  private entry(): number {
    const { free } = this;
    if (free !== NONE) {
      this.free = this.next[free]!;
      return free;
    }
    if (this.entries === this.next.length) {
      this.blocks = twice(this.blocks);
      this.requests = twice(this.requests);
      this.next = twice(this.next);
    }
    return this.entries++;
  }
}
