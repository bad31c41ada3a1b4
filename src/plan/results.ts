/** What the planner answers, exactly as `forecast|recommend|compare|gate --json` print it. */
import type { Edit } from '../scenario/types.js';
import type {
  CostItem,
  Fingerprint,
  Interval,
  ServiceResult,
  SloAttainment,
  Summary,
  WeekResult,
} from '../simulate/result.js';

export interface Fan {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface ForecastPeriod {
  readonly start: string;
  readonly drivers: Readonly<Record<string, { readonly rate_per_s: number; readonly users: number | null } | number>>;
  readonly services: Readonly<
    Record<
      string,
      {
        readonly ttft_ms?: Summary;
        readonly tpot_ms?: Summary;
        readonly e2e_ms: Summary;
        readonly slo_attainment: Readonly<Record<string, SloAttainment>>;
        readonly slo_met_probability: number;
        /** A normal week of that month, night and weekend included; absent for traces and counted runs, or where it was not asked for. */
        readonly week?: WeekResult;
        readonly goodput_per_s: number;
      }
    >
  >;
  readonly pools: Readonly<
    Record<
      string,
      {
        readonly replicas: { readonly mean: number; readonly max: number };
        readonly utilization: number;
        readonly quota_used: number | null;
      }
    >
  >;
  readonly cost_usd: Fan & { readonly by_item: readonly CostItem[] };
  readonly carbon_kg: number | null;
}

export interface Breach {
  /** `services.chat.slo.ttft.p95`, `budget.monthly`, `pools.us-gpu.quota`. */
  readonly what: string;
  readonly limit: string;
  readonly probability: number;
  /** Dates by which 10, 50 and 90 % of the probability of a breach has fallen; `null` where that share is never reached. */
  readonly date: { readonly p10: string | null; readonly p50: string | null; readonly p90: string | null };
}

export interface ForecastResult {
  readonly schema_version: '1';
  readonly fingerprint: Fingerprint;
  readonly name: string;
  readonly periods: readonly ForecastPeriod[];
  readonly breaches: readonly Breach[];
  readonly total_cost_usd: Fan;
  readonly sensitivity: readonly { readonly driver: string; readonly low: number; readonly high: number }[];
  readonly budget_monthly_usd: number | null;
  readonly warnings: readonly string[];
}

export interface Violation {
  readonly what: string;
  readonly limit: string;
  readonly value: string;
}

export interface LeverOutcome {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly saving_per_month_usd: number;
  readonly ci95: Interval;
  readonly effect: Readonly<Record<string, { readonly before: number | null; readonly after: number | null }>>;
  readonly feasible: boolean;
  readonly risk: string;
  readonly check: string;
}

export interface ParetoPoint {
  readonly edits: readonly Edit[];
  readonly cost_per_month_usd: number;
  /** End to end, of the slowest service. */
  readonly p95_ms: number | null;
  readonly availability: number | null;
  readonly carbon_kg: number | null;
}

export interface RecommendResult {
  readonly schema_version: '1';
  readonly fingerprint: Fingerprint;
  readonly name: string;
  readonly base: {
    readonly cost_per_month_usd: number;
    readonly feasible: boolean;
    readonly violations: readonly Violation[];
    /** Objectives that it meets, but not with the chance that a recommended plan must have; absent where there is none. */
    readonly uncertain?: readonly Violation[];
    /** What growth breaks within the horizon, and when; absent where nothing grows. */
    readonly breaches?: readonly Breach[];
  };
  /** `null` when no candidate meets the constraints (exit 5). */
  readonly recommended: {
    readonly edits: readonly Edit[];
    readonly cost_per_month_usd: number;
    readonly saving_ci95: Interval;
    readonly feasible: boolean;
    readonly breaches?: readonly Breach[];
    readonly services: Readonly<Record<string, ServiceResult>>;
  } | null;
  readonly levers: readonly LeverOutcome[];
  readonly pareto: readonly ParetoPoint[];
  readonly search: { readonly candidates: number; readonly screened: number; readonly simulated: number };
  readonly warnings: readonly string[];
}

export interface CompareResult {
  readonly schema_version: '1';
  readonly scenarios: readonly string[];
  readonly differences: readonly {
    readonly metric: string;
    readonly values: readonly (number | null)[];
    readonly delta: number | null;
    readonly ci95: Interval;
    readonly significant: boolean;
  }[];
}

export type GateStatus = 'pass' | 'fail' | 'inconclusive';

export interface GateRuleResult {
  readonly metric: string;
  readonly limit: number;
  readonly bound: 'max' | 'min';
  readonly value: number;
  readonly ci95: Interval;
  readonly level: 'error' | 'warn' | 'info';
  readonly status: GateStatus;
  readonly location: string;
}

export interface GateResult {
  readonly schema_version: '1';
  readonly fingerprint: Fingerprint;
  readonly name: string;
  readonly verdict: GateStatus;
  readonly rules: readonly GateRuleResult[];
}
