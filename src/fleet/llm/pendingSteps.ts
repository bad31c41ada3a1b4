/**
 * The step or stretch of steps that an engine is in, and what has been counted of it and of all before: time integrals, tokens, gaps
 * between tokens. Everything can be asked for, or cut off, at any moment in between.
 */
import type { EngineParts } from './engineParts.js';
import { Stretch } from './stretch.js';

export class PendingSteps {
  /** Steps that are planned; 0 while the engine is idle. */
  steps = 0;
  startedAt = 0;
  /** Whether it is one step in which prompts are computed or sequences come back, so that lengths are not all that changes. */
  mixed = false;
  /** Sequences that come back from host memory in it. */
  readonly resumed: number[] = [];
  readonly stretch = new Stretch();
  /** Seconds of steps ended so far, and time integrals of the batch and of the tokens held. */
  busyS = 0;
  sequenceSeconds = 0;
  tokenSeconds = 0;
  maxSequencesSeen = 0;
  maxTokensSeen = 0;
  /** Steps whose tokens have been counted. */
  private recorded = 0;

  constructor(private readonly parts: EngineParts) {}

  /**
   * Tokens whose keys and values were held at the last event, each once however many requests share it. A decoding sequence's token
   * under way counts, its drafts do not.
   */
  get tokensHeld(): number {
    const { batch, prefills, kv, limits } = this.parts;
    return batch.context + prefills.tokensHeld - kv.savedBlocks * limits.blockTokens;
  }

  /** Something else is planned at `now`. */
  begin(now: number): void {
    this.startedAt = now;
    this.recorded = 0;
  }

  seeSequences(sequences: number): void {
    if (sequences > this.maxSequencesSeen) this.maxSequencesSeen = sequences;
  }

  /** All planned steps have ended at `now`; called before lengths change. */
  end(now: number): void {
    const { batch, order, prefills } = this.parts;
    const { steps } = this;
    const duration = now - this.startedAt;
    const held = this.tokensHeld;
    this.busyS += duration;
    this.sequenceSeconds += duration * order.count;
    if (this.mixed) {
      this.tokenSeconds += duration * held;
      this.seeTokens(held + prefills.tokens);
    } else {
      this.tokenSeconds += this.stretch.weighted(steps, held, batch.gain);
      this.seeTokens(held + (steps - 1) * batch.gain);
    }
    this.record(steps);
    if (this.resumed.length > 0) this.recordResumed(now);
  }

  /** The fewest steps that reach `now`: the first boundary at or after it. */
  stepsUntil(now: number): number {
    return this.stretch.stepsToReach(now - this.startedAt, this.steps);
  }

  /** Steps that end before `now`; the last one is still to come. */
  stepsBefore(now: number): number {
    return this.mixed ? 0 : this.stepsUntil(now) - 1;
  }

  /** Measurement begins: what was accumulated is forgotten, and so are the steps before `now`. */
  restart(now: number): void {
    this.busyS = this.sequenceSeconds = this.tokenSeconds = 0;
    this.maxTokensSeen = 0;
    this.maxSequencesSeen = this.parts.order.count;
    if (this.steps === 0) return;
    this.accrue(now, -1);
    this.recorded = this.stepsBefore(now);
    this.seeTokens(this.tokensHeld + this.recorded * this.parts.batch.gain);
  }

  /** The run ends at `now`, before the planned steps do: counts what lies before. */
  settle(now: number): void {
    if (this.steps === 0) return;
    this.accrue(now, 1);
    const ended = this.stepsEnded(now);
    this.record(ended);
    this.seeTokens(this.tokensHeld + ended * this.parts.batch.gain);
  }

  tokensHeldAt(now: number): number {
    return this.tokensHeld + (this.steps > 0 ? this.stepsEnded(now) * this.parts.batch.gain : 0);
  }

  /** Steps that have ended by `now`. */
  private stepsEnded(now: number): number {
    const before = this.stepsBefore(now);
    return before + 1 < this.steps && this.stretch.duration(before + 1) <= now - this.startedAt ? before + 1 : before;
  }

  /** Counts the tokens of the steps up to the `steps`th, except those counted already. */
  private record(steps: number): void {
    const { batch, metrics } = this.parts;
    if (batch.size === 0) return;
    const steady = batch.size - this.resumed.length;
    if (steady > 0) this.stretch.record(metrics.itl[metrics.currentBatch]!, this.recorded, steps, steady);
    metrics.outputTokens += (steps - this.recorded) * batch.gain;
    this.recorded = steps;
  }

  /** Those that came back have waited since their last token. */
  private recordResumed(now: number): void {
    const { metrics, table } = this.parts;
    const itl = metrics.itl[metrics.currentBatch]!;
    for (let i = 0; i < this.resumed.length; i++) itl.add(now - table.lastTokenAt[this.resumed[i]!]!);
    this.resumed.length = 0;
  }

  /** Adds (or with −1 takes off) the time integrals of the planned steps up to `now`. */
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

  private seeTokens(tokens: number): void {
    if (tokens > this.maxTokensSeen) this.maxTokensSeen = tokens;
  }
}
