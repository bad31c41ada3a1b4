/**
 * The gateway's answer to a request before any engine sees it: let in, or turned away for a stated reason. What is turned away uses up
 * nothing of the rates.
 */
import type { Clock } from '../../kernel/clock.js';
import type { LlmMetrics } from './metrics.js';
import type { RequestTable } from './requestTable.js';

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
  | 'rate_limit'
  /** Its client's circuit breaker is open. */
  | 'circuit_open';

export const REJECTIONS: readonly Rejection[] = [
  'too_long',
  'kv_memory',
  'residency',
  'queue_full',
  'in_flight',
  'rate_limit',
  'circuit_open',
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
  /** Arrivals that find as many requests in the fleet are turned away; those that are with their clients are not there. */
  readonly maxInFlight?: number;
  readonly rateLimit?: RateLimit;
  /** Rate limits of tenants, by their number; a tenant without one has none. */
  readonly tenantLimits?: readonly (RateLimit | undefined)[];
}

class Bucket {
  private level = 0;
  private filledAt = 0;

  constructor(
    private readonly limit: RateLimit,
    private readonly clock: Clock,
  ) {
    this.level = limit.burst;
  }

  /** Whether there is enough for a request of so many tokens now. */
  holds(tokens: number): boolean {
    const { perS, burst } = this.limit;
    const { now } = this.clock;
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
  private readonly maxWaiting: number;
  private readonly maxInFlight: number;
  private readonly shared: Bucket | undefined;
  private readonly tenants: readonly (Bucket | undefined)[];

  constructor(
    rules: AdmissionRules,
    clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
  ) {
    this.maxWaiting = rules.maxWaiting ?? Infinity;
    this.maxInFlight = rules.maxInFlight ?? Infinity;
    this.shared = rules.rateLimit && new Bucket(rules.rateLimit, clock);
    this.tenants = (rules.tenantLimits ?? []).map((limit) => limit && new Bucket(limit, clock));
  }

  /** @returns why a request, or a client's next try of it, is turned away; undefined lets it in */
  refusal(tokens: number, tenant: number): Rejection | undefined {
    return this.full() ?? this.limited(tokens, tenant);
  }

  /** Why the fleet takes nobody now. */
  full(): Rejection | undefined {
    if (this.table.inFleet >= this.maxInFlight) return 'in_flight';
    if (this.metrics.waiting.value >= this.maxWaiting) return 'queue_full';
    return undefined;
  }

  /** Whether a rate limit is used up; what is not turned away takes from it. */
  limited(tokens: number, tenant: number): Rejection | undefined {
    const { shared } = this;
    const own = this.tenants[tenant];
    if (own !== undefined && !own.holds(tokens)) return 'rate_limit';
    if (shared !== undefined && !shared.holds(tokens)) return 'rate_limit';
    if (own !== undefined) own.take(tokens);
    if (shared !== undefined) shared.take(tokens);
    return undefined;
  }
}
