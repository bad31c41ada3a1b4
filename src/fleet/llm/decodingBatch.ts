/**
 * The sequences of an engine that decode, as the totals that a step's time depends on. While nobody joins or leaves, the totals grow by
 * the same amounts at each step, so any number of steps is one addition.
 *
 * A sequence that has done `d` of its steps attends to `prompt + 1 + gain·(d − 1)` tokens at the next: all it has and the token under way.
 * The gain is 1; with drafts it is the tokens that its steps give on average (see `VerifySteps`), and the context grows in a straight line.
 *
 * Sequences sit on numbered seats, which the calendars go by: their size follows the batch, whatever waits elsewhere.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { RequestTable } from './requestTable.js';

export class DecodingBatch {
  /** Steps that the engine has run so far. */
  step = 0;
  size = 0;
  /** Σ context, and what it grows by at each step. */
  context = 0;
  gain = 0;
  /** Σ min(context, window), and what it grows by until the next window is full. */
  windowed = 0;
  windowGain = 0;
  private readonly finishing = new Calendar();
  private readonly filling = new Calendar();

  /** The sequence on each seat, and seats that are empty again. */
  private readonly idOf: number[] = [];
  private readonly empty: number[] = [];

  constructor(
    private readonly table: RequestTable,
    private readonly windowTokens: number,
  ) {}

  /** Steps from now on that change nothing but lengths: until somebody ends or a window is full. */
  get quietSteps(): number {
    const ends = this.finishing.earliest;
    const fills = this.filling.earliest;
    return (ends < fills ? ends : fills) - this.step;
  }

  stepsDone(id: number): number {
    return this.table.steps[id]! - (this.table.finishStep[id]! - this.step);
  }

  contextOf(id: number): number {
    return this.table.promptTokens[id]! + 1 + this.table.gain[id]! * (this.stepsDone(id) - 1);
  }

  start(id: number): void {
    const { table, windowTokens: window } = this;
    const gain = table.gain[id]!;
    const finishStep = this.step + table.steps[id]! - table.done[id]!;
    const seat = this.empty.pop() ?? this.idOf.length;
    this.idOf[seat] = id;
    table.seat[id] = seat;
    table.finishStep[id] = finishStep;
    this.finishing.schedule(seat, finishStep);
    const context = this.contextOf(id);
    this.size++;
    this.context += context;
    this.gain += gain;
    if (window <= 0) return;
    this.windowed += context < window ? context : window;
    if (context < window) {
      this.windowGain += gain;
      this.filling.schedule(seat, this.step + Math.ceil((window - context) / gain));
    }
  }

  /** The sequence stops for good or for now; `table.done` says how far it came. */
  stop(id: number): void {
    const { table, windowTokens: window } = this;
    const context = this.contextOf(id);
    table.done[id] = this.stepsDone(id);
    const seat = table.seat[id]!;
    this.finishing.cancel(seat);
    this.empty.push(seat);
    this.size--;
    this.context -= context;
    this.gain -= table.gain[id]!;
    if (window <= 0) return;
    this.windowed -= context < window ? context : window;
    if (this.filling.timeOf(seat) !== Infinity) {
      this.filling.cancel(seat);
      this.windowGain -= table.gain[id]!;
    }
  }

  advance(steps: number): void {
    this.step += steps;
    this.context += steps * this.gain;
    this.windowed += steps * this.windowGain;
    while (this.filling.earliest <= this.step) {
      const id = this.idOf[this.filling.pop()]!;
      this.windowGain -= this.table.gain[id]!;
      this.windowed -= this.contextOf(id) - this.windowTokens;
    }
  }

  /** A sequence that has its last token, −1 when there is none (left). */
  nextFinished(): number {
    return this.finishing.earliest <= this.step ? this.idOf[this.finishing.peekSlot()]! : -1;
  }
}
