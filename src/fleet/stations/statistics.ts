import { Histogram } from '../../kernel/histogram.js';
import { CLASS_FIELD, classField, FIELD, SIZE_BAND, SIZE_FIELD, sizeField } from './fields.js';
import type { RequestSink } from './types.js';

/** What to keep beyond the sums; each distribution costs a few nanoseconds a request. */
export interface Kept {
  readonly wait: boolean;
  readonly sojourn: boolean;
  readonly service: boolean;
  /** Requirements whose slowdown is summed apart, under processor sharing. */
  readonly sizes?: readonly number[];
  /** Time with exactly n in the system is summed apart for n below this; 0 unless given. */
  readonly levels?: number;
}

/** Distributions in seconds over completed requests; absent where not kept. */
export interface StationHistograms {
  readonly wait: Histogram | undefined;
  readonly sojourn: Histogram | undefined;
  readonly service: Histogram | undefined;
}

/** One stretch of time: its sums (see FIELD) and its distributions. */
export interface Stretch {
  readonly record: Float64Array;
  readonly histograms: StationHistograms;
}

/** Room for rounding in Little's law over a long run. */
const LITTLE_TOLERANCE = 1e-6;

/**
 * What a station observes: levels now, one record of sums since the stretch began, and distributions. Engines move the levels and call
 * `tick` before every change; requests that came before `since` are in the levels and, when they complete, in the distributions (else a short
 * run would miss long stays), but not in the counts and sums.
 */
export class StationStatistics {
  record: Float64Array;
  histograms: StationHistograms;
  /** Distributions by class, over all stretches since the last restart. */
  classHistograms: readonly StationHistograms[];
  now = 0;
  since = 0;
  inSystem = 0;
  waiting = 0;
  busy = 0;
  settingUp = 0;
  maxInSystem = 0;
  maxWaiting = 0;
  /** Requests offered since time 0. */
  arrived = 0;
  /** Requests in the system that came at or after `since`. */
  countedInSystem = 0;
  sink: RequestSink | undefined;
  private readonly kept: Kept;
  private readonly classes: number;
  private readonly sizes: readonly number[];
  private readonly levels: number;
  private readonly levelsAt: number;
  /** For Little's law: when present requests entered (or counting began), ended stays, and ∫ N dt of stretches taken. */
  private entrySum = 0;
  private staySum = 0;
  private takenArea = 0;

  constructor(kept: Kept, classes = 0) {
    this.kept = kept;
    this.classes = classes;
    this.sizes = kept.sizes ?? [];
    this.levels = kept.levels ?? 0;
    this.levelsAt = sizeField(classes, this.sizes.length, 0);
    this.record = new Float64Array(this.levelsAt + this.levels);
    this.histograms = emptyHistograms(kept);
    this.classHistograms = Array.from({ length: classes }, () => emptyHistograms(kept));
  }

  /** Accounts for the time up to `now` at the present levels. */
  tick(now: number): void {
    const span = now - this.now;
    this.now = now;
    if (!(span > 0)) return;
    const { record, inSystem } = this;
    record[FIELD.duration]! += span;
    record[FIELD.inSystem]! += inSystem * span;
    record[FIELD.inSystemSquared]! += inSystem * inSystem * span;
    record[FIELD.waiting]! += this.waiting * span;
    record[FIELD.busy]! += this.busy * span;
    record[FIELD.settingUp]! += this.settingUp * span;
    if (inSystem === 0) record[FIELD.empty]! += span;
    if (inSystem < this.levels) record[this.levelsAt + inSystem]! += span;
    if (this.busy === 0 && this.settingUp === 0) record[FIELD.off]! += span;
  }

  /** A gap between arrivals was drawn while `inSystem` requests were present. */
  gap(length: number): void {
    if (!(length < Infinity)) return;
    const { record, inSystem } = this;
    const square = inSystem * inSystem;
    record[FIELD.gaps]! += 1;
    record[FIELD.gapsN]! += inSystem;
    record[FIELD.gapsNN]! += square;
    record[FIELD.gapSum]! += length;
    record[FIELD.gapSumN]! += length * inSystem;
    record[FIELD.gapSumNN]! += length * square;
  }

  /** A requirement was drawn while `inSystem` requests were present. */
  requirement(size: number): void {
    const { record, inSystem } = this;
    const square = inSystem * inSystem;
    record[FIELD.services]! += 1;
    record[FIELD.servicesN]! += inSystem;
    record[FIELD.servicesNN]! += square;
    record[FIELD.requirementSum]! += size;
    record[FIELD.requirementSumN]! += size * inSystem;
    record[FIELD.requirementSumNN]! += size * square;
  }

  offer(): void {
    this.arrived++;
    this.record[FIELD.offered]! += 1;
  }

  reject(cls: number): void {
    this.record[FIELD.rejected]! += 1;
    this.sink?.(this.now, 0, 0, 'rejected', cls);
  }

  enter(): void {
    if (this.inSystem++ === 0) this.record[FIELD.busyPeriods]! += 1;
    this.countedInSystem++;
    this.entrySum += this.now;
    if (this.inSystem > this.maxInSystem) this.maxInSystem = this.inSystem;
  }

  /** A waking time was drawn. */
  setup(length: number): void {
    this.record[FIELD.setups]! += 1;
    this.record[FIELD.setupSum]! += length;
  }

  /** A request joins those waiting; `first`: it is its first wait, so it counts as delayed. */
  queue(first: boolean): void {
    if (first) this.record[FIELD.delayed]! += 1;
    if (++this.waiting > this.maxWaiting) this.maxWaiting = this.waiting;
  }

  visit(): void {
    this.record[FIELD.visits]! += 1;
  }

  /** A batch of `size` began. */
  batch(size: number): void {
    this.record[FIELD.batches]! += 1;
    this.record[FIELD.batchItems]! += size;
  }

  /** A request joined a batch under way. */
  join(): void {
    this.record[FIELD.batchItems]! += 1;
  }

  /** A shared service ended: how much longer it took than alone. */
  slowdown(sojourn: number, requirement: number): void {
    if (!(requirement > 0)) return;
    const { record, sizes } = this;
    record[FIELD.slowdownSum]! += sojourn / requirement;
    for (let i = 0; i < sizes.length; i++) {
      if (Math.abs(requirement - sizes[i]!) > SIZE_BAND * sizes[i]!) continue;
      const at = sizeField(this.classes, i, 0);
      record[at]! += 1;
      record[at + SIZE_FIELD.slowdownSum]! += sojourn / requirement;
    }
  }

  abandon(arrivedAt: number, cls: number): void {
    const counted = this.leave(arrivedAt);
    if (!counted) return;
    this.record[FIELD.abandoned]! += 1;
    this.sink?.(arrivedAt, this.now - arrivedAt, this.now - arrivedAt, 'abandoned', cls);
  }

  /** A request that was let in is turned away after all: by a station further on in a network. */
  turnAway(arrivedAt: number, cls: number): void {
    if (!this.leave(arrivedAt)) return;
    const stay = this.now - arrivedAt;
    this.record[FIELD.rejected]! += 1;
    this.sink?.(arrivedAt, stay, stay, 'rejected', cls);
  }

  /** The levels of a network, which are the sums of its stations'. */
  setLevels(waiting: number, busy: number, settingUp: number): void {
    this.waiting = waiting;
    this.busy = busy;
    this.settingUp = settingUp;
    if (waiting > this.maxWaiting) this.maxWaiting = waiting;
  }

  complete(arrivedAt: number, wait: number, cls: number): void {
    const counted = this.leave(arrivedAt);
    const { record, histograms } = this;
    const sojourn = this.now - arrivedAt;
    if (counted) {
      record[FIELD.completed]! += 1;
      record[FIELD.waitSum]! += wait;
      record[FIELD.sojournSum]! += sojourn;
    }
    if (histograms.wait !== undefined) histograms.wait.add(wait);
    if (histograms.sojourn !== undefined) histograms.sojourn.add(sojourn);
    if (histograms.service !== undefined) histograms.service.add(sojourn - wait);
    if (this.classes > 0) this.completeClass(counted, cls, wait, sojourn);
    if (this.sink !== undefined) this.sink(arrivedAt, wait, sojourn, 'completed', cls);
  }

  /** Ends the stretch: returns its sums and distributions, and starts empty ones. */
  take(): Stretch {
    const { record, histograms } = this;
    this.takenArea += record[FIELD.inSystem]!;
    this.record = new Float64Array(record.length);
    this.histograms = emptyHistograms(this.kept);
    return { record, histograms };
  }

  /** Starts counting at the present time: what came before stays in the levels only. */
  restart(): void {
    this.assertLittle();
    this.take();
    this.classHistograms = this.classHistograms.map(() => emptyHistograms(this.kept));
    this.since = this.now;
    this.countedInSystem = 0;
    this.maxInSystem = this.inSystem;
    this.maxWaiting = this.waiting;
    this.entrySum = this.now * this.inSystem;
    this.staySum = 0;
    this.takenArea = 0;
  }

  /** INV Little: ∫ N dt equals the sum of all stays, ended and under way, since counting began. Throws where it does not. */
  assertLittle(): void {
    const area = this.takenArea + this.record[FIELD.inSystem]!;
    const stays = this.staySum + this.now * this.inSystem - this.entrySum;
    const scale = area + (this.now - this.since) + 1e-12;
    if (Math.abs(area - stays) <= LITTLE_TOLERANCE * scale) return;
    throw new Error(`Little's law is broken: ∫ N dt is ${area}, the stays add up to ${stays}`);
  }

  /** Bookkeeping of any departure; whether the request counts. */
  private leave(arrivedAt: number): boolean {
    const counted = arrivedAt >= this.since;
    const from = counted ? arrivedAt : this.since;
    this.inSystem--;
    this.entrySum -= from;
    this.staySum += this.now - from;
    if (counted) this.countedInSystem--;
    return counted;
  }

  private completeClass(counted: boolean, cls: number, wait: number, sojourn: number): void {
    if (counted) {
      const { record } = this;
      const at = classField(cls, 0);
      record[at]! += 1;
      record[at + CLASS_FIELD.waitSum]! += wait;
      record[at + CLASS_FIELD.sojournSum]! += sojourn;
    }
    const own = this.classHistograms[cls]!;
    own.wait?.add(wait);
    own.sojourn?.add(sojourn);
    own.service?.add(sojourn - wait);
  }
}

function emptyHistograms(kept: Kept): StationHistograms {
  return {
    wait: kept.wait ? new Histogram() : undefined,
    sojourn: kept.sojourn ? new Histogram() : undefined,
    service: kept.service ? new Histogram() : undefined,
  };
}
