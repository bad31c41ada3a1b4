import type { HistogramOptions } from './histogramOptions.js';

/** A histogram whose old samples fade. Source: kubernetes/autoscaler …/recommender/util/{histogram,decaying_histogram}.go (2026). */
export interface Sample {
  readonly value: number;
  readonly weight: number;
  readonly timeS: number;
}

/** Beyond this many half-lives weights are rescaled before they overflow. */
const MAX_DECAY_EXPONENT = 100;

/**
 * A weighted histogram; with a half-life, a sample weighs twice as much as one a half-life older. A class because
 * recommenders add a sample a minute for every container.
 */
export class Histogram {
  readonly #options: HistogramOptions;
  readonly #halfLifeS: number | null;
  readonly #weights: Float64Array;
  #total = 0;
  #min: number;
  #max = 0;
  #referenceS = Number.NEGATIVE_INFINITY;

  constructor(options: HistogramOptions, halfLifeS: number | null = null) {
    this.#options = options;
    this.#halfLifeS = halfLifeS;
    this.#weights = new Float64Array(options.bucketCount);
    this.#min = options.bucketCount - 1;
  }

  /** Adds a sample. Throws on a negative weight. */
  add(sample: Sample): void {
    if (sample.weight < 0) throw new RangeError('a sample weight must not be negative');
    const weight = sample.weight * this.#decayFactor(sample.timeS);
    const bucket = this.#options.bucketOf(sample.value);
    this.#weights[bucket]! += weight;
    this.#total += weight;
    if (bucket < this.#min && this.#weights[bucket]! >= this.#options.epsilon) this.#min = bucket;
    if (bucket > this.#max && this.#weights[bucket]! >= this.#options.epsilon) this.#max = bucket;
  }

  /** Takes a sample away again, down to zero. */
  subtract(sample: Sample): void {
    const weight = sample.weight * this.#decayFactor(sample.timeS);
    const bucket = this.#options.bucketOf(sample.value);
    this.#weights[bucket] = Math.max(0, this.#weights[bucket]! - weight);
    this.#total = Math.max(0, this.#total - weight);
    this.#narrow();
  }

  get isEmpty(): boolean {
    return this.#weights[this.#min]! < this.#options.epsilon;
  }

  /** The **end** of the bucket that holds the percentile (0–1); the start of the last bucket, which has no end. */
  percentile(share: number): number {
    if (this.isEmpty) return 0;
    const threshold = share * this.#total;
    let sum = 0;
    let bucket = this.#min;
    for (; bucket < this.#max; bucket += 1) {
      sum += this.#weights[bucket]!;
      if (sum >= threshold) break;
    }
    return this.#options.startOf(bucket < this.#options.bucketCount - 1 ? bucket + 1 : bucket);
  }

  #decayFactor(timeS: number): number {
    if (this.#halfLifeS === null) return 1;
    if (timeS > this.#referenceS + this.#halfLifeS * MAX_DECAY_EXPONENT) this.#shiftReference(timeS, this.#halfLifeS);
    return 2 ** ((timeS - this.#referenceS) / this.#halfLifeS);
  }

  /** Moves the reference to the nearest multiple of the half-life and rescales all weights. */
  #shiftReference(timeS: number, halfLifeS: number): void {
    const referenceS = Math.round(timeS / halfLifeS) * halfLifeS;
    const factor =
      this.#referenceS === Number.NEGATIVE_INFINITY ? 0 : 2 ** Math.round((this.#referenceS - referenceS) / halfLifeS);
    for (let bucket = 0; bucket < this.#weights.length; bucket += 1) this.#weights[bucket]! *= factor;
    this.#total *= factor;
    this.#referenceS = referenceS;
    this.#narrow();
  }

  #narrow(): void {
    const { bucketCount, epsilon } = this.#options;
    while (this.#min < bucketCount - 1 && this.#weights[this.#min]! < epsilon) this.#min += 1;
    while (this.#max > 0 && this.#weights[this.#max]! < epsilon) this.#max -= 1;
  }
}
