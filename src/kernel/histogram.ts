/**
 * A mergeable histogram of positive values with bounded relative error: each power of two is cut into 128 equal buckets, so a
 * value and its bucket's middle differ by at most 1/256 (0.4 %). Buckets are found from the bits of the double, without a logarithm,
 * and their edges are exact doubles. Zero (and anything below 2⁻³⁰) has a bucket of its own.
 */
const SUB_BITS = 7;
const SUB = 1 << SUB_BITS;
const MIN_EXPONENT = -30;
const MAX_EXPONENT = 40;
const BUCKETS = (MAX_EXPONENT - MIN_EXPONENT) * SUB + 1;
const OFFSET = ((MIN_EXPONENT + 1023) << SUB_BITS) - 1;
const SMALLEST = 2 ** MIN_EXPONENT;
const LARGEST = 2 ** MAX_EXPONENT;

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Bucket of a value; 0 holds everything below 2⁻³⁰. */
export function bucketOf(value: number): number {
  bits[0] = value;
  return bucketOfBits();
}

/** Bucket of the value in `bits`. */
function bucketOfBits(): number {
  const value = bits[0]!;
  if (!(value >= SMALLEST)) return 0;
  if (value >= LARGEST) return BUCKETS - 1;
  return (words[HIGH]! >>> (20 - SUB_BITS)) - OFFSET;
}

/** Buckets come into being this many at a time. */
const BLOCK = 4 * SUB;

/** The bucket before the block that a bucket above 0 lies in. */
const blockOf = (bucket: number): number => bucket - 1 - ((bucket - 1) % BLOCK);

/** Lower edge of a bucket: the smallest value in it. */
export function lowerEdge(bucket: number): number {
  if (bucket <= 0) return 0;
  setLowerEdge(bucket);
  return bits[0]!;
}

/** Puts the lower edge of a bucket above the first into `bits`. */
function setLowerEdge(bucket: number): void {
  words[HIGH] = (bucket + OFFSET) << (20 - SUB_BITS);
  words[1 - HIGH] = 0;
}

/** The terms first, first + step, …; an object, of which a hot loop needs only one (see `Clock`). */
export interface Progression {
  readonly first: number;
  readonly step: number;
}

export class Histogram {
  /** Samples with weights; exact while below 2⁵³. */
  count = 0;
  sum = 0;
  sumSquares = 0;
  min = Infinity;
  max = -Infinity;
  /** The value that is added: hot loops put it here, then call `insert` (see `Clock`). */
  value = 0;
  /** Samples below 2⁻³⁰, then those of each bucket from `base + 1` on: only those around what there are samples of. */
  private counts = new Float64Array(1);
  private base = 0;

  add(value: number): void {
    this.value = value;
    this.insert(1);
  }

  /** Adds `weight` samples of the same value. */
  addMany(value: number, weight: number): void {
    this.value = value;
    this.insert(weight);
  }

  /** Adds `weight` samples of `this.value`. */
  insert(weight: number): void {
    const { value } = this;
    this.count += weight;
    this.sum += value * weight;
    this.sumSquares += value * value * weight;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    bits[0] = value;
    const bucket = bucketOfBits();
    let slot = 0;
    if (bucket > 0) {
      slot = bucket - this.base;
      if (slot < 1 || slot >= this.counts.length) {
        this.reach(bucket, bucket);
        slot = bucket - this.base;
      }
    }
    this.counts[slot] = this.counts[slot]! + weight;
  }

  /**
   * Adds the arithmetic progression first, first + step, … (n terms, step ≥ 0), each with `weight`, bucket by bucket: the cost grows
   * with the buckets that it spans and not with n. Counts equal those of n single insertions of `first + i·step`.
   */
  addProgression({ first, step }: Progression, n: number, weight: number): void {
    if (n <= 0) return;
    if (step === 0 || n === 1) {
      this.value = first;
      this.insert(weight * n);
      return;
    }
    const last = first + (n - 1) * step;
    this.count += n * weight;
    this.sum += weight * n * (first + ((n - 1) * step) / 2);
    this.sumSquares +=
      weight * n * (first * first + first * step * (n - 1) + (step * step * (n - 1) * (2 * n - 1)) / 6);
    if (first < this.min) this.min = first;
    if (last > this.max) this.max = last;
    bits[0] = last;
    const end = bucketOfBits();
    bits[0] = first;
    const start = bucketOfBits();
    this.reach(start, end);
    const { counts, base } = this;
    let done = 0;
    for (let bucket = start; bucket < end; bucket++) {
      setLowerEdge(bucket + 1);
      const edge = bits[0]!;
      let below = Math.ceil((edge - first) / step);
      if (below > n) below = n;
      // Rounding may put the quotient off by one: the terms themselves decide.
      while (below < n && first + below * step < edge) below++;
      while (below > done && first + (below - 1) * step >= edge) below--;
      const slot = bucket === 0 ? 0 : bucket - base;
      counts[slot] = counts[slot]! + (below - done) * weight;
      done = below;
    }
    const slot = end === 0 ? 0 : end - base;
    counts[slot] = counts[slot]! + (n - done) * weight;
  }

  /** Adds another histogram's samples, each counted `weight` times (strata of different share; 1 unless given). */
  merge(other: Histogram, weight = 1): void {
    this.count += other.count * weight;
    this.sum += other.sum * weight;
    this.sumSquares += other.sumSquares * weight;
    if (other.min < this.min) this.min = other.min;
    if (other.max > this.max) this.max = other.max;
    this.counts[0] = this.counts[0]! + other.counts[0]! * weight;
    const from = other.base + 1;
    const to = other.base + other.counts.length - 1;
    if (from > to) return;
    this.reach(from, to);
    const shift = other.base - this.base;
    for (let i = 1; i < other.counts.length; i++)
      this.counts[i + shift] = this.counts[i + shift]! + other.counts[i]! * weight;
  }

  clear(): void {
    this.counts.fill(0);
    this.count = this.sum = this.sumSquares = 0;
    this.min = Infinity;
    this.max = -Infinity;
  }

  /** Makes room for the buckets from `from` to `to`, by whole blocks. */
  private reach(from: number, to: number): void {
    const start = blockOf(Math.max(1, from));
    const end = blockOf(Math.max(1, to)) + BLOCK;
    const { counts } = this;
    const base = counts.length > 1 ? this.base : start;
    const held = base + counts.length - 1;
    if (start >= base && end <= held) return;
    const least = Math.min(start, base);
    const wider = new Float64Array(1 + Math.max(end, held) - least);
    wider[0] = counts[0]!;
    wider.set(counts.subarray(1), 1 + base - least);
    this.base = least;
    this.counts = wider;
  }

  get mean(): number {
    return this.count > 0 ? this.sum / this.count : Number.NaN;
  }

  /** Value below which a share `p` of the samples lies, interpolated inside its bucket; NaN when empty. */
  quantile(p: number): number {
    if (this.count === 0) return Number.NaN;
    const { counts, base } = this;
    const target = p * this.count;
    let seen = counts[0]!;
    if (seen > 0 && seen >= target) return Math.max(0, this.min);
    const end = bucketOf(this.max) - base;
    for (let slot = Math.max(1, bucketOf(this.min) - base); slot <= end; slot++) {
      const here = counts[slot]!;
      if (here > 0 && seen + here >= target) {
        const low = Math.max(lowerEdge(base + slot), this.min);
        const high = Math.min(lowerEdge(base + slot + 1), this.max);
        return low + (high - low) * Math.max(0, (target - seen) / here);
      }
      seen += here;
    }
    return this.max;
  }

  /** Share of samples at or below `limit`, interpolated inside the limit's bucket; NaN when empty. */
  shareWithin(limit: number): number {
    if (this.count === 0) return Number.NaN;
    if (limit >= this.max) return 1;
    if (limit < this.min) return 0;
    const at = bucketOf(limit);
    let below = at > 0 ? this.counts[0]! : 0;
    for (let slot = Math.max(1, bucketOf(this.min) - this.base); slot < at - this.base; slot++)
      below += this.counts[slot]!;
    const low = Math.max(lowerEdge(at), this.min);
    const high = Math.min(lowerEdge(at + 1), this.max);
    const inside = high > low ? Math.min(1, Math.max(0, (limit - low) / (high - low))) : 1;
    return (below + this.countIn(at) * inside) / this.count;
  }

  /** Samples in one bucket. */
  countIn(bucket: number): number {
    return (bucket === 0 ? this.counts[0] : bucket <= this.base ? 0 : this.counts[bucket - this.base]) ?? 0;
  }

  static readonly buckets = BUCKETS;
}
