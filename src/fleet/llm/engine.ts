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
import { completePrompt, finishDecoding } from './completion.js';
import type { EngineLimits } from './engineLimits.js';
import { type EngineParts, engineParts } from './engineParts.js';
import type { KvCache } from './kvCache.js';
import type { LlmMetrics } from './metrics.js';
import { PendingSteps } from './pendingSteps.js';
import { preempt } from './preemption.js';
import type { RequestTable } from './requestTable.js';
import type { Routable } from './routing.js';

/** Called when a request has its last token, at the end of that step. */
export type OnFinished = (id: number, now: number, engine: LlmEngine) => void;

export class LlmEngine {
  /** Requests waiting or running here: what a router sees. */
  outstanding = 0;
  /** When the pending step or stretch ends; `Infinity` while idle. */
  endsAt = Infinity;
  private readonly parts: EngineParts;
  private readonly maxSequences: number;
  /** Tokens that a decoding sequence takes of a step's budget: itself and its drafts. */
  private readonly width: number;
  /** Host memory left for preempted sequences, in blocks. */
  private hostFree: number;

  private readonly pending: PendingSteps;
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
    this.pending = new PendingSteps(this.parts);
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

  get busyS(): number {
    return this.pending.busyS;
  }

  get sequenceSeconds(): number {
    return this.pending.sequenceSeconds;
  }

  get tokenSeconds(): number {
    return this.pending.tokenSeconds;
  }

  get maxSequencesSeen(): number {
    return this.pending.maxSequencesSeen;
  }

  get maxTokensSeen(): number {
    return this.pending.maxTokensSeen;
  }

  /** Tokens in KV memory at `now`, which lies in the pending step or stretch. */
  tokensHeldAt(now: number): number {
    return this.pending.tokensHeldAt(now);
  }

  /** Seconds of steps up to `now`, which lies in the pending step or stretch. */
  busyUntil(now: number): number {
    return this.pending.busyS + (this.pending.steps > 0 ? now - this.pending.startedAt : 0);
  }

  /** Prompt tokens of a request that this engine has in its prefix cache. */
  cachedTokens({ now, sharedTokens, contentKey, promptTokens }: Routable): number {
    const { sharing } = this.parts;
    const found = sharing.find(sharedTokens, contentKey, promptTokens);
    // What nobody uses may be overwritten by the steps of the pending stretch that have begun.
    const { mixed, steps } = this.pending;
    if (found === 0 || mixed || steps <= 1 || sharing.foundInQueue(contentKey) === 0) return found;
    this.takeBlocks(this.pending.stepsBefore(now) + 1);
    return sharing.find(sharedTokens, contentKey, promptTokens);
  }

  /** Measurement begins: what was accumulated during the warm-up is forgotten. */
  restart(now: number): void {
    this.pending.restart(now);
  }

  /** The run ends at `now`, before the pending step or stretch does: accounts for what lies before. */
  settle(now: number): void {
    this.pending.settle(now);
  }

  /** The engine fails at `now`: returns who waited or ran here, in that order. It must not be used again. */
  abandon(now: number): number[] {
    const { waiting, order } = this.parts;
    this.pending.settle(now);
    const lost = order.ids();
    while (waiting.length > 0) {
      lost.push(waiting.popFront());
      this.metrics.waiting.add(now, -1);
    }
    this.pending.steps = this.outstanding = 0;
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
    const { steps, mixed } = this.pending;
    if (steps === 0) this.endsAt = now;
    else if (isNext && !mixed && steps > 1 && this.parts.order.count < this.maxSequences) this.cutAt(now);
  }

  /** The pending step or stretch ends: account for it, let finished sequences go, plan what comes next. */
  complete(): void {
    const now = this.endsAt;
    const { steps, mixed } = this.pending;
    if (steps > 0) {
      const { batch, growth } = this.parts;
      if (!mixed) this.takeBlocks(steps);
      this.pending.end(now);
      growth.take(steps);
      batch.advance(steps);
      for (let id = batch.nextFinished(); id >= 0; id = batch.nextFinished()) {
        finishDecoding(this.parts, id);
        this.leave(id, now);
      }
      if (mixed) this.finishPrefills(now);
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

  // --- planning -------------------------------------------------------------------------------------------------------------

  /** Shortens a stretch so that it ends at the first step boundary at or after `now`. */
  private cutAt(now: number): void {
    const { pending } = this;
    const steps = pending.stepsUntil(now);
    if (steps < pending.steps) {
      pending.steps = steps;
      // The sum may round to just before `now`; time does not go back.
      this.endsAt = Math.max(now, pending.startedAt + pending.stretch.duration(steps));
    }
  }

  private plan(now: number): void {
    const { parts, table, width, pending } = this;
    const { batch, prefills, waiting, order } = parts;
    pending.begin(now);
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
        pending.resumed.push(id);
        this.hostFree += moved;
        this.moved += moved;
        budget -= width;
      } else {
        if (!admit(parts, id, now, budget)) break;
        budget -= prefills.plan(id, budget);
      }
    }
    pending.seeSequences(order.count);
    pending.mixed = prefills.planned > 0 || pending.resumed.length > 0;
    if (pending.mixed) this.startStep(now);
    else if (batch.size > 0) this.startStretch(now, evicted);
    else {
      pending.steps = 0;
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
    let gpu =
      model.tokens[batch.size * width + prefills.tokens]! +
      model.head[batch.size * width + prefills.ending]! +
      model.perContextToken * batch.context +
      model.perWindowToken * batch.windowed +
      model.perPair * prefills.pairs +
      model.perWindowPair * prefills.windowPairs;
    if (prefills.planned > 0) gpu += model.prefillStep;
    if (model.draft !== undefined) gpu += model.draft[batch.size + prefills.ending]!;
    this.start(now, 1, gpu, 0, model.host[order.count]!);
  }

  /** Decoding alone, for as many steps as nothing else happens. */
  private startStretch(now: number, evicted: boolean): void {
    const { model, width } = this;
    const { batch, growth, kv, waiting } = this.parts;
    // Whoever was preempted may come back at the next step: its first chunk may need less than it gave up.
    const steps = evicted && waiting.length > 0 ? 1 : growth.stepsWithin(batch.quietSteps, kv.free + this.allocated);
    let gpu =
      model.tokens[batch.size * width]! +
      model.head[batch.size * width]! +
      model.perContextToken * batch.context +
      model.perWindowToken * batch.windowed;
    if (model.draft !== undefined) gpu += model.draft[batch.size]!;
    const slope = model.perContextToken * batch.gain + model.perWindowToken * batch.windowGain;
    this.start(now, steps, gpu, slope, model.host[batch.size]!);
  }

  /** Blocks on their way between device and host hold the step up. */
  private start(now: number, steps: number, gpu: number, slope: number, host: number): void {
    const { stretch } = this.pending;
    const transferS = this.moved > 0 ? this.moved * this.limits.swap!.secondsPerBlock : 0;
    this.pending.steps = steps;
    stretch.set(gpu, slope, this.model.gpuFloor, host + transferS);
    this.endsAt = now + stretch.duration(steps);
  }

  /** The chunks of a mixed step are computed: prompts that are complete give a token and start to decode. */
  private finishPrefills(now: number): void {
    const { prefills } = this.parts;
    prefills.compute();
    for (let i = 0; i < prefills.ending; i++) {
      const id = prefills.at(i);
      if (completePrompt(this.parts, id, now)) this.leave(id, now);
    }
    prefills.dropComplete();
  }

  private leave(id: number, now: number): void {
    this.outstanding--;
    this.onFinished(id, now, this);
  }
}
