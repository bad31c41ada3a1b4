/**
 * Requests in flight, as parallel arrays indexed by a small integer id that is reused: memory follows what is in flight, not the
 * length of the run, and nothing is allocated per request.
 */
export class RequestTable {
  arrivedAt = new Float64Array(0);
  /** First admission, whatever happened after; −1 before. */
  admittedAt = new Float64Array(0);
  firstTokenAt = new Float64Array(0);
  /** End of the step that gave the last token; only kept across preemptions. */
  lastTokenAt = new Float64Array(0);
  promptTokens = new Int32Array(0);
  outputTokens = new Int32Array(0);
  /**
   * Steps that give this request tokens: the one that ends its prompt, then one for each decode step. Without speculative decoding as
   * many as output tokens.
   */
  steps = new Int32Array(0);
  /** Of those, the steps done; kept up to date while the request does not decode. */
  done = new Int32Array(0);
  /** Tokens that each decode step gives: 1, or more when drafts are accepted (a multiple of 2⁻²⁴, so that sums are exact). */
  gain = new Float64Array(0);
  /** 0 is the most urgent level. */
  priority = new Uint8Array(0);
  /** 1 when its tenant has been charged for it; kept with fair lines only. */
  charged = new Uint8Array(0);
  /** Where it comes from, and whose it is; 0 where all are alike. */
  origin = new Uint8Array(0);
  tenant = new Uint8Array(0);
  /** Blocks that wait in host memory; 0 unless the request was preempted by swapping. */
  swappedBlocks = new Int32Array(0);
  /** Tokens of the prompt (and of lost answers) whose keys and values are in memory. */
  computed = new Int32Array(0);
  /** Tokens that prefill has to reach: the prompt, and after a preemption the answer so far. */
  target = new Int32Array(0);
  /** Blocks that belong to this request alone; while it decodes without drafts, its length tells instead. */
  privateBlocks = new Int32Array(0);
  /** Blocks held of the shared prefix and of the reusable content. */
  sharedBlocks = new Int32Array(0);
  contentBlocks = new Int32Array(0);
  sharedTokens = new Int32Array(0);
  /** Seconds of encoding (see `RequestSource.encodeS`) for each token of the prompt after the shared prefix. */
  encodePerToken = new Float64Array(0);
  contentKey = new Int32Array(0);
  continues = new Uint8Array(0);
  /** 1 while the keys and values of its prompt, computed elsewhere, wait to be taken in by an engine that decodes. */
  withKv = new Uint8Array(0);
  /** 1 until the adapter that it needs is loaded. */
  lacksAdapter = new Uint8Array(0);
  user = new Int32Array(0);
  batch = new Int32Array(0);
  /** Step of the engine at which the last token comes; decoding requests only. */
  finishStep = new Float64Array(0);
  /** Seat in the engine's decoding batch. */
  seat = new Int32Array(0);
  /** Residue of the step counter at which a decoding request needs a new block. */
  phase = new Int32Array(0);
  /** Place in the engine's list of decoding requests (kept with drafts only). */
  place = new Int32Array(0);
  /** Neighbours in the engine's admission order. */
  before = new Int32Array(0);
  after = new Int32Array(0);
  /** Engine that has it; −1 while it is held, −2 while its client waits before the next try. */
  engine = new Int32Array(0);
  /** Tries that its client has given up before this one. */
  tries = new Uint8Array(0);
  /** When its try was sent; kept with hedges only. */
  sentAt = new Float64Array(0);
  /** The other copy of a hedged try, −1 where there is none; and whether it is the one that was not needed. */
  twin = new Int32Array(0);
  spare = new Uint8Array(0);
  /** State of its clients' circuit breaker when its try was sent (see `Circuit`). */
  circuit = new Int32Array(0);
  /** 1 when its client has given it up, so that nobody will see the answer. */
  unseen = new Uint8Array(0);
  /** 1 while the id is in use. */
  active = new Uint8Array(0);

  /** Requests in flight that nobody will see answered. */
  unseenCount = 0;
  /** Requests in flight that are not with the fleet: their clients wait before the next try. */
  away = 0;

  private free = new Int32Array(0);
  private freeCount = 0;

  constructor(capacity = 256) {
    this.grow(capacity);
  }

  get capacity(): number {
    return this.active.length;
  }

  /** Requests in flight that somebody waits for. */
  get inFlight(): number {
    return this.active.length - this.freeCount - this.unseenCount;
  }

  /** Requests that the fleet has, those that nobody waits for included. */
  get inFleet(): number {
    return this.active.length - this.freeCount - this.away;
  }

  take(): number {
    if (this.freeCount === 0) this.grow(this.active.length * 2);
    const id = this.free[--this.freeCount]!;
    this.active[id] = 1;
    this.tries[id] = 0;
    this.unseen[id] = 0;
    this.twin[id] = -1;
    this.spare[id] = 0;
    return id;
  }

  /** The client of a request has given it up. */
  giveUp(id: number): void {
    this.unseen[id] = 1;
    this.unseenCount++;
  }

  /** The same request once more, as its next try. */
  again(id: number): number {
    const next = this.take();
    // Column by column: a list of them would be made for each hedge.
    this.arrivedAt[next] = this.arrivedAt[id]!;
    this.promptTokens[next] = this.promptTokens[id]!;
    this.outputTokens[next] = this.outputTokens[id]!;
    this.steps[next] = this.steps[id]!;
    this.gain[next] = this.gain[id]!;
    this.priority[next] = this.priority[id]!;
    this.encodePerToken[next] = this.encodePerToken[id]!;
    this.lacksAdapter[next] = this.lacksAdapter[id]!;
    this.sharedTokens[next] = this.sharedTokens[id]!;
    this.contentKey[next] = this.contentKey[id]!;
    this.continues[next] = this.continues[id]!;
    this.user[next] = this.user[id]!;
    this.batch[next] = this.batch[id]!;
    this.origin[next] = this.origin[id]!;
    this.tenant[next] = this.tenant[id]!;
    this.tries[next] = this.tries[id]! + 1;
    this.startAnew(next);
    return next;
  }

  /** Nothing of a request has been done. */
  startAnew(id: number): void {
    this.done[id] = 0;
    this.swappedBlocks[id] = 0;
    this.withKv[id] = 0;
    this.target[id] = this.promptTokens[id]!;
  }

  release(id: number): void {
    this.unseenCount -= this.unseen[id]!;
    this.active[id] = 0;
    this.free[this.freeCount++] = id;
  }

  private grow(capacity: number): void {
    const old = this.active.length;
    const wider = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.arrivedAt = wider(this.arrivedAt, new Float64Array(capacity));
    this.admittedAt = wider(this.admittedAt, new Float64Array(capacity));
    this.firstTokenAt = wider(this.firstTokenAt, new Float64Array(capacity));
    this.lastTokenAt = wider(this.lastTokenAt, new Float64Array(capacity));
    this.finishStep = wider(this.finishStep, new Float64Array(capacity));
    this.promptTokens = wider(this.promptTokens, new Int32Array(capacity));
    this.outputTokens = wider(this.outputTokens, new Int32Array(capacity));
    this.steps = wider(this.steps, new Int32Array(capacity));
    this.done = wider(this.done, new Int32Array(capacity));
    this.gain = wider(this.gain, new Float64Array(capacity));
    this.encodePerToken = wider(this.encodePerToken, new Float64Array(capacity));
    this.priority = wider(this.priority, new Uint8Array(capacity));
    this.charged = wider(this.charged, new Uint8Array(capacity));
    this.origin = wider(this.origin, new Uint8Array(capacity));
    this.tenant = wider(this.tenant, new Uint8Array(capacity));
    this.swappedBlocks = wider(this.swappedBlocks, new Int32Array(capacity));
    this.computed = wider(this.computed, new Int32Array(capacity));
    this.target = wider(this.target, new Int32Array(capacity));
    this.privateBlocks = wider(this.privateBlocks, new Int32Array(capacity));
    this.sharedBlocks = wider(this.sharedBlocks, new Int32Array(capacity));
    this.contentBlocks = wider(this.contentBlocks, new Int32Array(capacity));
    this.sharedTokens = wider(this.sharedTokens, new Int32Array(capacity));
    this.contentKey = wider(this.contentKey, new Int32Array(capacity));
    this.user = wider(this.user, new Int32Array(capacity));
    this.batch = wider(this.batch, new Int32Array(capacity));
    this.before = wider(this.before, new Int32Array(capacity));
    this.after = wider(this.after, new Int32Array(capacity));
    this.continues = wider(this.continues, new Uint8Array(capacity));
    this.seat = wider(this.seat, new Int32Array(capacity));
    this.lacksAdapter = wider(this.lacksAdapter, new Uint8Array(capacity));
    this.withKv = wider(this.withKv, new Uint8Array(capacity));
    this.phase = wider(this.phase, new Int32Array(capacity));
    this.place = wider(this.place, new Int32Array(capacity));
    this.engine = wider(this.engine, new Int32Array(capacity));
    this.tries = wider(this.tries, new Uint8Array(capacity));
    this.sentAt = wider(this.sentAt, new Float64Array(capacity));
    this.twin = wider(this.twin, new Int32Array(capacity));
    this.spare = wider(this.spare, new Uint8Array(capacity));
    this.circuit = wider(this.circuit, new Int32Array(capacity));
    this.unseen = wider(this.unseen, new Uint8Array(capacity));
    this.active = wider(this.active, new Uint8Array(capacity));
    this.free = new Int32Array(capacity);
    // Hand out low ids first: the arrays stay dense.
    for (let id = capacity - 1; id >= old; id--) this.free[this.freeCount++] = id;
  }
}
