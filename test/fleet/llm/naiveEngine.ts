/**
 * A slow, obvious engine: one step at a time, one object a request, one number a token. Written from what the engine is documented
 * to do (the scheduling policy of vLLM's V1 engine), not from its code; `LlmEngine` must agree with it.
 */
import type { EngineLimits } from '../../../src/fleet/llm/engineLimits.js';
import type { Routable } from '../../../src/fleet/llm/routing.js';
import type { StepModel } from '../../../src/latency/types.js';
import { NaiveFairness } from './naiveFairness.js';
import { type Block, NaiveKv } from './naiveKv.js';
import type { NaiveMeter } from './naiveMeter.js';
import type { NaiveRequest, Text } from './naiveRequest.js';
import { naiveStepTime } from './naiveStepTime.js';

export const SHARED = 0;

export interface Work {
  readonly request: NaiveRequest;
  /** Tokens that it computes, and places in KV memory that it has then: with drafts, for those verified and for those made next. */
  readonly tokens: number;
  readonly places: number;
}

interface Step {
  readonly startedAt: number;
  readonly duration: number;
  readonly endsAt: number;
  readonly sequences: number;
  readonly tokensHeld: number;
  readonly work: readonly Work[];
}

export class NaiveEngine {
  waiting: NaiveRequest[] = [];
  /** In the order of admission. */
  running: NaiveRequest[] = [];
  step: Step | undefined;
  /** Run until the end of the step although nobody waits for them. */
  private cancelled: NaiveRequest[] = [];
  readonly kv: NaiveKv;
  private readonly drafts: number;
  private readonly maxSequences: number;
  private hostFree: number;
  /** Blocks moved between device and host before the step that is planned. */
  private moved = 0;
  /** Seconds of loading adapters before the step that is being planned. */
  private loadS = 0;
  private begun = 0;
  private arrivals = 0;
  /** By level of priority; none where the line is first come, first served. */
  private readonly fair: readonly NaiveFairness[];

  constructor(
    readonly index: number,
    private readonly model: StepModel,
    private readonly limits: EngineLimits,
    private readonly meter: NaiveMeter,
    private readonly onFinished: (request: NaiveRequest, now: number) => void,
    readonly group: number,
    private readonly role?: 'prefill' | 'decode',
    private readonly onFirstToken?: (request: NaiveRequest, now: number) => void,
    private readonly onDropped?: (request: NaiveRequest, now: number) => void,
  ) {
    this.kv = new NaiveKv(limits.kvBlocks);
    this.drafts = limits.draftTokens ?? 0;
    // Each decoding sequence needs its tokens of the budget.
    this.maxSequences = Math.min(limits.maxSequences, Math.floor(limits.maxBatchedTokens / (1 + this.drafts)));
    this.hostFree = limits.swap?.hostBlocks ?? 0;
    const { tenantWeights, priorityLevels = 1 } = limits;
    this.fair = tenantWeights
      ? Array.from({ length: priorityLevels }, () => new NaiveFairness(tenantWeights, role !== 'prefill'))
      : [];
  }

  get waitingRequests(): number {
    return this.waiting.length;
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
    request.engine = this.index;
    request.group = this.group;
    request.number = this.arrivals++;
    const fair = this.fair[request.priority];
    fair?.joins(request, this.ofLevel(request.priority));
    fair?.arrives(request);
    this.joinLine(request);
    this.meter.waitingChanges(now, 1);
  }

  private ofLevel(priority: number): NaiveRequest[] {
    return this.waiting.filter((request) => request.priority === priority);
  }

  /** The next to be admitted. */
  private head(): NaiveRequest {
    const [first] = this.waiting as [NaiveRequest];
    return this.fair[first.priority]?.next(this.ofLevel(first.priority)) ?? first;
  }

  private leaveLine(request: NaiveRequest, isAdmitted: boolean, withKv = false): void {
    this.waiting.splice(this.waiting.indexOf(request), 1);
    this.fair[request.priority]?.leaves(request, this.ofLevel(request.priority), isAdmitted, withKv);
  }

  /** The running step ends (if there is one) and the next begins. */
  turn(now: number): void {
    if (this.step) this.endStep(this.step);
    this.step = undefined;
    this.beginStep(now);
  }

  /** The step under way counts up to `now` and gives nothing. */
  stop(now: number): void {
    if (this.step) this.meter.step(this.index, this.step.startedAt, now, this.step.sequences, this.step.tokensHeld);
    this.step = undefined;
  }

  /** Nobody waits for a request any more. */
  cancel(request: NaiveRequest, now: number): void {
    if (this.running.includes(request)) {
      this.cancelled.push(request);
      return;
    }
    this.leaveLine(request, false);
    this.meter.waitingChanges(now, -1);
    this.hostFree += request.swapped;
  }

  /** The engine is gone; returns who ran and who waited, in order, without those that nobody waits for. */
  abandon(now: number): NaiveRequest[] {
    this.stop(now);
    const lost = this.running.filter((request) => !this.cancelled.includes(request));
    for (const _ of this.waiting) this.meter.waitingChanges(now, -1);
    while (this.waiting.length > 0) {
      const next = this.head();
      this.leaveLine(next, true, next.withKv);
      lost.push(next);
    }
    for (const request of this.cancelled) this.onDropped?.(request, now);
    this.cancelled = [];
    this.running = [];
    return lost;
  }

  /** Prompt tokens of a text that are cached: what a router may ask. */
  cachedTokens({ sharedTokens, contentKey: key, promptTokens: target }: Routable): number {
    const text = { sharedTokens, key, target };
    const shared = this.findShared(text);
    return (shared.length + this.findContent(text, shared.length).length) * this.limits.blockTokens;
  }

  // --- schedule -----------------------------------------------------------------------------------------------------------------

  private beginStep(now: number): void {
    const { limits, kv, meter } = this;
    const width = 1 + this.drafts;
    this.moved = 0;
    this.loadS = 0;
    let preempted = false;

    // Room is made first, for all that run; then blocks are taken.
    let work = this.continued();
    const lacking = (): number => work.reduce((sum, { request, places }) => sum + this.missing(request, places), 0);
    while (lacking() > kv.free) {
      // Among the least urgent, the one that arrived last; where tenants overtake each other, the one that was admitted last.
      const place = (one: NaiveRequest): number => (this.fair.length > 0 ? this.running.indexOf(one) : one.number);
      const [victim] = [...this.running].sort((a, b) => b.priority - a.priority || place(b) - place(a));
      this.preempt(victim!, now);
      preempted = true;
      work = this.continued();
    }
    for (const { request, places } of work) this.allocate(request, places);
    let budget = limits.maxBatchedTokens - work.reduce((sum, { tokens }) => sum + tokens, 0);

    while (!preempted && this.waiting.length > 0 && this.running.length < this.maxSequences && budget > 0) {
      const request = this.head();
      const { withKv } = request;
      const one =
        request.swapped > 0
          ? this.resume(request, budget)
          : request.withKv
            ? this.receive(request, budget)
            : this.admit(request, now, budget);
      if (!one) break;
      this.leaveLine(request, true, withKv);
      meter.waitingChanges(now, -1);
      this.running.push(request);
      work.push(one);
      budget -= request.decodes ? width : one.tokens;
    }

    if (work.length === 0) {
      if (this.outstanding > 0) throw new Error('nothing can be scheduled although requests wait');
      return;
    }
    const transfer = this.moved * (limits.swap?.secondsPerBlock ?? 0);
    const duration = naiveStepTime(this.model, work) + transfer + this.loadS;
    const sequences = this.running.length;
    this.step = { startedAt: now, duration, endsAt: now + duration, sequences, tokensHeld: this.tokensHeld(), work };
  }

  /** What those that run already would compute next. */
  private continued(): Work[] {
    let budget = this.limits.maxBatchedTokens;
    const work: Work[] = [];
    for (const request of this.running) {
      const tokens = request.decodes ? 1 + this.drafts : Math.min(request.target - request.computed, budget);
      if (tokens <= 0) continue;
      const places = request.decodes ? Math.floor(request.target) + 2 * this.drafts : request.computed + tokens;
      work.push({ request, tokens, places });
      budget -= tokens;
    }
    return work;
  }

  private admit(request: NaiveRequest, now: number, budget: number): Work | undefined {
    const { blockTokens } = this.limits;
    const shared = this.findShared(request);
    const content = this.findContent(request, shared.length);
    const found = [...shared, ...content];
    const hit = found.length * blockTokens;
    const tokens = Math.min(request.target - hit, budget);
    // All of it must fit, though only the blocks of the first chunk are taken.
    const all = this.limits.reservesAnswers ? this.wholeBlocks(request) : Math.ceil(request.target / blockTokens);
    const wanted = all - found.length;
    // Blocks that are found in the free list leave it, too.
    const leaving = found.filter((block) => block.users === 0).length;
    if (wanted + leaving > this.kv.free - this.promised()) return undefined;
    for (const block of found) this.kv.use(block);
    request.blocks = found;
    request.sharedBlocks = shared.length;
    request.contentBlocks = content.length;
    request.computed = hit;
    if (request.lacksAdapter) this.loadS += this.limits.adapterLoadS ?? 0;
    request.lacksAdapter = false;
    this.allocate(request, hit + tokens);
    if (request.admittedAt === undefined) {
      request.admittedAt = now;
      this.meter.lookUp(now, request.target, hit);
    }
    return { request, tokens, places: hit + tokens };
  }

  /** A sequence comes back from host memory, all of it into blocks of its own, and decodes at once. */
  private resume(request: NaiveRequest, budget: number): Work | undefined {
    const tokens = 1 + this.drafts;
    const places = Math.floor(request.target) + 2 * this.drafts;
    if (budget < tokens || this.missing(request, places) > this.kv.free) return undefined;
    this.allocate(request, places);
    this.moved += request.swapped;
    this.hostFree += request.swapped;
    request.swapped = 0;
    this.startDecoding(request);
    return { request, tokens, places };
  }

  /** A sequence comes with what another engine has computed, and decodes at once. */
  private receive(request: NaiveRequest, budget: number): Work | undefined {
    const tokens = 1 + this.drafts;
    const places = request.promptTokens + 1 + 2 * this.drafts;
    const asked = this.limits.reservesAnswers ? this.wholeBlocks(request) : Math.ceil(places / this.limits.blockTokens);
    if (budget < tokens || asked > this.kv.free - this.promised()) return undefined;
    this.allocate(request, places);
    request.withKv = false;
    this.startDecoding(request);
    return { request, tokens, places };
  }

  /** Blocks that those who run will still take, where answers have their room reserved. */
  private promised(): number {
    if (!this.limits.reservesAnswers) return 0;
    return this.running.reduce((sum, request) => sum + this.wholeBlocks(request) - request.blocks.length, 0);
  }

  private wholeBlocks({ promptTokens, outputTokens }: NaiveRequest): number {
    return Math.ceil((promptTokens + outputTokens - 1 + 2 * this.drafts) / this.limits.blockTokens);
  }

  private startDecoding(request: NaiveRequest): void {
    request.target = request.promptTokens + 1 + request.gain * (request.done - 1);
    request.decodes = true;
    request.decodesSince = this.begun++;
  }

  private findShared(text: Text): Block[] {
    if (!this.limits.prefixCaching) return [];
    // At least one token must be computed, and only whole blocks are found.
    const most = Math.floor((text.target - 1) / this.limits.blockTokens);
    return this.kv.found(SHARED).slice(0, Math.min(this.sharedBlocksOf(text), most));
  }

  private findContent(text: Text, shared: number): Block[] {
    if (!this.limits.prefixCaching || text.key < 0 || shared < this.sharedBlocksOf(text)) return [];
    const most = Math.floor((text.target - 1) / this.limits.blockTokens);
    return this.kv.found(text.key).slice(0, most - shared);
  }

  private sharedBlocksOf({ sharedTokens }: Pick<Text, 'sharedTokens'>): number {
    return Math.floor(sharedTokens / this.limits.blockTokens);
  }

  private missing(request: NaiveRequest, tokens: number): number {
    return Math.ceil(tokens / this.limits.blockTokens) - request.blocks.length;
  }

  private allocate(request: NaiveRequest, tokens: number): void {
    for (let n = this.missing(request, tokens); n > 0; n--) request.blocks.push(this.kv.take());
  }

  /** By (priority, arrival). */
  private joinLine(request: NaiveRequest): void {
    this.waiting.push(request);
    this.waiting.sort((a, b) => a.priority - b.priority || a.number - b.number);
  }

  /**
   * All blocks are lost. What a decoding sequence had is kept in host memory, if there is room, or must be computed again: the prompt and
   * all that was generated.
   */
  private preempt(request: NaiveRequest, now: number): void {
    this.meter.preempted(now);
    this.running.splice(this.running.indexOf(request), 1);
    const tokens = Math.floor(request.target);
    const copied = Math.ceil((tokens - 1) / this.limits.blockTokens);
    if (request.decodes && this.limits.swap && copied <= this.hostFree) {
      this.meter.swapped(now);
      request.swapped = copied;
      this.hostFree -= copied;
      this.moved += copied;
    }
    request.target = tokens;
    this.kv.giveBack(request.blocks);
    request.blocks = [];
    request.computed = 0;
    request.sharedBlocks = 0;
    request.contentBlocks = 0;
    request.decodes = false;
    this.joinLine(request);
    this.meter.waitingChanges(now, 1);
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
    meter.step(this.index, step.startedAt, now, step.sequences, step.tokensHeld);
    for (const { request, tokens } of step.work) if (!request.decodes) request.computed += tokens;
    meter.tokensPeak(this.index, now, this.tokensHeld());
    // Those that decode answer before those whose prompt ends here, in the order in which they began to.
    const requests = step.work.map(({ request }) => request);
    const decoding = requests.filter(({ decodes }) => decodes).sort((a, b) => a.decodesSince - b.decodesSince);
    const reading = requests.filter(({ decodes }) => !decodes);
    for (const request of [...decoding, ...reading]) {
      if (!request.decodes && request.computed < request.target) continue;
      if (request.done === 0) {
        request.firstTokenAt = now;
        meter.firstToken(now, request.promptTokens);
        this.publishShared(request);
        this.publishContent(request, request.promptTokens);
      } else meter.gap(now, request.lastTokenAt === step.startedAt ? step.duration : now - request.lastTokenAt);
      meter.token(now, request.done === 0 ? 1 : request.gain);
      request.lastTokenAt = now;
      request.done++;
      if (request.done === 1) this.onFirstToken?.(request, now);
      if (request.done === request.steps) this.leave(request, now);
      else if (this.role === 'prefill') this.handOver(request, now);
      else if (request.decodes) request.target = request.promptTokens + 1 + request.gain * (request.done - 1);
      else this.startDecoding(request);
    }
    for (const request of this.cancelled) {
      if (!this.running.includes(request)) continue;
      this.kv.giveBack(request.blocks);
      this.running.splice(this.running.indexOf(request), 1);
      this.onDropped?.(request, now);
    }
    this.cancelled = [];
  }

  private leave(request: NaiveRequest, now: number): void {
    // The last step gives whatever is left of the answer.
    this.meter.token(now, request.outputTokens - 1 - request.gain * (request.steps - 1));
    const computed = request.decodes ? request.promptTokens + request.outputTokens - 1 : request.computed;
    if (request.continues) this.publishContent(request, computed);
    this.kv.giveBack(request.blocks);
    this.running.splice(this.running.indexOf(request), 1);
    this.onFinished(request, now);
  }

  /** The prompt is computed, and what follows is decoded elsewhere: nothing of it stays here. */
  private handOver(request: NaiveRequest, now: number): void {
    this.kv.giveBack(request.blocks);
    this.running.splice(this.running.indexOf(request), 1);
    Object.assign(request, { blocks: [], computed: 0, sharedBlocks: 0, contentBlocks: 0 });
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
