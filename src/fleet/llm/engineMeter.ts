/**
 * What has been counted of an engine's steps: time integrals, the most that it held, tokens, gaps between tokens. Steps are counted when
 * they end; at any moment in between, those of a pending stretch that lie before it can be told from those that lie after.
 */
import type { EngineParts } from './engineParts.js';
import type { PendingSteps } from './pendingSteps.js';

export class EngineMeter {
  /** Seconds of steps ended so far, and time integrals of the batch and of the tokens held. */
  busyS = 0;
  sequenceSeconds = 0;
  tokenSeconds = 0;
  maxSequencesSeen = 0;
  maxTokensSeen = 0;
  /** What `hold` finds: in a field, because each step asks (see `Clock`). */
  private held = 0;
  /** Pending steps whose tokens have been counted. */
  private recorded = 0;

  /** @param engine its index */
  constructor(
    readonly engine: number,
    private readonly parts: EngineParts,
    private readonly pending: PendingSteps,
  ) {}

  /**
   * Puts into `held` the tokens whose keys and values were held at the last event, each once however many requests share it. A decoding
   * sequence's token under way counts, its drafts do not.
   */
  private hold(): void {
    const { batch, prefills, kv, limits } = this.parts;
    this.held = batch.context + prefills.tokensHeld - kv.savedBlocks * limits.blockTokens;
  }

  seeSequences(sequences: number): void {
    if (sequences > this.maxSequencesSeen) this.maxSequencesSeen = sequences;
  }

  /** All pending steps end now; called before lengths change. */
  end(): void {
    const { batch, clock, order, prefills } = this.parts;
    const { steps, startedAt, mixed, stretch, resumed } = this.pending;
    const duration = clock.now - startedAt;
    this.hold();
    const { held } = this;
    this.busyS += duration;
    this.sequenceSeconds += duration * order.count;
    if (mixed) {
      this.tokenSeconds += duration * held;
      this.seeTokens(held + prefills.tokens);
    } else {
      stretch.base = held;
      stretch.growth = batch.gain;
      stretch.weigh(steps);
      this.tokenSeconds += stretch.total;
      this.seeTokens(held + (steps - 1) * batch.gain);
    }
    this.record(steps);
    this.recorded = 0;
    if (resumed.length > 0) this.recordResumed();
  }

  /** Measurement begins: what was accumulated is forgotten, and so are the pending steps before `now`. */
  restart(now: number): void {
    const { pending } = this;
    this.busyS = this.sequenceSeconds = this.tokenSeconds = 0;
    this.maxTokensSeen = 0;
    this.maxSequencesSeen = this.parts.order.count;
    if (pending.steps === 0) return;
    this.accrue(now, -1);
    this.recorded = pending.stepsBefore(now);
    this.hold();
    this.seeTokens(this.held + this.recorded * this.parts.batch.gain);
  }

  /** The run ends at `now`, before the pending steps do: counts what lies before. */
  settle(now: number): void {
    const { pending } = this;
    if (pending.steps === 0) return;
    this.accrue(now, 1);
    const ended = pending.stepsEnded(now);
    this.record(ended);
    this.hold();
    this.seeTokens(this.held + ended * this.parts.batch.gain);
  }

  tokensHeldAt(now: number): number {
    const { pending } = this;
    this.hold();
    return this.held + (pending.steps > 0 ? pending.stepsEnded(now) * this.parts.batch.gain : 0);
  }

  /** Seconds of steps up to `now`. */
  busyUntil(now: number): number {
    return this.busyS + (this.pending.steps > 0 ? now - this.pending.startedAt : 0);
  }

  /** Counts the tokens of the steps up to the `steps`th, except those counted already. */
  private record(steps: number): void {
    const { batch, metrics } = this.parts;
    const { resumed, stretch } = this.pending;
    if (batch.size === 0) return;
    const steady = batch.size - resumed.length;
    if (steady > 0) stretch.record(metrics.itl[metrics.currentBatch]!, this.recorded, steps, steady);
    metrics.outputTokens += (steps - this.recorded) * batch.gain;
    this.recorded = steps;
  }

  /** Those that came back have waited since their last token. */
  private recordResumed(): void {
    const { clock, metrics, table } = this.parts;
    const { resumed } = this.pending;
    const itl = metrics.itl[metrics.currentBatch]!;
    for (let i = 0; i < resumed.length; i++) {
      itl.value = clock.now - table.lastTokenAt[resumed.at(i)]!;
      itl.insert(1);
    }
    resumed.clear();
  }

  /** Adds (or with −1 takes off) the time integrals of the pending steps up to `now`. */
  private accrue(now: number, sign: 1 | -1): void {
    const { batch, order } = this.parts;
    const { pending } = this;
    const elapsed = now - pending.startedAt;
    this.hold();
    const { held } = this;
    this.busyS += sign * elapsed;
    this.sequenceSeconds += sign * elapsed * order.count;
    const ended = pending.stepsEnded(now);
    const rest = elapsed - pending.stretch.duration(ended);
    const { stretch } = pending;
    stretch.base = held;
    stretch.growth = batch.gain;
    stretch.weigh(ended);
    this.tokenSeconds += sign * (stretch.total + rest * (held + ended * batch.gain));
  }

  private seeTokens(tokens: number): void {
    if (tokens > this.maxTokensSeen) this.maxTokensSeen = tokens;
  }
}
