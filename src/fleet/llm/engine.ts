/**
 * One LLM engine: a continuous-batching scheduler with its KV memory, stepped exactly but event by event.
 *
 * Each step gives one token to every decoding sequence, then prefill chunks of admitted prompts, then chunks of waiting prompts in
 * order, within a token budget, a limit on sequences and the KV blocks (the policy of vLLM's V1 scheduler). When blocks run out, the
 * sequence admitted last loses its blocks and waits again at the front of the queue (recompute).
 *
 * Steps that only decode change nothing but lengths, so a whole stretch of them is one event (`Stretch`); it ends at the next
 * completion, at the first step boundary after an arrival that might be admitted, where a window fills, or where blocks run out.
 *
 * INV-progress: an engine with requests is never idle. A request alone fits, or the fleet has rejected it.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { StepModel } from '../../latency/types.js';
import { KvCache, SHARED } from './kvCache.js';
import type { LlmMetrics } from './metrics.js';
import type { RequestTable } from './requestTable.js';
import { Stretch } from './stretch.js';
import { WaitingLine } from './waitingLine.js';

const NONE = -1;

export interface EngineLimits {
  readonly maxSequences: number;
  readonly maxBatchedTokens: number;
  readonly blockTokens: number;
  readonly kvBlocks: number;
  readonly prefixCaching: boolean;
  /** Contents that the prefix cache may be asked for (see `KvCache`). */
  readonly contentKeys: number;
}

/** Called when a request has its last token, at the end of that step. */
export type OnFinished = (id: number, now: number, engine: LlmEngine) => void;

export class LlmEngine {
  /** Requests waiting or running here: what a router sees. */
  outstanding = 0;
  /** When the pending step or stretch ends; `Infinity` while idle. */
  endsAt = Infinity;

  readonly waiting = new WaitingLine();
  readonly kv: KvCache;
  /** Seconds of steps ended so far, and time integrals of the batch and of the tokens held. */
  busyS = 0;
  sequenceSeconds = 0;
  tokenSeconds = 0;
  maxSequencesSeen = 0;
  maxTokensSeen = 0;

  // Decoding sequences: how many, Σ context, Σ min(context, window), how many still grow inside the window.
  private decoding = 0;
  private context = 0;
  private windowed = 0;
  private growing = 0;
  /** Steps run so far. */
  private step = 0;
  private readonly finishing = new Calendar();
  private readonly filling = new Calendar();
  private readonly phases: Int32Array;
  /** Admitted sequences whose prompt is not computed yet, in order. */
  private readonly prefilling: number[] = [];
  private prefillTokensHeld = 0;
  private running = 0;
  private last = NONE;
  private first = NONE;

  // The pending step or stretch.
  private readonly stretch = new Stretch();
  private startedAt = 0;
  private steps = 0;
  private mixed = false;
  /** Prefilling sequences (from the front of `prefilling`) that take part in the pending mixed step, and their tokens. */
  private completing = 0;
  private chunkTokens = 0;
  /** Steps of the pending stretch whose tokens have been counted. */
  private recorded = 0;
  /** Blocks that the pending step (the first of a stretch) has taken for decoding. */
  private allocated = 0;

  constructor(
    readonly index: number,
    private readonly model: StepModel,
    private readonly limits: EngineLimits,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly onFinished: OnFinished,
  ) {
    this.kv = new KvCache(limits.kvBlocks, limits.contentKeys);
    this.phases = new Int32Array(limits.blockTokens);
  }

  get runningSequences(): number {
    return this.running;
  }

  /**
   * Tokens whose keys and values are held now (at the last event), each once however many requests share it. A decoding sequence's
   * token under way counts.
   */
  get tokensHeld(): number {
    return this.context + this.prefillTokensHeld - this.kv.savedBlocks * this.limits.blockTokens;
  }

  /** Measurement begins: what was accumulated during the warm-up is forgotten, and so are the pending stretch's steps before `now`. */
  restart(now: number): void {
    this.busyS = this.sequenceSeconds = this.tokenSeconds = 0;
    this.maxTokensSeen = 0;
    this.maxSequencesSeen = this.running;
    if (this.steps === 0) return;
    this.accrue(now, -1);
    this.recorded = this.stepsBefore(now);
    this.seeTokens(this.tokensHeld + this.recorded * this.decoding);
  }

  /** The run ends at `now`, before the pending step or stretch does: accounts for what lies before. */
  settle(now: number): void {
    if (this.steps === 0) return;
    this.accrue(now, 1);
    const ended = this.stepsEnded(now);
    this.record(ended);
    this.seeTokens(this.tokensHeld + ended * this.decoding);
  }

  /** A request joins the line at `now`. */
  arrive(id: number, now: number): void {
    this.outstanding++;
    const wasEmpty = this.waiting.length === 0;
    this.waiting.pushBack(id);
    this.metrics.waiting.add(now, 1);
    this.table.admittedAt[id] = NONE;
    // Idle: what arrives at the same moment is planned together.
    if (this.steps === 0) this.endsAt = now;
    else if (wasEmpty && !this.mixed && this.steps > 1 && this.running < this.limits.maxSequences) this.cutAt(now);
  }

  /** Shortens a stretch so that it ends at the first step boundary at or after `now`. */
  cutAt(now: number): void {
    if (this.mixed || this.steps <= 1) return;
    const steps = this.stretch.stepsToReach(now - this.startedAt, this.steps);
    if (steps < this.steps) {
      this.steps = steps;
      // The sum may round to just before `now`; time does not go back.
      this.endsAt = Math.max(now, this.startedAt + this.stretch.duration(steps));
    }
  }

  /** The pending step or stretch ends: account for it, let finished sequences go, plan what comes next. */
  complete(): void {
    const now = this.endsAt;
    const { decoding, steps } = this;
    if (steps === 0) {
      this.plan(now);
      return;
    }
    const duration = now - this.startedAt;
    this.busyS += duration;
    this.sequenceSeconds += duration * this.running;
    const held = this.tokensHeld;
    if (this.mixed) {
      this.tokenSeconds += duration * held;
      this.seeTokens(held + this.chunkTokens);
    } else {
      this.tokenSeconds += this.stretch.weighted(steps, held, decoding);
      this.seeTokens(held + (steps - 1) * decoding);
      this.kv.allocate(this.blocksNeeded(steps) - this.allocated);
    }
    this.record(steps);
    this.context += steps * decoding;
    this.windowed += steps * this.growing;
    this.step += steps;
    while (this.filling.peekTime() <= this.step) {
      this.filling.pop();
      this.growing--;
    }
    while (this.finishing.peekTime() <= this.step) this.finish(this.finishing.pop(), now);
    if (this.mixed) this.finishPrefills(now);
    this.steps = 0;
    this.plan(now);
  }

  // --- accounting ----------------------------------------------------------------------------------------------------------

  /** Counts the tokens of the pending stretch's steps up to the `steps`th, except those counted already. */
  private record(steps: number): void {
    const { decoding, metrics } = this;
    if (decoding === 0) return;
    this.stretch.record(metrics.itl[metrics.currentBatch]!, this.recorded, steps, decoding);
    metrics.outputTokens += (steps - this.recorded) * decoding;
    this.recorded = steps;
  }

  /** Adds (or with −1 takes off) the time integrals of the pending step or stretch up to `now`. */
  private accrue(now: number, sign: 1 | -1): void {
    const elapsed = now - this.startedAt;
    const held = this.tokensHeld;
    this.busyS += sign * elapsed;
    this.sequenceSeconds += sign * elapsed * this.running;
    const ended = this.stepsEnded(now);
    const rest = elapsed - this.stretch.duration(ended);
    this.tokenSeconds +=
      sign * (this.stretch.weighted(ended, held, this.decoding) + rest * (held + ended * this.decoding));
  }

  /** Steps of the pending stretch that end before `now`; the last one is still to come. */
  private stepsBefore(now: number): number {
    return this.mixed ? 0 : this.stretch.stepsToReach(now - this.startedAt, this.steps) - 1;
  }

  /** Steps of the pending stretch that have ended by `now`. */
  private stepsEnded(now: number): number {
    const before = this.stepsBefore(now);
    return before + 1 < this.steps && this.stretch.duration(before + 1) <= now - this.startedAt ? before + 1 : before;
  }

  private seeTokens(tokens: number): void {
    if (tokens > this.maxTokensSeen) this.maxTokensSeen = tokens;
  }

  // --- planning -------------------------------------------------------------------------------------------------------------

  private plan(now: number): void {
    const { limits, kv, prefilling } = this;
    this.startedAt = now;
    this.mixed = false;
    this.recorded = 0;
    let evicted = false;

    // Decoding sequences come first; the last admitted makes room.
    let need = this.decoding > 0 ? this.phases[this.phaseAt(0)]! : 0;
    while (need > kv.free) {
      this.preempt(this.last, now);
      evicted = true;
      need = this.decoding > 0 ? this.phases[this.phaseAt(0)]! : 0;
    }
    kv.allocate(need);
    this.allocated = need;

    // Then prompts under way, then waiting prompts.
    let budget = limits.maxBatchedTokens - this.decoding;
    let prefill = 0;
    let pairs = 0;
    let windowPairs = 0;
    let completing = 0;
    let sampling = this.decoding;
    for (let i = 0; i < prefilling.length && budget > 0; i++) {
      const id = prefilling[i]!;
      const past = this.table.computed[id]!;
      const chunk = Math.min(this.table.target[id]! - past, budget);
      const blocks = this.extraBlocks(id, past + chunk);
      if (blocks > kv.free) {
        // It was admitted last, so it is the one to make room: its own.
        this.preempt(id, now);
        evicted = true;
        break;
      }
      this.reserve(id, blocks);
      budget -= chunk;
      prefill += chunk;
      pairs += chunk * (past + chunk / 2);
      windowPairs += this.windowPairs(past, chunk);
      this.chunks[completing++] = chunk;
      if (past + chunk === this.table.target[id]!) sampling++;
    }
    while (!evicted && this.waiting.length > 0 && this.running < limits.maxSequences && budget > 0) {
      const id = this.waiting.peekFront();
      const hit = this.admit(id, now, budget);
      if (hit < 0) break;
      const chunk = Math.min(this.table.target[id]! - hit, budget);
      budget -= chunk;
      prefill += chunk;
      pairs += chunk * (hit + chunk / 2);
      windowPairs += this.windowPairs(hit, chunk);
      this.chunks[completing++] = chunk;
      if (hit + chunk === this.table.target[id]!) sampling++;
    }
    if (this.running > this.maxSequencesSeen) this.maxSequencesSeen = this.running;

    const { model, decoding } = this;
    if (prefill > 0) {
      this.mixed = true;
      this.chunkTokens = prefill;
      this.completing = completing;
      this.steps = 1;
      const gpu =
        model.tokens[decoding + prefill]! +
        model.head[sampling]! +
        model.perContextToken * this.context +
        model.perWindowToken * this.windowed +
        model.perPair * pairs +
        model.perWindowPair * windowPairs +
        model.prefillStep;
      this.stretch.set(gpu, 0, model.gpuFloor, model.host[this.running]!);
      this.endsAt = now + this.stretch.duration(1);
    } else if (decoding > 0) {
      let steps = this.finishing.peekTime() - this.step;
      const fills = this.filling.peekTime() - this.step;
      if (fills < steps) steps = fills;
      steps = this.stepsWithinKv(steps);
      // Whoever was preempted may come back at the next step: its first chunk may need less than it gave up.
      if (evicted && this.waiting.length > 0) steps = 1;
      this.steps = steps;
      const gpu =
        model.tokens[decoding]! +
        model.head[decoding]! +
        model.perContextToken * this.context +
        model.perWindowToken * this.windowed;
      const slope = model.perContextToken * decoding + model.perWindowToken * this.growing;
      this.stretch.set(gpu, slope, model.gpuFloor, model.host[decoding]!);
      this.endsAt = now + this.stretch.duration(steps);
    } else {
      this.steps = 0;
      this.endsAt = Infinity;
    }
  }

  /** Tokens that each prefilling sequence gets in the pending step. */
  private readonly chunks: number[] = [];

  /** Admits the head of the line if its first chunk finds blocks; returns the tokens found in the prefix cache, or −1. */
  private admit(id: number, now: number, budget: number): number {
    const { table, kv, limits } = this;
    const block = limits.blockTokens;
    const target = table.target[id]!;
    let shared = 0;
    let content = 0;
    const key = table.contentKey[id]!;
    if (limits.prefixCaching) {
      // At least one token must be computed, and only whole blocks are found.
      const most = Math.floor((target - 1) / block);
      const sharedBlocks = Math.floor(table.sharedTokens[id]! / block);
      if (sharedBlocks > 0) shared = Math.min(kv.cached(SHARED), sharedBlocks, most);
      if (key !== NONE && shared === sharedBlocks) content = Math.min(kv.cached(key), most - shared);
    }
    const hit = (shared + content) * block;
    const chunk = Math.min(target - hit, budget);
    const blocks = Math.ceil((hit + chunk) / block) - shared - content;
    let leavingQueue = 0;
    if (shared > 0) leavingQueue += kv.inQueue(SHARED, shared);
    if (content > 0) leavingQueue += kv.inQueue(key, content);
    if (blocks > kv.free - leavingQueue) return -1;
    this.waiting.popFront();
    this.metrics.waiting.add(now, -1);
    if (shared > 0) kv.hold(SHARED, shared);
    if (content > 0) kv.hold(key, content);
    table.sharedBlocks[id] = shared;
    table.contentBlocks[id] = content;
    table.privateBlocks[id] = 0;
    table.computed[id] = hit;
    this.prefillTokensHeld += hit;
    this.reserve(id, blocks);
    if (table.admittedAt[id] === NONE) {
      table.admittedAt[id] = now;
      this.metrics.lookedUpTokens += target;
      this.metrics.hitTokens += hit;
    }
    this.prefilling.push(id);
    this.running++;
    this.link(id);
    return hit;
  }

  private reserve(id: number, blocks: number): void {
    this.kv.allocate(blocks);
    this.table.privateBlocks[id] = this.table.privateBlocks[id]! + blocks;
  }

  private extraBlocks(id: number, tokens: number): number {
    const { table } = this;
    return (
      Math.ceil(tokens / this.limits.blockTokens) -
      table.sharedBlocks[id]! -
      table.contentBlocks[id]! -
      table.privateBlocks[id]!
    );
  }

  private phaseAt(ahead: number): number {
    return (this.step + ahead) % this.limits.blockTokens;
  }

  /** Blocks that the decoding sequences need over the next `steps` steps. */
  private blocksNeeded(steps: number): number {
    const { phases } = this;
    const block = this.limits.blockTokens;
    const rest = steps % block;
    let need = ((steps - rest) / block) * this.decoding;
    for (let r = 0, at = this.phaseAt(0); r < rest; r++) {
      need += phases[at]!;
      if (++at === block) at = 0;
    }
    return need;
  }

  /** The most steps up to `steps` for which there are blocks; at least one (its blocks are allocated already). */
  private stepsWithinKv(steps: number): number {
    const free = this.kv.free + this.allocated;
    const block = this.limits.blockTokens;
    if (Math.ceil(steps / block) * this.decoding <= free) return steps;
    let allowed = Math.max(0, Math.floor(free / this.decoding) - 1) * block;
    if (allowed > steps) allowed = steps;
    let need = this.blocksNeeded(allowed);
    while (allowed < steps) {
      need += this.phases[this.phaseAt(allowed)]!;
      if (need > free) break;
      allowed++;
    }
    return allowed < 1 ? 1 : allowed;
  }

  private windowPairs(past: number, chunk: number): number {
    const window = this.model.windowTokens;
    if (window <= 0) return 0;
    if (past >= window) return chunk * window;
    const inside = Math.min(chunk, window - past);
    return inside * (past + inside / 2) + (chunk - inside) * window;
  }

  // --- transitions ----------------------------------------------------------------------------------------------------------

  /** The chunks of a mixed step are computed: prompts that are complete give a token and start to decode. */
  private finishPrefills(now: number): void {
    const { table, metrics, prefilling, completing } = this;
    let kept = 0;
    for (let i = 0; i < prefilling.length; i++) {
      const id = prefilling[i]!;
      if (i >= completing) {
        prefilling[kept++] = id;
        continue;
      }
      const computed = table.computed[id]! + this.chunks[i]!;
      table.computed[id] = computed;
      this.prefillTokensHeld += this.chunks[i]!;
      if (computed < table.target[id]!) {
        prefilling[kept++] = id;
        continue;
      }
      this.prefillTokensHeld -= computed;
      metrics.outputTokens++;
      if (table.generated[id] === 0) {
        metrics.inputTokens += table.promptTokens[id]!;
        table.firstTokenAt[id] = now;
        this.publishShared(id);
        this.publishContent(id, table.promptTokens[id]!);
      } else metrics.itl[metrics.currentBatch]!.add(now - table.lastTokenAt[id]!);
      table.generated[id] = table.generated[id]! + 1;
      if (table.generated[id] === table.outputTokens[id]) {
        this.leave(id, now);
        continue;
      }
      this.startDecoding(id, computed + 1);
    }
    prefilling.length = kept;
  }

  /** `context` is what the next step attends to: everything computed and the token that it processes. */
  private startDecoding(id: number, context: number): void {
    const { table } = this;
    const block = this.limits.blockTokens;
    const window = this.model.windowTokens;
    table.finishStep[id] = this.step + table.outputTokens[id]! - table.generated[id]!;
    this.finishing.schedule(id, table.finishStep[id]!);
    // A step needs a new block when its context is a multiple of the block size plus one.
    const phase = (((1 - context + this.step) % block) + block) % block;
    table.phase[id] = phase;
    this.phases[phase] = this.phases[phase]! + 1;
    this.decoding++;
    this.context += context;
    if (window > 0) {
      this.windowed += Math.min(context, window);
      if (context < window) {
        this.growing++;
        this.filling.schedule(id, this.step + window - context);
      }
    }
  }

  private stopDecoding(id: number, context: number): void {
    const window = this.model.windowTokens;
    const phase = this.table.phase[id]!;
    this.phases[phase] = this.phases[phase]! - 1;
    this.decoding--;
    this.context -= context;
    if (window > 0) {
      this.windowed -= Math.min(context, window);
      if (this.filling.timeOf(id) !== Infinity) {
        this.filling.cancel(id);
        this.growing--;
      }
    }
  }

  /** A decoding sequence has its last token. */
  private finish(id: number, now: number): void {
    const { table } = this;
    table.generated[id] = table.outputTokens[id]!;
    this.stopDecoding(id, table.promptTokens[id]! + table.outputTokens[id]!);
    this.leave(id, now);
  }

  private leave(id: number, now: number): void {
    const { table, kv } = this;
    const block = this.limits.blockTokens;
    const computed = table.promptTokens[id]! + table.outputTokens[id]! - 1;
    if (table.continues[id]) this.publishContent(id, computed);
    const shared = table.sharedBlocks[id]!;
    const content = table.contentBlocks[id]!;
    // The end of a text is freed first, so that its start lives longest.
    kv.release(Math.ceil(computed / block) - shared - content);
    if (content > 0) kv.drop(table.contentKey[id]!, content);
    if (shared > 0) kv.drop(SHARED, shared);
    this.running--;
    this.outstanding--;
    this.unlink(id);
    this.onFinished(id, now, this);
  }

  /** The first to compute the shared prefix gives its blocks to everyone. */
  private publishShared(id: number): void {
    if (!this.limits.prefixCaching) return;
    const { table, kv } = this;
    const blocks = Math.floor(table.sharedTokens[id]! / this.limits.blockTokens);
    const held = table.sharedBlocks[id]!;
    if (blocks <= held || kv.cached(SHARED) !== held) return;
    kv.extend(SHARED, held, blocks - held);
    table.sharedBlocks[id] = blocks;
    table.privateBlocks[id] = table.privateBlocks[id]! - (blocks - held);
  }

  /** The first `tokens` tokens of a request's text stay findable under its content key, unless somebody else has published them. */
  private publishContent(id: number, tokens: number): void {
    const { table, kv } = this;
    const key = table.contentKey[id]!;
    const block = this.limits.blockTokens;
    const shared = table.sharedBlocks[id]!;
    const held = table.contentBlocks[id]!;
    if (!this.limits.prefixCaching || key === NONE || shared !== Math.floor(table.sharedTokens[id]! / block)) return;
    const blocks = Math.floor(tokens / block) - shared - held;
    if (blocks <= 0 || kv.cached(key) !== held) return;
    kv.extend(key, held, blocks);
    table.contentBlocks[id] = held + blocks;
    table.privateBlocks[id] = table.privateBlocks[id]! - blocks;
  }

  /** The sequence loses its blocks and waits at the front of the line to be computed again. */
  private preempt(id: number, now: number): void {
    const { table, kv, prefilling } = this;
    const block = this.limits.blockTokens;
    this.metrics.preemptions++;
    const at = prefilling.indexOf(id);
    let computed: number;
    if (at >= 0) {
      computed = table.computed[id]!;
      prefilling.splice(at, 1);
      this.prefillTokensHeld -= computed;
      kv.release(table.privateBlocks[id]!);
    } else {
      const left = table.finishStep[id]! - this.step;
      this.finishing.cancel(id);
      table.generated[id] = table.outputTokens[id]! - left;
      computed = table.promptTokens[id]! + table.generated[id]! - 1;
      this.stopDecoding(id, computed + 1);
      kv.release(Math.ceil(computed / block) - table.sharedBlocks[id]! - table.contentBlocks[id]!);
      table.target[id] = computed + 1;
      table.lastTokenAt[id] = now;
    }
    if (table.contentBlocks[id]! > 0) kv.drop(table.contentKey[id]!, table.contentBlocks[id]!);
    if (table.sharedBlocks[id]! > 0) kv.drop(SHARED, table.sharedBlocks[id]!);
    this.running--;
    this.unlink(id);
    this.waiting.pushFront(id);
    this.metrics.waiting.add(now, 1);
  }

  private link(id: number): void {
    const { table } = this;
    table.before[id] = this.last;
    table.after[id] = NONE;
    if (this.last === NONE) this.first = id;
    else table.after[this.last] = id;
    this.last = id;
  }

  private unlink(id: number): void {
    const { table } = this;
    const before = table.before[id]!;
    const after = table.after[id]!;
    if (before === NONE) this.first = after;
    else table.after[before] = after;
    if (after === NONE) this.last = before;
    else table.before[after] = before;
  }

  /** Admission order, for tests and invariants. */
  runningIds(): number[] {
    const ids: number[] = [];
    for (let id = this.first; id !== NONE; id = this.table.after[id]!) ids.push(id);
    return ids;
  }
}
