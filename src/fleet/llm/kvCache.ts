/**
 * The KV memory of one engine, in blocks, with prefix caching as vLLM does it. Blocks of finished requests join the end of one free
 * queue and keep their content until an allocation takes them from its front, so content that is asked for again in time is a hit.
 *
 * Content is known by key: `SHARED` is the prefix that all requests of the service have in common; other keys are conversations or
 * repeated prompts. A content's blocks count from its start, and eviction trims its end first.
 *
 * INV-kv: free + held by requests + held contents = total, at all times.
 */
const NONE = -1;
/** The key of the prefix that all requests of a service share. */
export const SHARED = 0;

export class KvCache {
  /** Blocks in the free queue (with or without content). */
  free: number;

  private readonly cachedBlocks: Int32Array;
  private readonly references: Int32Array;
  private readonly segmentOf: Int32Array;

  // The free queue: a doubly linked list of segments; segment 0 is its head and tail sentinel.
  private segmentBlocks = new Int32Array(64);
  private segmentKey = new Int32Array(64);
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  private recycled: number[] = [];
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
    this.references = new Int32Array(keys);
    this.segmentOf = new Int32Array(keys).fill(NONE);
    this.segmentKey[0] = NONE;
    this.release(total);
  }

  /** Blocks of a content that could be used now. */
  cached(key: number): number {
    return this.cachedBlocks[key]!;
  }

  /** Blocks of a content that lie in the free queue: using them takes them out of it. */
  cachedInQueue(key: number): number {
    return this.references[key]! === 0 ? this.cachedBlocks[key]! : 0;
  }

  /** A request starts to use a content. */
  hold(key: number): void {
    if (this.references[key]!++ === 0) {
      const segment = this.segmentOf[key]!;
      if (segment !== NONE) {
        this.free -= this.segmentBlocks[segment]!;
        this.unlink(segment);
        this.segmentOf[key] = NONE;
      }
    }
  }

  /** Blocks computed by a request that holds the content become part of it. */
  extend(key: number, blocks: number): void {
    this.cachedBlocks[key] = this.cachedBlocks[key]! + blocks;
  }

  /** A conversation starts anew: what an idle content still had becomes plain free memory. */
  forget(key: number): void {
    const segment = this.segmentOf[key]!;
    if (segment !== NONE) this.segmentKey[segment] = NONE;
    this.segmentOf[key] = NONE;
    this.cachedBlocks[key] = 0;
  }

  /** A request stops using a content; the last one sends it to the end of the free queue. */
  drop(key: number): void {
    const left = --this.references[key]!;
    if (left < 0) throw new Error('INV-kv: a content was dropped more often than held');
    if (left === 0 && this.cachedBlocks[key]! > 0) {
      this.segmentOf[key] = this.append(this.cachedBlocks[key]!, key);
      this.free += this.cachedBlocks[key]!;
    }
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
        if (taken === here) this.segmentOf[key] = NONE;
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
    const segment = this.recycled.pop() ?? this.newSegment();
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
    this.recycled.push(segment);
  }

  private newSegment(): number {
    if (this.segments === this.segmentBlocks.length) {
      const wider = (from: Int32Array): Int32Array<ArrayBuffer> => {
        const to = new Int32Array(from.length * 2);
        to.set(from);
        return to;
      };
      this.segmentBlocks = wider(this.segmentBlocks);
      this.segmentKey = wider(this.segmentKey);
      this.next = wider(this.next);
      this.previous = wider(this.previous);
    }
    return this.segments++;
  }
}
