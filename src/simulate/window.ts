/** Which stretch of time a simulation covers, how often it is repeated, and how its intervals are found. */
import type { Scenario, Service } from '../scenario/types.js';
import { busiestHours } from '../workload/intensity.js';

export interface RunPlan {
  /** `null` when the run covers exactly its requests and ends with the last answer. */
  readonly windowS: number | null;
  readonly replications: number;
  /** Batches of requests that stand for replications in a single run; 1 with several replications. */
  readonly batches: number;
  /** `undefined` asks for detection. */
  readonly warmupS: number | undefined;
}

const DEFAULT_REPLICATIONS = 5;
const BATCHES = 20;

/** The run of one service under the rules of the interface (a trace or a cap of requests without a window runs to its end). */
export function runPlan(scenario: Scenario, service: Service): RunPlan {
  const capped = scenario.window === undefined && (service.traffic.requests !== undefined || service.traffic.trace !== undefined);
  const replications = scenario.replications ?? (capped ? 1 : DEFAULT_REPLICATIONS);
  return {
    windowS: capped ? null : (scenario.window ?? 3600),
    replications,
    batches: replications === 1 ? BATCHES : 1,
    warmupS: scenario.warmup ?? (capped ? 0 : undefined),
  };
}

/** The busiest hours of the week that a window covers. */
export function busiestWindow(weights: readonly number[], windowS: number | null): { readonly startHour: number; readonly factor: number } {
  if (windowS === null) return { startHour: 0, factor: 1 };
  return busiestHours(weights, Math.min(weights.length, Math.max(1, Math.ceil(windowS / 3600))));
}
