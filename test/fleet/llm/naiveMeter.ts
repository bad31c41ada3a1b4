/** What the naive fleet counts: everything by time, kept only where it lies inside the measured window. */
import { Histogram } from '../../../src/kernel/histogram.js';

interface EngineTotals {
  busyS: number;
  sequenceSeconds: number;
  tokenSeconds: number;
  maxSequences: number;
  maxTokens: number;
}

export class NaiveMeter {
  readonly gaps = new Histogram();
  tokens = 0;
  inputTokens = 0;
  preemptions = 0;
  swaps = 0;
  hitTokens = 0;
  lookedUpTokens = 0;
  readonly waiting: NaiveLevel;
  readonly inSystem: NaiveLevel;
  /** What the engines at each index have done, one after the other. */
  readonly engines: EngineTotals[] = [];

  constructor(
    private readonly fromS: number,
    private readonly untilS: number,
  ) {
    this.waiting = new NaiveLevel(fromS);
    this.inSystem = new NaiveLevel(fromS);
  }

  private measures(now: number): boolean {
    return now >= this.fromS;
  }

  waitingChanges(now: number, by: number): void {
    this.waiting.change(now, by);
  }

  lookUp(now: number, asked: number, hit: number): void {
    if (!this.measures(now)) return;
    this.lookedUpTokens += asked;
    this.hitTokens += hit;
  }

  preempted(now: number): void {
    if (this.measures(now)) this.preemptions++;
  }

  swapped(now: number): void {
    if (this.measures(now)) this.swaps++;
  }

  firstToken(now: number, promptTokens: number): void {
    if (this.measures(now)) this.inputTokens += promptTokens;
  }

  token(now: number, tokens: number): void {
    if (this.measures(now)) this.tokens += tokens;
  }

  gap(now: number, seconds: number): void {
    if (this.measures(now)) this.gaps.add(seconds);
  }

  private of(engine: number): EngineTotals {
    this.engines[engine] ??= { busyS: 0, sequenceSeconds: 0, tokenSeconds: 0, maxSequences: 0, maxTokens: 0 };
    return this.engines[engine];
  }

  busyS(engine: number): number {
    return this.of(engine).busyS;
  }

  /** A step has run from `start` to `end` with these sequences and tokens in memory. */
  step(engine: number, start: number, end: number, sequences: number, tokens: number): void {
    const seconds = Math.max(0, Math.min(end, this.untilS) - Math.max(start, this.fromS));
    const of = this.of(engine);
    of.busyS += seconds;
    of.sequenceSeconds += seconds * sequences;
    of.tokenSeconds += seconds * tokens;
    if (end < this.fromS) return;
    of.maxSequences = Math.max(of.maxSequences, sequences);
    of.maxTokens = Math.max(of.maxTokens, tokens);
  }

  tokensPeak(engine: number, now: number, tokens: number): void {
    const of = this.of(engine);
    if (this.measures(now)) of.maxTokens = Math.max(of.maxTokens, tokens);
  }
}

/** A number that changes at moments: its integral and maximum from `fromS` on. */
export class NaiveLevel {
  value = 0;
  max = 0;
  private area = 0;
  private since = 0;
  private started = false;

  constructor(private readonly fromS: number) {}

  change(now: number, by: number): void {
    const area = this.integral(now);
    if (now >= this.fromS && !this.started) {
      this.started = true;
      this.max = this.value;
    }
    this.area = area;
    this.since = now;
    this.value += by;
    this.max = this.started ? Math.max(this.max, this.value) : this.value;
  }

  integral(now: number): number {
    return this.area + this.value * Math.max(0, now - Math.max(this.since, this.fromS));
  }
}
