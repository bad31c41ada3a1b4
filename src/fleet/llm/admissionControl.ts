/**
 * The gateway's answer to a request before any engine sees it: let in, or turned away for a stated reason. What is turned away uses up
 * nothing of the rates.
 */

/** Why a request was rejected. */
export type Rejection =
  /** Longer than the context, where such requests are refused. */
  | 'too_long'
  /** More KV memory than any engine has. */
  | 'kv_memory'
  /** No group of replicas that its origin allows could hold it. */
  | 'residency'
  | 'queue_full'
  | 'in_flight'
  | 'rate_limit';

export const REJECTIONS: readonly Rejection[] = [
  'too_long',
  'kv_memory',
  'residency',
  'queue_full',
  'in_flight',
  'rate_limit',
];

/** A token bucket: it fills at a rate up to `burst`, and each request takes what it costs, or is turned away. */
export interface RateLimit {
  readonly perS: number;
  readonly burst: number;
  /** What is counted: requests, or their tokens (prompt and answer, as if the answer's length were known). */
  readonly of: 'requests' | 'tokens';
}

export interface AdmissionRules {
  /** Arrivals that find as many requests waiting are turned away. */
  readonly maxWaiting?: number;
  /** Arrivals that find as many requests in the system are turned away. */
  readonly maxInFlight?: number;
  readonly rateLimit?: RateLimit;
  /** Rate limits of tenants, by their number; a tenant without one has none. */
  readonly tenantLimits?: readonly (RateLimit | undefined)[];
}

class Bucket {
  private level = 0;
  private filledAt = 0;

  constructor(private readonly limit: RateLimit) {
    this.level = limit.burst;
  }

  /** Whether there is enough for a request of so many tokens now. */
  holds(now: number, tokens: number): boolean {
    const { perS, burst } = this.limit;
    this.level = Math.min(burst, this.level + perS * (now - this.filledAt));
    this.filledAt = now;
    return this.level >= this.costOf(tokens);
  }

  take(tokens: number): void {
    this.level -= this.costOf(tokens);
  }

  private costOf(tokens: number): number {
    return this.limit.of === 'requests' ? 1 : tokens;
  }
}

export class AdmissionControl {
  private readonly shared: Bucket | undefined;
  private readonly tenants: readonly (Bucket | undefined)[];

  constructor(private readonly rules: AdmissionRules) {
    this.shared = rules.rateLimit && new Bucket(rules.rateLimit);
    this.tenants = (rules.tenantLimits ?? []).map((limit) => limit && new Bucket(limit));
  }

  /** @returns why a request is turned away; undefined lets it in */
  refusal(now: number, waiting: number, inSystem: number, tokens: number, tenant: number): Rejection | undefined {
    const { maxWaiting = Infinity, maxInFlight = Infinity } = this.rules;
    if (inSystem >= maxInFlight) return 'in_flight';
    if (waiting >= maxWaiting) return 'queue_full';
    const buckets = [this.tenants[tenant], this.shared].filter((bucket) => bucket !== undefined);
    if (buckets.filter((bucket) => !bucket.holds(now, tokens)).length > 0) return 'rate_limit';
    for (const bucket of buckets) bucket.take(tokens);
    return undefined;
  }
}
