/**
 * A slow, obvious engine: one step at a time, one object a request, one number a token. Written from what the engine is documented
 * to do (the scheduling policy of vLLM's V1 engine), not from its code; `LlmEngine` must agree with it.
 */
import type { StepModel } from '../../../src/latency/types.js';
import { type Block, NaiveKv } from './naiveKv.js';
import type { NaiveMeter } from './naiveMeter.js';

export const SHARED = 0;

export interface NaiveRequest {
  readonly arrivedAt: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly sharedTokens: number;
  readonly key: number;
  readonly continues: boolean;
  readonly user: number;
  readonly batch: number;
  engine: number;
  generated: number;
  /** Tokens in KV memory. */
  computed: number;
  /** Tokens to compute before the next one can be sampled. */
  target: number;
  /** Whether it has given a token since its (last) admission. */
  decodes: boolean;
  blocks: Block[];
  /** Leading blocks that carry a label of the shared prefix, and of the content after it. */
  sharedBlocks: number;
  contentBlocks: number;
  admittedAt: number | undefined;
  firstTokenAt: number;
  lastTokenAt: number;
}

export interface NaiveLimits {
  readonly maxSequences: number;
  readonly maxBatchedTokens: number;
  readonly blockTokens: number;
  readonly kvBlocks: number;
  readonly prefixCaching: boolean;
}

interface Step {
  readonly startedAt: number;
  readonly duration: number;
  readonly endsAt: number;
  /** What each sequence computes, in the order of admission. */
  readonly work: readonly { readonly request: NaiveRequest; readonly tokens: number }[];
}

export class NaiveEngine {
  waiting: NaiveRequest[] = [];
  running: NaiveRequest[] = [];
  step: Step | undefined;
  readonly kv: NaiveKv;

  constructor(
    readonly index: number,
    private readonly model: StepModel,
    private readonly limits: NaiveLimits,
    private readonly meter: NaiveMeter,
    private readonly onFinished: (request: NaiveRequest, now: number) => void,
  ) {
    this.kv = new NaiveKv(limits.kvBlocks);
  }

  get outstanding(): number {
    return this.waiting.length + this.running.length;
  }

  /** When something happens here next: at once when work waits for an idle engine. */
  nextAt(now: number): number {
    if (this.step) return this.step.endsAt;
    return this.waiting.length > 0 ? now : Infinity;
  }

  arrive(request: NaiveRequest, now: number): void {
    this.waiting.push(request);
    this.meter.waitingChanges(now, 1);
  }

  /** The running step ends (if there is one) and the next begins. */
  turn(now: number): void {
    if (this.step) this.endStep(this.step);
    this.step = undefined;
    this.beginStep(now);
  }

  // --- schedule -----------------------------------------------------------------------------------------------------------------

  private beginStep(now: number): void {
    const { limits, kv, meter } = this;
    const work: { request: NaiveRequest; tokens: number }[] = [];
    let budget = limits.maxBatchedTokens;
    let preempted = false;

    scheduling: for (let i = 0; i < this.running.length && budget > 0; i++) {
      const request = this.running[i]!;
      const tokens = Math.min(request.target - request.computed, budget);
      while (this.missing(request, request.computed + tokens) > kv.free) {
        const victim = this.running.pop()!;
        this.preempt(victim, now);
        preempted = true;
        if (victim === request) break scheduling;
      }
      this.allocate(request, request.computed + tokens);
      work.push({ request, tokens });
      budget -= tokens;
    }

    while (!preempted && this.waiting.length > 0 && this.running.length < limits.maxSequences && budget > 0) {
      const request = this.waiting[0]!;
      const shared = this.findShared(request);
      const content = this.findContent(request, shared.length);
      const found = [...shared, ...content];
      const hit = found.length * limits.blockTokens;
      const tokens = Math.min(request.target - hit, budget);
      const wanted = Math.ceil((hit + tokens) / limits.blockTokens) - found.length;
      // Blocks that are found in the free list leave it, too.
      const leaving = found.filter((block) => block.users === 0).length;
      if (wanted + leaving > kv.free) break;
      this.waiting.shift();
      meter.waitingChanges(now, -1);
      for (const block of found) kv.use(block);
      request.blocks = found;
      request.sharedBlocks = shared.length;
      request.contentBlocks = content.length;
      request.computed = hit;
      this.allocate(request, hit + tokens);
      if (request.admittedAt === undefined) {
        request.admittedAt = now;
        meter.lookUp(now, request.target, hit);
      }
      this.running.push(request);
      work.push({ request, tokens });
      budget -= tokens;
    }

    if (work.length === 0) {
      if (this.outstanding > 0) throw new Error('nothing can be scheduled although requests wait');
      return;
    }
    const duration = this.stepTime(work);
    this.step = { startedAt: now, duration, endsAt: now + duration, work };
    meter.step(this.index, now, now + duration, this.running.length, this.tokensHeld());
  }

  private findShared(request: NaiveRequest): Block[] {
    if (!this.limits.prefixCaching) return [];
    // At least one token must be computed, and only whole blocks are found.
    const most = Math.floor((request.target - 1) / this.limits.blockTokens);
    return this.kv.found(SHARED).slice(0, Math.min(this.sharedBlocksOf(request), most));
  }

  private findContent(request: NaiveRequest, shared: number): Block[] {
    if (!this.limits.prefixCaching || request.key < 0 || shared < this.sharedBlocksOf(request)) return [];
    const most = Math.floor((request.target - 1) / this.limits.blockTokens);
    return this.kv.found(request.key).slice(0, most - shared);
  }

  private sharedBlocksOf(request: NaiveRequest): number {
    return Math.floor(request.sharedTokens / this.limits.blockTokens);
  }

  private missing(request: NaiveRequest, tokens: number): number {
    return Math.ceil(tokens / this.limits.blockTokens) - request.blocks.length;
  }

  private allocate(request: NaiveRequest, tokens: number): void {
    for (let n = this.missing(request, tokens); n > 0; n--) request.blocks.push(this.kv.take());
  }

  /** All blocks are lost; what was generated must be computed again together with the prompt. */
  private preempt(request: NaiveRequest, now: number): void {
    this.meter.preempted(now);
    this.kv.giveBack(request.blocks);
    request.blocks = [];
    request.computed = 0;
    request.sharedBlocks = 0;
    request.contentBlocks = 0;
    request.decodes = false;
    this.waiting.unshift(request);
    this.meter.waitingChanges(now, 1);
  }

  // --- time ---------------------------------------------------------------------------------------------------------------------

  private stepTime(work: Step['work']): number {
    const { model } = this;
    const { windowTokens: window } = model;
    let tokens = 0;
    let sampling = 0;
    let context = 0;
    let windowed = 0;
    let pairs = 0;
    let windowPairs = 0;
    let prefills = false;
    for (const { request, tokens: chunk } of work) {
      tokens += chunk;
      if (request.computed + chunk === request.target) sampling++;
      if (request.decodes) {
        context += request.target;
        windowed += Math.min(request.target, window);
        continue;
      }
      prefills = true;
      // Each token attends to all before it; on average half of its own place counts.
      for (let at = request.computed; at < request.computed + chunk; at++) {
        pairs += at + 0.5;
        windowPairs += at < window ? at + 0.5 : window;
      }
    }
    const gpu =
      model.tokens[tokens]! +
      model.head[sampling]! +
      model.perContextToken * context +
      model.perWindowToken * windowed +
      model.perPair * pairs +
      model.perWindowPair * windowPairs +
      (prefills ? model.prefillStep : 0);
    return Math.max(gpu, model.gpuFloor) + model.host[work.length]!;
  }

  /** Tokens in KV memory while a step runs: a decoding sequence's new token counts, a chunk under way does not yet. */
  tokensHeld(): number {
    let tokens = 0;
    let published = 0;
    for (const request of this.running) {
      tokens += request.decodes ? request.target : request.computed;
      published += request.sharedBlocks + request.contentBlocks;
    }
    return tokens - (published - this.kv.publishedInUse()) * this.limits.blockTokens;
  }

  // --- results of a step --------------------------------------------------------------------------------------------------------

  private endStep(step: Step): void {
    const { meter } = this;
    const now = step.endsAt;
    for (const { request, tokens } of step.work) request.computed += tokens;
    meter.tokensPeak(this.index, now, this.tokensHeld());
    // Those that decode answer before those whose prompt ends here, which were admitted after them anyway.
    for (const { request } of step.work) {
      if (request.computed < request.target) continue;
      if (request.generated === 0) {
        request.firstTokenAt = now;
        meter.firstToken(now, request.promptTokens);
        this.publishShared(request);
        this.publishContent(request, request.promptTokens);
      } else meter.gap(now, request.lastTokenAt === step.startedAt ? step.duration : now - request.lastTokenAt);
      meter.token(now);
      request.lastTokenAt = now;
      request.generated++;
      if (request.generated === request.outputTokens) this.leave(request, now);
      else {
        request.target = request.promptTokens + request.generated;
        request.decodes = true;
      }
    }
  }

  private leave(request: NaiveRequest, now: number): void {
    if (request.continues) this.publishContent(request, request.computed);
    this.kv.giveBack(request.blocks);
    this.running.splice(this.running.indexOf(request), 1);
    this.onFinished(request, now);
  }

  /** Whoever holds all that is known of a text and has computed more of it makes the rest findable. */
  private publishShared(request: NaiveRequest): void {
    const upTo = this.sharedBlocksOf(request);
    if (!this.limits.prefixCaching || this.kv.found(SHARED).length !== request.sharedBlocks) return;
    for (let i = request.sharedBlocks; i < upTo; i++) this.kv.publish(request.blocks[i]!, SHARED, i);
    request.sharedBlocks = Math.max(request.sharedBlocks, upTo);
  }

  private publishContent(request: NaiveRequest, tokens: number): void {
    const { sharedBlocks: shared, contentBlocks: held } = request;
    if (!this.limits.prefixCaching || request.key < 0 || shared !== this.sharedBlocksOf(request)) return;
    if (this.kv.found(request.key).length !== held) return;
    const upTo = Math.floor(tokens / this.limits.blockTokens) - shared;
    for (let i = held; i < upTo; i++) this.kv.publish(request.blocks[shared + i]!, request.key, i);
    request.contentBlocks = Math.max(held, upTo);
  }
}
