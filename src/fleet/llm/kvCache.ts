/**
 * The KV memory of one engine, in blocks, with prefix caching as vLLM does it. Blocks of finished requests join the end of one free
 * queue and keep their content until an allocation takes them from its front, so content that is asked for again in time is a hit.
 *
 * Content is known by key: `SHARED` is the prefix that all requests of the service have in common; other keys are conversations or
 * repeated prompts. A content's blocks count from its start. Requests hold a start of it, some a longer one than others; what lies
 * beyond the longest is in the free queue, its end before its start, so that eviction trims the end first.
 *
 * INV-kv: free + held by requests + held contents = total, at all times.
 */
import { twice } from '../../kernel/twice.js';
import { ContentHolders } from './contentHolders.js';

const NONE = -1;
/** The key of the prefix that all requests of a service share. */
export const SHARED = 0;

export class KvCache {
  /** Blocks in the free queue (with or without content). */
  free: number;
  /** Σ over contents of the blocks that requests hold together minus the longest of them: what they would need without sharing. */
  savedBlocks = 0;

  private readonly cachedBlocks: Int32Array;
  /** Longest start of each content that a request holds. */
  private readonly heldBlocks: Int32Array;
  private readonly holders: ContentHolders;
  /** The segment of a content that lies nearest to its start. */
  private readonly segmentOf: Int32Array;

  // The free queue: a doubly linked list of segments; segment 0 is its head and tail sentinel.
  private segmentBlocks = new Int32Array(64);
  private segmentKey = new Int32Array(64);
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  // A content's segments, from its start to its end; those nearer to the end were freed earlier.
  private deeper = new Int32Array(64);
  private shallower = new Int32Array(64);
  /** First of the segments that are free again; the others follow by `next`. */
  private recycled = NONE;
  private segments = 1;

  /**
   * @param total blocks of the engine
   * @param keys contents that may be cached, keys 0…keys−1 (0 is `SHARED`)
   */
  constructor(
    readonly total: number,
    keys = 1,
  ) {
    this.free = 0;
    this.cachedBlocks = new Int32Array(keys);
    this.heldBlocks = new Int32Array(keys);
    this.holders = new ContentHolders(keys);
    this.segmentOf = new Int32Array(keys).fill(NONE);
    this.segmentKey[0] = NONE;
    this.release(total);
  }

  /** Blocks of a content that could be used now. */
  cached(key: number): number {
    return this.cachedBlocks[key]!;
  }

  /** How many of the first `blocks` of a content lie in the free queue: using them takes them out of it. */
  inQueue(key: number, blocks: number): number {
    const beyond = blocks - this.heldBlocks[key]!;
    return beyond > 0 ? beyond : 0;
  }

  /** A request starts to use the first `blocks` of a content, all of which are cached. */
  hold(key: number, blocks: number): void {
    this.holders.add(key, blocks);
    let wanted = this.inQueue(key, blocks);
    this.savedBlocks += blocks - wanted;
    this.heldBlocks[key] = this.heldBlocks[key]! + wanted;
    this.free -= wanted;
    while (wanted > 0) {
      const segment = this.segmentOf[key]!;
      const here = this.segmentBlocks[segment]!;
      if (here > wanted) {
        this.segmentBlocks[segment] = here - wanted;
        return;
      }
      this.segmentOf[key] = this.deeper[segment]!;
      if (this.deeper[segment] !== NONE) this.shallower[this.deeper[segment]!] = NONE;
      this.unlink(segment);
      wanted -= here;
    }
  }

  /** The holder of all `held` cached blocks of a content adds blocks that it has computed. */
  extend(key: number, held: number, blocks: number): void {
    if (held > 0) this.holders.remove(key, held);
    this.holders.add(key, held + blocks);
    this.cachedBlocks[key] = held + blocks;
    this.heldBlocks[key] = held + blocks;
  }

  /** A conversation starts anew: what an idle content still had becomes plain free memory. */
  forget(key: number): void {
    if (this.heldBlocks[key]! > 0) throw new Error('INV-kv: a content was forgotten while in use');
    for (let segment = this.segmentOf[key]!; segment !== NONE; segment = this.deeper[segment]!)
      this.segmentKey[segment] = NONE;
    this.segmentOf[key] = NONE;
    this.cachedBlocks[key] = 0;
  }

  /** A request stops using the first `blocks` of a content; those that nobody else holds go to the end of the free queue. */
  drop(key: number, blocks: number): void {
    this.holders.remove(key, blocks);
    const held = this.heldBlocks[key]!;
    const left = blocks === held ? this.holders.longest(key) : held;
    const freed = held - left;
    this.savedBlocks -= blocks - freed;
    if (freed === 0) return;
    this.heldBlocks[key] = left;
    this.free += freed;
    const deeper = this.segmentOf[key]!;
    const segment = this.append(freed, key);
    this.deeper[segment] = deeper;
    this.shallower[segment] = NONE;
    if (deeper !== NONE) this.shallower[deeper] = segment;
    this.segmentOf[key] = segment;
  }

  /** Takes blocks from the front of the free queue, overwriting whatever content they had. The caller has checked `free`. */
  allocate(blocks: number): void {
    if (blocks > this.free) throw new Error(`INV-kv: ${blocks} blocks wanted, ${this.free} free`);
    this.free -= blocks;
    let wanted = blocks;
    while (wanted > 0) {
      const segment = this.next[0]!;
      const here = this.segmentBlocks[segment]!;
      const taken = here < wanted ? here : wanted;
      const key = this.segmentKey[segment]!;
      if (key !== NONE) {
        this.cachedBlocks[key] = this.cachedBlocks[key]! - taken;
        if (taken === here) {
          const shallower = this.shallower[segment]!;
          if (shallower === NONE) this.segmentOf[key] = NONE;
          else this.deeper[shallower] = NONE;
        }
      }
      if (taken === here) this.unlink(segment);
      else this.segmentBlocks[segment] = here - taken;
      wanted -= taken;
    }
  }

  /** Returns blocks without reusable content to the end of the free queue. */
  release(blocks: number): void {
    if (blocks <= 0) return;
    this.free += blocks;
    const tail = this.previous[0]!;
    if (tail !== 0 && this.segmentKey[tail] === NONE) this.segmentBlocks[tail] = this.segmentBlocks[tail]! + blocks;
    else this.append(blocks, NONE);
  }

  private append(blocks: number, key: number): number {
    const segment = this.newSegment();
    const tail = this.previous[0]!;
    this.segmentBlocks[segment] = blocks;
    this.segmentKey[segment] = key;
    this.previous[segment] = tail;
    this.next[segment] = 0;
    this.next[tail] = segment;
    this.previous[0] = segment;
    return segment;
  }

  private unlink(segment: number): void {
    const before = this.previous[segment]!;
    const after = this.next[segment]!;
    this.next[before] = after;
    this.previous[after] = before;
    this.next[segment] = this.recycled;
    this.recycled = segment;
  }

  private newSegment(): number {
    const { recycled } = this;
    if (recycled !== NONE) {
      this.recycled = this.next[recycled]!;
      return recycled;
    }
    if (this.segments === this.segmentBlocks.length) {
      this.segmentBlocks = twice(this.segmentBlocks);
      this.segmentKey = twice(this.segmentKey);
      this.next = twice(this.next);
      this.previous = twice(this.previous);
      this.deeper = twice(this.deeper);
      this.shallower = twice(this.shallower);
    }
    return this.segments++;
  }
}
