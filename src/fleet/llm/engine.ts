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
 * A request's way: it joins the line (`arrive`), is let in when a step is planned (`StepPlanner`, `admit`), has its prompt computed in
 * chunks (`Prefills`), decodes (`DecodingBatch`) and leaves (`completion`). `PendingSteps` is the step or stretch that this is all about.
 *
 * INV-progress: an engine with requests is never idle. A request alone fits, or the fleet has rejected it.
 */
import type { Clock } from '../../kernel/clock.js';
import { IntList } from '../../kernel/intList.js';
import type { StepModel } from '../../latency/types.js';
import { completePrompt, finishDecoding } from './completion.js';
import type { EngineLimits } from './engineLimits.js';
import { EngineMeter } from './engineMeter.js';
import { type EngineParts, engineParts } from './engineParts.js';
import type { KvCache } from './kvCache.js';
import type { LlmMetrics } from './metrics.js';
import { PendingSteps } from './pendingSteps.js';
import { takeOff } from './preemption.js';
import type { RequestTable } from './requestTable.js';
import type { Routable } from './routing.js';
import { StepPlanner } from './stepPlanner.js';

/** Called when a request leaves, at the end of a step: with its last token, or with its first from an engine that only computes prompts. */
export type OnFinished = (id: number, engine: LlmEngine) => void;

export class LlmEngine {
  /** Requests waiting or running here: what a router sees. */
  outstanding = 0;
  /** What its steps so far add up to. */
  readonly meter: EngineMeter;
  private readonly parts: EngineParts;
  private readonly pending: PendingSteps;
  private readonly planner: StepPlanner;
  /** Running sequences that nobody waits for any more: they go when the step under way ends. */
  private cancelled = new IntList();
  /** An empty list to take its place. */
  private spare = new IntList();

  constructor(
    readonly index: number,
    model: StepModel,
    limits: EngineLimits,
    clock: Clock,
    table: RequestTable,
    metrics: LlmMetrics,
    private readonly onFinished: OnFinished,
    /** The group of replicas that it belongs to. */
    readonly group: number,
    handsOver = false,
    /** Called when a prompt gives its first token, before the request can leave. */
    private readonly onFirstToken?: (id: number) => void,
  ) {
    this.parts = engineParts(limits, model.windowTokens, clock, table, metrics, handsOver);
    this.pending = new PendingSteps(this.parts);
    this.meter = new EngineMeter(index, this.parts, this.pending);
    this.planner = new StepPlanner(model, this.parts, this.pending, this.meter);
  }

  /** When the pending step or stretch ends; `Infinity` while idle. */
  get endsAt(): number {
    return this.pending.endsAt;
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

  /** Prompt tokens of a request that this engine has in its prefix cache now. */
  cachedTokens({ sharedTokens, contentKey, promptTokens }: Routable): number {
    const { sharing, clock } = this.parts;
    const found = sharing.find(sharedTokens, contentKey, promptTokens);
    // What nobody uses may be overwritten by the steps of the pending stretch that have begun.
    const { mixed, steps } = this.pending;
    if (found === 0 || mixed || steps <= 1 || sharing.foundInQueue(contentKey) === 0) return found;
    this.pending.takeBlocks(this.pending.stepsBefore(clock.now) + 1);
    return sharing.find(sharedTokens, contentKey, promptTokens);
  }

  /** The engine fails: returns who waited or ran here, in that order. It must not be used again. */
  abandon(): number[] {
    const { waiting, order, metrics, clock } = this.parts;
    this.meter.settle(clock.now);
    const cancelled = this.takeCancelled();
    for (let i = 0; i < cancelled.length; i++) this.onFinished(cancelled.at(i), this);
    const lost = order.ids().filter((id) => !cancelled.has(id));
    while (waiting.length > 0) {
      lost.push(waiting.popFront());
      metrics.wait(-1);
    }
    this.outstanding = 0;
    this.pending.rest();
    return lost;
  }

  /** A request joins the line. */
  arrive(id: number): void {
    const { waiting, order, metrics, table, clock, maxSequences } = this.parts;
    const { pending } = this;
    this.outstanding++;
    const isNext = waiting.pushBack(id);
    metrics.wait(1);
    if (table.withKv[id] === 0) table.admittedAt[id] = -1;
    // Idle: what arrives at the same moment is planned together.
    if (pending.steps === 0) pending.endsAt = clock.now;
    else if (isNext && !pending.mixed && pending.steps > 1 && order.count < maxSequences) pending.cut();
  }

  /**
   * Nobody waits for a request of this engine any more: it leaves the line at once, or the batch at the end of the step under way, whose
   * token for it is dropped (`onFinished` is called then).
   *
   * @returns whether it waited
   */
  cancel(id: number): boolean {
    const { waiting, metrics } = this.parts;
    const { pending } = this;
    // Who stood behind it may be next, and memory comes back.
    if (!pending.mixed && pending.steps > 1) pending.cut();
    if (!waiting.remove(id)) {
      this.cancelled.push(id);
      return false;
    }
    metrics.wait(-1);
    this.planner.forget(id);
    this.outstanding--;
    return true;
  }

  /** The pending step or stretch ends: account for it, let finished sequences go, plan what comes next. */
  complete(): void {
    const { steps, mixed } = this.pending;
    if (steps > 0) {
      if (!mixed) this.pending.takeBlocks(steps);
      this.meter.end();
      this.decode(steps);
      if (mixed) this.finishPrefills();
      if (this.cancelled.length > 0) this.dropCancelled();
    }
    this.planner.plan();
  }

  /** Decoding sequences have grown by `steps` steps; those that have their last token leave. */
  private decode(steps: number): void {
    const { batch, growth } = this.parts;
    growth.take(steps);
    batch.advance(steps);
    for (let id = batch.nextFinished(); id >= 0; id = batch.nextFinished()) {
      finishDecoding(this.parts, id);
      this.leave(id);
    }
  }

  /** The chunks of a mixed step are computed: prompts that are complete give a token and start to decode. */
  private finishPrefills(): void {
    const { prefills, table } = this.parts;
    prefills.compute();
    for (let i = 0; i < prefills.ending; i++) {
      const id = prefills.at(i);
      const leaves = completePrompt(this.parts, id);
      if (this.onFirstToken !== undefined && table.done[id] === 1) this.onFirstToken(id);
      if (leaves) this.leave(id);
    }
    prefills.dropComplete();
  }

  private dropCancelled(): void {
    const cancelled = this.takeCancelled();
    for (let i = 0; i < cancelled.length; i++) {
      const id = cancelled.at(i);
      takeOff(this.parts, id);
      this.parts.room.leave(id);
      this.leave(id);
    }
  }

  /** Those that were cancelled, until the next call; from now on there are none. */
  private takeCancelled(): IntList {
    const { cancelled, spare } = this;
    spare.clear();
    this.cancelled = spare;
    this.spare = cancelled;
    return cancelled;
  }

  private leave(id: number): void {
    // It leaves by itself: there is nothing to cancel.
    if (this.cancelled.length > 0) this.cancelled.remove(id);
    this.outstanding--;
    this.onFinished(id, this);
  }
}
