/** Which stretch of time a simulation covers, how often it is repeated, and how its intervals are found. */
import type { Scenario, Service, Traffic } from '../scenario/types.js';
import { busiestHours } from '../workload/intensity.js';
import type { PreparedService, World } from './world/world.js';

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
/** Few and long: batches of correlated waits must be long for their means to be nearly independent (bench:coverage). */
const BATCHES = 10;

/** The run of one service under the rules of the interface (a trace or a cap of requests without a window runs to its end). */
export function runPlan(scenario: Scenario, service: Service): RunPlan {
  const capped =
    scenario.window === undefined && (service.traffic.requests !== undefined || service.traffic.trace !== undefined);
  const replications = scenario.replications ?? (capped ? 1 : DEFAULT_REPLICATIONS);
  return {
    windowS: capped ? null : (scenario.window ?? 3600),
    replications,
    batches: replications === 1 ? BATCHES : 1,
    warmupS: scenario.warmup ?? (capped ? 0 : undefined),
  };
}

/**
 * The same scenario over a window short enough to hold about `requests` requests, for trials and first looks. Runs that end with their
 * requests stay whole, and a window is never lengthened.
 */
export function shortenedTo(scenario: Scenario, requests: number): Scenario {
  const services = Object.values(scenario.services);
  if (services.some((service) => runPlan(scenario, service).windowS === null)) return scenario;
  const perS = services.map(({ traffic }) => meanPerS(traffic));
  const window = Math.max(LEAST_WINDOW_S, requests / Math.max(1e-9, ...perS));
  return window < (scenario.window ?? 3600) ? { ...scenario, window } : scenario;
}

/** Requests of a service over a window (or in its whole run), about. */
export function requestsOf(world: World, prepared: PreparedService, windowS: number | null): number {
  const { traffic } = prepared.service;
  const most = Math.min(traffic.requests ?? Infinity, prepared.trace?.arrivedAtS.length ?? Infinity);
  if (windowS === null) return most;
  return Math.min(most, meanPerS(traffic) * world.drivers.users * Math.max(...traffic.shape.weights) * windowS);
}

/** Requests per second of the start, about: a rate is of groups where requests come together. */
export function meanPerS({ rate, users, batch_size }: Traffic): number {
  if (rate !== undefined) return rate * batch_size;
  return users ? users.concurrent / TURNAROUND_S : 1;
}

/** Seconds between two requests of a user, about: only to size runs. */
const TURNAROUND_S = 30;
const LEAST_WINDOW_S = 300;

/** The busiest hours of the week that a window covers. */
export function busiestWindow(
  weights: readonly number[],
  windowS: number | null,
): { readonly startHour: number; readonly factor: number } {
  if (windowS === null) return { startHour: 0, factor: 1 };
  return busiestHours(weights, Math.min(weights.length, Math.max(1, Math.ceil(windowS / 3600))));
}
