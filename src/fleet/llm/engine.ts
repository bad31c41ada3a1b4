/**
 * One LLM engine: a continuous-batching scheduler with its KV memory, stepped exactly but event by event.
 *
 * Each step gives one token (or what its drafts give) to every decoding sequence, then prefill chunks of admitted prompts, then chunks of
 * waiting prompts in order, within a token budget, a limit on sequences and the KV blocks (the policy of vLLM's V1 scheduler). When blocks
 * run out, the least urgent sequence that arrived last gives way.
 *
 * Steps that only decode change nothing but lengths, so a whole stretch of them is one event (`Stretch`); it ends at the next
 * completion, at the first step boundary after an arrival that might be admitted, where a window fills, or where blocks run out.
 *
 * INV-progress: an engine with requests is never idle. A request alone fits, or the fleet has rejected it.
 */
import type { StepModel } from '../../latency/types.js';
import { admit, resume } from './admission.js';
import type { EngineLimits } from './engineLimits.js';
import { type EngineParts, engineParts } from './engineParts.js';
import type { KvCache } from './kvCache.js';
import type { LlmMetrics } from './metrics.js';
import { preempt } from './preemption.js';
import type { RequestTable } from './requestTable.js';
import type { Routable } from './routing.js';
import { Stretch } from './stretch.js';

/** Called when a request has its last token, at the end of that step. */
export type OnFinished = (id: number, now: number, engine: LlmEngine) => void;

export class LlmEngine {
  /** Requests waiting or running here: what a router sees. */
  outstanding = 0;
  /** When the pending step or stretch ends; `Infinity` while idle. */
  endsAt = Infinity;
  /** Seconds of steps ended so far, and time integrals of the batch and of the tokens held. */
  busyS = 0;
  sequenceSeconds = 0;
  tokenSeconds = 0;
  maxSequencesSeen = 0;
  maxTokensSeen = 0;
  private readonly parts: EngineParts;
  private readonly maxSequences: number;
  /** Tokens that a decoding sequence takes of a step's budget: itself and its drafts. */
  private readonly width: number;
  /** Host memory left for preempted sequences, in blocks. */
  private hostFree: number;

  // The pending step or stretch.
  private readonly stretch = new Stretch();
  private startedAt = 0;
  private steps = 0;
  /** Whether it is one step in which prompts are computed or sequences come back, so that lengths are not all that changes. */
  private mixed = false;
  /** Sequences that came back from host memory in it. */
  private readonly resumed: number[] = [];
  /** Steps of the pending stretch whose tokens have been counted. */
  private recorded = 0;
  /** Blocks that the pending step (the first of a stretch) has taken for decoding. */
  private allocated = 0;
  /** Blocks moved between device and host before the pending step. */
  private moved = 0;

  constructor(
    readonly index: number,
    private readonly model: StepModel,
    private readonly limits: EngineLimits,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly onFinished: OnFinished,
  ) {
    this.parts = engineParts(limits, model.windowTokens, table, metrics);
    this.width = 1 + (limits.draftTokens ?? 0);
    // Every decoding sequence must find its tokens in the budget.
    this.maxSequences = Math.min(limits.maxSequences, Math.floor(limits.maxBatchedTokens / this.width));
    this.hostFree = limits.swap ? limits.swap.hostBlocks : -1;
  }

  get kv(): KvCache {
    return this.parts.kv;
  }

  get runningSequences(): number {
    return this.parts.order.count;
  }

  get waitingRequests(): number {
    return this.parts.waiting.length;
  }

  /**
   * Tokens whose keys and values are held now (at the last event), each once however many requests share it. A decoding sequence's
   * token under way counts, its drafts do not.
   */
  get tokensHeld(): number {
    const { batch, prefills, kv } = this.parts;
    return batch.context + prefills.tokensHeld - kv.savedBlocks * this.limits.blockTokens;
  }

  /** `tokensHeld` at `now`, which lies in the pending step or stretch. */
  tokensHeldAt(now: number): number {
    return this.tokensHeld + (this.steps > 0 ? this.stepsEnded(now) * this.parts.batch.gain : 0);
  }

  /** Seconds of steps up to `now`, which lies in the pending step or stretch. */
  busyUntil(now: number): number {
    return this.busyS + (this.steps > 0 ? now - this.startedAt : 0);
  }

  /** Prompt tokens of a request that this engine has in its prefix cache. */
  cachedTokens({ now, sharedTokens, contentKey, promptTokens }: Routable): number {
    const { sharing } = this.parts;
    const found = sharing.find(sharedTokens, contentKey, promptTokens);
    // What nobody uses may be overwritten by the steps of the pending stretch that have begun.
    if (found === 0 || this.mixed || this.steps <= 1 || sharing.foundInQueue(contentKey) === 0) return found;
    this.takeBlocks(this.stepsBefore(now) + 1);
    return sharing.find(sharedTokens, contentKey, promptTokens);
  }

  /** Measurement begins: what was accumulated during the warm-up is forgotten, and so are the pending stretch's steps before `now`. */
  restart(now: number): void {
    this.busyS = this.sequenceSeconds = this.tokenSeconds = 0;
    this.maxTokensSeen = 0;
    this.maxSequencesSeen = this.parts.order.count;
    if (this.steps === 0) return;
    this.accrue(now, -1);
    this.recorded = this.stepsBefore(now);
    this.seeTokens(this.tokensHeld + this.recorded * this.parts.batch.gain);
  }

  /** The run ends at `now`, before the pending step or stretch does: accounts for what lies before. */
  settle(now: number): void {
    if (this.steps === 0) return;
    this.accrue(now, 1);
    const ended = this.stepsEnded(now);
    this.record(ended);
    this.seeTokens(this.tokensHeld + ended * this.parts.batch.gain);
  }

  /** The engine fails at `now`: returns who waited or ran here, in that order. It must not be used again. */
  abandon(now: number): number[] {
    const { waiting, order } = this.parts;
    this.settle(now);
    const lost = order.ids();
    while (waiting.length > 0) {
      lost.push(waiting.popFront());
      this.metrics.waiting.add(now, -1);
    }
    this.steps = this.outstanding = 0;
    this.endsAt = Infinity;
    return lost;
  }

  /** A request joins the line at `now`. */
  arrive(id: number, now: number): void {
    this.outstanding++;
    const isNext = this.parts.waiting.pushBack(id);
    this.metrics.waiting.add(now, 1);
    this.table.admittedAt[id] = -1;
    // Idle: what arrives at the same moment is planned together.
    if (this.steps === 0) this.endsAt = now;
    else if (isNext && !this.mixed && this.steps > 1 && this.parts.order.count < this.maxSequences) this.cutAt(now);
  }

  /** The pending step or stretch ends: account for it, let finished sequences go, plan what comes next. */
  complete(): void {
    const now = this.endsAt;
    const { steps } = this;
    if (steps > 0) {
      const { batch, growth, order, prefills } = this.parts;
      const duration = now - this.startedAt;
      this.busyS += duration;
      this.sequenceSeconds += duration * order.count;
      const held = this.tokensHeld;
      if (this.mixed) {
        this.tokenSeconds += duration * held;
        this.seeTokens(held + prefills.tokens);
      } else {
        this.tokenSeconds += this.stretch.weighted(steps, held, batch.gain);
        this.seeTokens(held + (steps - 1) * batch.gain);
        this.takeBlocks(steps);
      }
      this.record(steps);
      if (this.resumed.length > 0) this.recordResumed(now);
      growth.take(steps);
      batch.advance(steps);
      for (let id = batch.nextFinished(); id >= 0; id = batch.nextFinished()) this.finish(id, now);
      if (this.mixed) this.finishPrefills(now);
      this.steps = 0;
    }
    this.plan(now);
  }

  /** Takes the blocks of the first `steps` steps of the pending stretch, except those taken already. */
  private takeBlocks(steps: number): void {
    const { growth, kv } = this.parts;
    const needed = growth.needed(steps);
    kv.allocate(needed - this.allocated);
    this.allocated = needed;
  }

  // --- accounting ----------------------------------------------------------------------------------------------------------

  /** Counts the tokens of the pending stretch's steps up to the `steps`th, except those counted already. */
  private record(steps: number): void {
    const { metrics, recorded } = this;
    const { batch } = this.parts;
    if (batch.size === 0) return;
    const steady = batch.size - this.resumed.length;
    if (steady > 0) this.stretch.record(metrics.itl[metrics.currentBatch]!, recorded, steps, steady);
    metrics.outputTokens += (steps - recorded) * batch.gain;
    this.recorded = steps;
  }

  /** Those that came back have waited since their last token. */
  private recordResumed(now: number): void {
    const itl = this.metrics.itl[this.metrics.currentBatch]!;
    for (let i = 0; i < this.resumed.length; i++) itl.add(now - this.table.lastTokenAt[this.resumed[i]!]!);
    this.resumed.length = 0;
  }

  /** Adds (or with −1 takes off) the time integrals of the pending step or stretch up to `now`. */
  private accrue(now: number, sign: 1 | -1): void {
    const { batch, order } = this.parts;
    const elapsed = now - this.startedAt;
    const held = this.tokensHeld;
    this.busyS += sign * elapsed;
    this.sequenceSeconds += sign * elapsed * order.count;
    const ended = this.stepsEnded(now);
    const rest = elapsed - this.stretch.duration(ended);
    this.tokenSeconds += sign * (this.stretch.weighted(ended, held, batch.gain) + rest * (held + ended * batch.gain));
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

  /** Shortens a stretch so that it ends at the first step boundary at or after `now`. */
  private cutAt(now: number): void {
    const steps = this.stretch.stepsToReach(now - this.startedAt, this.steps);
    if (steps < this.steps) {
      this.steps = steps;
      // The sum may round to just before `now`; time does not go back.
      this.endsAt = Math.max(now, this.startedAt + this.stretch.duration(steps));
    }
  }

  private plan(now: number): void {
    const { parts, table, width } = this;
    const { batch, prefills, waiting, order } = parts;
    this.startedAt = now;
    this.recorded = 0;
    this.moved = 0;
    const evicted = this.makeRoom(now);
    prefills.begin();
    let budget = this.limits.maxBatchedTokens - batch.size * width;
    if (prefills.count > 0 && budget > 0) {
      const id = prefills.at(0);
      const chunk = prefills.plan(id, budget);
      const blocks = this.lackingBlocks(id, chunk);
      parts.kv.allocate(blocks);
      table.privateBlocks[id] = table.privateBlocks[id]! + blocks;
      budget -= chunk;
    }
    while (!evicted && waiting.length > 0 && order.count < this.maxSequences && budget > 0) {
      const id = waiting.peekFront();
      if (table.swappedBlocks[id]! > 0) {
        const moved = resume(parts, id, now, budget);
        if (moved === 0) break;
        this.resumed.push(id);
        this.hostFree += moved;
        this.moved += moved;
        budget -= width;
      } else {
        if (!admit(parts, id, now, budget)) break;
        budget -= prefills.plan(id, budget);
      }
    }
    if (order.count > this.maxSequencesSeen) this.maxSequencesSeen = order.count;
    this.mixed = prefills.planned > 0 || this.resumed.length > 0;
    if (this.mixed) this.startStep(now);
    else if (batch.size > 0) this.startStretch(now, evicted);
    else {
      this.steps = 0;
      this.endsAt = Infinity;
    }
  }

  /** Takes the blocks that decoding needs, beside those of the prompt under way, for which others give way if they must. */
  private makeRoom(now: number): boolean {
    const { batch, growth, kv, prefills, order } = this.parts;
    let evicted = false;
    for (;;) {
      const need = batch.size > 0 ? growth.needed(1) : 0;
      let more = 0;
      if (prefills.count > 0) {
        const id = prefills.at(0);
        const budget = this.limits.maxBatchedTokens - batch.size * this.width;
        const lacking = this.table.target[id]! - this.table.computed[id]!;
        if (budget > 0) more = this.lackingBlocks(id, lacking < budget ? lacking : budget);
      }
      if (need + more <= kv.free) {
        kv.allocate(need);
        this.allocated = need;
        return evicted;
      }
      const moved = preempt(this.parts, order.victim(), now, this.hostFree);
      this.hostFree -= moved;
      this.moved += moved;
      evicted = true;
    }
  }

  /** Blocks that a prompt under way lacks for its next `chunk` tokens. */
  private lackingBlocks(id: number, chunk: number): number {
    const { table } = this;
    const blocks = Math.ceil((table.computed[id]! + chunk) / this.limits.blockTokens);
    return blocks - table.sharedBlocks[id]! - table.contentBlocks[id]! - table.privateBlocks[id]!;
  }

  /** One step with prompts, or with sequences that come back. */
  private startStep(now: number): void {
    const { model, width } = this;
    const { batch, prefills, order } = this.parts;
    this.steps = 1;
    let gpu =
      model.tokens[batch.size * width + prefills.tokens]! +
      model.head[batch.size * width + prefills.ending]! +
      model.perContextToken * batch.context +
      model.perWindowToken * batch.windowed +
      model.perPair * prefills.pairs +
      model.perWindowPair * prefills.windowPairs;
    if (prefills.planned > 0) gpu += model.prefillStep;
    if (model.draft !== undefined) gpu += model.draft[batch.size + prefills.ending]!;
    this.stretch.set(gpu, 0, model.gpuFloor, model.host[order.count]! + this.transferS());
    this.endsAt = now + this.stretch.duration(1);
  }

  /** Decoding alone, for as many steps as nothing else happens. */
  private startStretch(now: number, evicted: boolean): void {
    const { model, width } = this;
    const { batch, growth, kv, waiting } = this.parts;
    // Whoever was preempted may come back at the next step: its first chunk may need less than it gave up.
    const steps = evicted && waiting.length > 0 ? 1 : growth.stepsWithin(batch.quietSteps, kv.free + this.allocated);
    this.steps = steps;
    let gpu =
      model.tokens[batch.size * width]! +
      model.head[batch.size * width]! +
      model.perContextToken * batch.context +
      model.perWindowToken * batch.windowed;
    if (model.draft !== undefined) gpu += model.draft[batch.size]!;
    const slope = model.perContextToken * batch.gain + model.perWindowToken * batch.windowGain;
    this.stretch.set(gpu, slope, model.gpuFloor, model.host[batch.size]! + this.transferS());
    this.endsAt = now + this.stretch.duration(steps);
  }

  /** Blocks on their way between device and host hold the step up. */
  private transferS(): number {
    return this.moved > 0 ? this.moved * this.limits.swap!.secondsPerBlock : 0;
  }

  // --- results of a step ------------------------------------------------------------------------------------------------------

  /** The chunks of a mixed step are computed: prompts that are complete give a token and start to decode. */
  private finishPrefills(now: number): void {
    const { prefills } = this.parts;
    prefills.compute();
    for (let i = 0; i < prefills.ending; i++) this.completePrompt(prefills.at(i), now);
    prefills.dropComplete();
  }

  private completePrompt(id: number, now: number): void {
    const { table, metrics } = this;
    const { sharing, batch, growth } = this.parts;
    if (table.done[id] === 0) {
      metrics.outputTokens++;
      metrics.inputTokens += table.promptTokens[id]!;
      table.firstTokenAt[id] = now;
      sharing.publishShared(id);
      sharing.publishContent(id, table.promptTokens[id]!);
    } else {
      metrics.outputTokens += table.gain[id]!;
      metrics.itl[metrics.currentBatch]!.add(now - table.lastTokenAt[id]!);
    }
    table.done[id] = table.done[id]! + 1;
    if (table.done[id] === table.steps[id]) this.leave(id, now, false);
    else {
      batch.start(id);
      growth.start(id);
    }
  }

  /** A decoding sequence has its last token. */
  private finish(id: number, now: number): void {
    this.parts.growth.stop(id);
    this.parts.batch.stop(id);
    this.leave(id, now, true);
  }

  private leave(id: number, now: number, decoded: boolean): void {
    const { table } = this;
    const { kv, sharing, growth, order } = this.parts;
    const outputTokens = table.outputTokens[id]!;
    // The last step gives what the rounding of the gain leaves (nothing without drafts).
    this.metrics.outputTokens += outputTokens - 1 - table.gain[id]! * (table.steps[id]! - 1);
    const computed = decoded ? table.promptTokens[id]! + outputTokens - 1 : table.computed[id]!;
    if (table.continues[id]) sharing.publishContent(id, computed);
    kv.release(decoded ? growth.ownBlocks(id) : table.privateBlocks[id]!);
    sharing.drop(id);
    order.remove(id);
    this.outstanding--;
    this.onFinished(id, now, this);
  }
}
