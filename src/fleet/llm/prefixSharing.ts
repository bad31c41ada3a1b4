/**
 * What the requests of one engine share in KV memory: the prefix of the service, and contents known by key (conversations, repeated
 * prompts). A request finds whole blocks when it is admitted, and makes those findable that it has computed.
 */
import { type KvCache, SHARED } from './kvCache.js';
import type { RequestTable } from './requestTable.js';

const NONE = -1;

export class PrefixSharing {
  /** Blocks found by the last `find`: of the shared prefix, and of the content after it. */
  shared = 0;
  content = 0;

  constructor(
    private readonly kv: KvCache,
    private readonly table: RequestTable,
    private readonly blockTokens: number,
    private readonly isOn: boolean,
  ) {}

  /** Tokens of a text that are in memory now. At least one of `target` tokens must be computed, and only whole blocks are found. */
  find(sharedTokens: number, key: number, target: number): number {
    this.shared = this.content = 0;
    if (!this.isOn) return 0;
    const { kv, blockTokens: block } = this;
    const most = Math.floor((target - 1) / block);
    const sharedBlocks = Math.floor(sharedTokens / block);
    if (sharedBlocks > 0) this.shared = Math.min(kv.cached(SHARED), sharedBlocks, most);
    if (key !== NONE && this.shared === sharedBlocks) this.content = Math.min(kv.cached(key), most - this.shared);
    return (this.shared + this.content) * block;
  }

  /** Blocks found that nobody uses: holding them takes them out of the free ones. */
  foundInQueue(key: number): number {
    let blocks = 0;
    if (this.shared > 0) blocks += this.kv.inQueue(SHARED, this.shared);
    if (this.content > 0) blocks += this.kv.inQueue(key, this.content);
    return blocks;
  }

  /** The request uses what `find` has found. */
  hold(id: number): void {
    const { table, shared, content } = this;
    if (shared > 0) this.kv.hold(SHARED, shared);
    if (content > 0) this.kv.hold(table.contentKey[id]!, content);
    table.sharedBlocks[id] = shared;
    table.contentBlocks[id] = content;
  }

  drop(id: number): void {
    const { table, kv } = this;
    const shared = table.sharedBlocks[id]!;
    const content = table.contentBlocks[id]!;
    // The end of a text is freed first, so that its start lives longest.
    if (content > 0) kv.drop(table.contentKey[id]!, content);
    if (shared > 0) kv.drop(SHARED, shared);
    table.sharedBlocks[id] = table.contentBlocks[id] = 0;
  }

  /** The first to compute the shared prefix gives its blocks to everyone. */
  publishShared(id: number): void {
    if (!this.isOn) return;
    const { table, kv } = this;
    const blocks = Math.floor(table.sharedTokens[id]! / this.blockTokens);
    const held = table.sharedBlocks[id]!;
    if (blocks <= held || kv.cached(SHARED) !== held) return;
    kv.extend(SHARED, held, blocks - held);
    table.sharedBlocks[id] = blocks;
    table.privateBlocks[id] = table.privateBlocks[id]! - (blocks - held);
  }

  /** The first `tokens` tokens of a request's text stay findable under its content key, unless somebody else has published them. */
  publishContent(id: number, tokens: number): void {
    const { table, kv, blockTokens: block } = this;
    const key = table.contentKey[id]!;
    const shared = table.sharedBlocks[id]!;
    const held = table.contentBlocks[id]!;
    if (!this.isOn || key === NONE || shared !== Math.floor(table.sharedTokens[id]! / block)) return;
    const blocks = Math.floor(tokens / block) - shared - held;
    if (blocks <= 0 || kv.cached(key) !== held) return;
    kv.extend(key, held, blocks);
    table.contentBlocks[id] = held + blocks;
    table.privateBlocks[id] = table.privateBlocks[id]! - blocks;
  }
}
