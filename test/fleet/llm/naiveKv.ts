/**
 * KV memory with one object per block: the slow twin of `KvCache`. A block is either used by requests or in the free list; a free
 * block keeps its text until it is taken from the front of the list. Text is known by key and index (block i of key k).
 */
export interface Block {
  users: number;
  label: string | undefined;
}

export class NaiveKv {
  /** In the order in which they were freed (a set keeps it). */
  private readonly freeList: Set<Block>;
  private readonly byLabel = new Map<string, Block>();

  constructor(readonly total: number) {
    this.freeList = new Set(Array.from({ length: total }, () => ({ users: 0, label: undefined })));
  }

  get free(): number {
    return this.freeList.size;
  }

  /** Blocks of a text that could be found now: those in a row from its start. */
  found(key: number): Block[] {
    const run: Block[] = [];
    for (;;) {
      const block = this.byLabel.get(`${key}/${run.length}`);
      if (!block) return run;
      run.push(block);
    }
  }

  /** One more request uses a block that has been found. */
  use(block: Block): void {
    if (block.users === 0) this.freeList.delete(block);
    block.users++;
  }

  /** An empty block: the one that has been free for longest, whatever text it still had. */
  take(): Block {
    const [block] = this.freeList;
    if (!block) throw new Error('no free block');
    this.freeList.delete(block);
    if (block.label !== undefined) this.byLabel.delete(block.label);
    block.label = undefined;
    block.users = 1;
    return block;
  }

  /** A request lets go of its blocks, from the end of its text to the start. */
  giveBack(blocks: readonly Block[]): void {
    for (const block of [...blocks].reverse()) if (--block.users === 0) this.freeList.add(block);
  }

  publish(block: Block, key: number, index: number): void {
    block.label = `${key}/${index}`;
    this.byLabel.set(block.label, block);
  }

  forget(key: number): void {
    for (const [label, block] of this.byLabel) {
      if (!label.startsWith(`${key}/`)) continue;
      block.label = undefined;
      this.byLabel.delete(label);
    }
  }

  /** Published blocks that somebody uses. */
  publishedInUse(): number {
    return [...this.byLabel.values()].filter((block) => block.users > 0).length;
  }
}
