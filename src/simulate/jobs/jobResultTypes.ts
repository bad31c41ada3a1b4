/** What a result says of a job. */
import type { LatencyProfile } from '../result.js';

/** Over replications. */
export interface Spread {
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

/** A job on what services left of its pool. Figures are means over replications unless they say otherwise. */
export interface JobResult {
  readonly kind: 'llm' | 'inference' | 'training';
  readonly pool: string;
  readonly unit: 'requests' | 'steps';
  readonly work: number;
  readonly accelerators_per_worker: number;
  readonly rate_per_worker_per_s: number;
  /** Workers that there may be at once, and the most that there were. */
  readonly workers: { readonly allowed: number; readonly max: number };
  /** UTC; times below count from here. */
  readonly start: string;
  /** How long it was followed at most. */
  readonly followed_s: number;
  readonly replications: number;
  /** First accelerators; `null` where it never got any. */
  readonly started_after_s: Spread | null;
  readonly finished_in: number;
  /** Over the replications in which it finished. */
  readonly finished_after_s: Spread | null;
  readonly deadline: { readonly after_s: number; readonly met_in: number; readonly probability: number } | null;
  readonly done: number;
  /** Done, lost to preemption and done again. */
  readonly lost: number;
  /** Workers that lost their accelerators. */
  readonly preemptions: number;
  readonly accelerator_hours: {
    readonly total: number;
    /** Lost work included. */
    readonly working: number;
    readonly lost: number;
    readonly startup: number;
    readonly checkpoints: number;
    /** On machines that services hold anyway. */
    readonly beside_services: number;
  };
  /** Machine-hours beyond those of the services, and what they add to the bill (which `cost` is without). */
  readonly additional_instance_hours: number;
  readonly cost_usd: number;
  readonly unpriced: readonly string[];
  readonly latency_profile: { readonly name: string; readonly grade: LatencyProfile['grade'] };
}
