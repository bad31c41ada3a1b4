import { Histogram } from '../../kernel/histogram.js';
import { stationEngine } from './engine.js';
import { FIELD } from './fields.js';
import { NetworkEngine, type NetworkSpec } from './network.js';
import type { Kept, StationHistograms, StationStatistics, Stretch } from './statistics.js';
import type { ArrivalSource, RequestSink, StationEngine, StationSpec } from './types.js';

export interface StationRunOptions {
  /** End of the run in seconds; without it the run ends when the source is exhausted and the last request has left. */
  readonly untilTimeS?: number;
  /** Requests to offer before the source is cut off; only needed for sources that do not end. */
  readonly requests?: number;
  /** Seconds at the start that are simulated and not counted; 0 unless given. */
  readonly warmupS?: number;
  /** Stretches for batch means: of equal time where the run ends by time, of equal arrivals where `requests` is given; 1 unless given. */
  readonly batches?: number;
  readonly sink?: RequestSink;
  /** Distributions to keep; all unless given. Those not kept are empty. */
  readonly keep?: Kept;
}

export interface StationOutcome {
  /** Of requests that came after the warm-up; arrived = completed + rejected + abandoned + failed + in_flight. */
  readonly counts: {
    readonly arrived: number;
    readonly completed: number;
    readonly rejected: number;
    readonly abandoned: number;
    readonly failed: number;
    readonly in_flight: number;
  };
  /** Requests in the system when counting began, and those of them that left since. They are in no count above. */
  readonly carriedIn: number;
  readonly carriedOut: number;
  /** Counted time in seconds, and when counting began. */
  readonly durationS: number;
  readonly startS: number;
  /** Seconds, over completed requests: time not in service (zeros included), in the system, in service. */
  readonly wait: Histogram;
  readonly sojourn: Histogram;
  readonly service: Histogram;
  readonly classes: readonly { readonly wait: Histogram; readonly sojourn: Histogram; readonly service: Histogram }[];
  readonly queueLength: { readonly mean: number; readonly max: number };
  readonly inSystem: { readonly mean: number; readonly max: number };
  readonly busyServers: number;
  readonly settingUpServers: number;
  /** Share of offered requests that were admitted and had to wait. */
  readonly probabilityWait: number;
  /** All sums of the counted time (see FIELD). */
  readonly record: Float64Array;
  /** The stretches, for batch means and batch quantiles. */
  readonly batches: readonly Stretch[];
}

const KEEP_ALL = { wait: true, sojourn: true, service: true } as const;

/**
 * Runs one station over its arrivals.
 *
 * @throws Error where a conservation law or Little's law does not hold: a bug of ours.
 * @throws RangeError for a spec that is not supported.
 */
export function simulateStation(
  spec: StationSpec,
  arrivals: ArrivalSource,
  options: StationRunOptions,
): StationOutcome {
  const engine = stationEngine(spec, limited(arrivals, spec, options), options.keep ?? KEEP_ALL);
  return observed(engine, [engine.statistics], options)[0]!;
}

/** What a network did as a whole (of requests from entry to exit), and each of its stations (of visits). */
export interface NetworkOutcome {
  readonly whole: StationOutcome;
  readonly stations: readonly StationOutcome[];
}

/**
 * Runs a network of stations over its arrivals. `options` are of the network: its requests, its sink.
 *
 * @throws Error where a conservation law or Little's law does not hold: a bug of ours.
 * @throws RangeError for a station that is not supported.
 */
export function simulateNetwork(
  spec: NetworkSpec,
  arrivals: ArrivalSource,
  options: StationRunOptions,
): NetworkOutcome {
  const keep = options.keep ?? KEEP_ALL;
  const engine = new NetworkEngine(spec, limited(arrivals, spec, options), keep, keep);
  const all = [engine.statistics, ...engine.stations.map((station) => station.statistics)];
  const [whole, ...stations] = observed(engine, all, options);
  return { whole: whole!, stations };
}

/** Drives an engine through warm-up and stretches; the outcome of each of `all`, the first of which is the engine's own. */
function observed(
  engine: StationEngine,
  all: readonly StationStatistics[],
  options: StationRunOptions,
): StationOutcome[] {
  const { statistics } = engine;
  const startS = options.warmupS ?? 0;
  if (startS > 0) {
    engine.advance(startS, Infinity);
    for (const each of all) each.restart();
  }
  if (options.sink !== undefined) statistics.sink = options.sink;
  const requests = (options.requests ?? Infinity) - statistics.arrived;
  const carriedIn = all.map(({ inSystem }) => inSystem);
  const batches = runStretches(engine, all, options, startS, requests);
  return all.map((each, i) => {
    each.assertLittle();
    return outcomeOf(
      each,
      batches.map((stretches) => stretches[i]!),
      startS,
      carriedIn[i]!,
    );
  });
}

function runStretches(
  engine: StationEngine,
  all: readonly StationStatistics[],
  options: StationRunOptions,
  startS: number,
  requests: number,
): Stretch[][] {
  const count = options.batches ?? 1;
  const first = engine.statistics.arrived;
  const end = options.untilTimeS ?? Infinity;
  const stretches: Stretch[][] = [];
  for (let i = 1; i <= count; i++) {
    const last = i === count;
    if (end < Infinity) engine.advance(last ? end : startS + ((end - startS) * i) / count, Infinity);
    else
      engine.advance(Infinity, last || requests === Infinity ? Infinity : first + Math.floor((requests * i) / count));
    stretches.push(all.map((each) => each.take()));
  }
  return stretches;
}

function outcomeOf(
  statistics: StationStatistics,
  batches: readonly Stretch[],
  startS: number,
  carriedIn: number,
): StationOutcome {
  const record = new Float64Array(batches[0]!.record.length);
  for (const batch of batches) for (let i = 0; i < record.length; i++) record[i]! += batch.record[i]!;
  const of = (name: keyof typeof FIELD): number => record[FIELD[name]]!;
  const counts = {
    arrived: of('offered'),
    completed: of('completed'),
    rejected: of('rejected'),
    abandoned: of('abandoned'),
    failed: 0,
    in_flight: statistics.countedInSystem,
  };
  if (counts.arrived !== counts.completed + counts.rejected + counts.abandoned + counts.in_flight) {
    throw new Error(`requests are not conserved: ${JSON.stringify(counts)}`);
  }
  const durationS = of('duration');
  const perTime = (name: keyof typeof FIELD): number => (durationS > 0 ? of(name) / durationS : 0);
  const stillCarried = statistics.inSystem - statistics.countedInSystem;
  return {
    counts,
    carriedIn,
    carriedOut: carriedIn - stillCarried,
    durationS,
    startS,
    ...merged(batches.map((batch) => batch.histograms)),
    classes: statistics.classHistograms.map((own) => merged([own])),
    queueLength: { mean: perTime('waiting'), max: statistics.maxWaiting },
    inSystem: { mean: perTime('inSystem'), max: statistics.maxInSystem },
    busyServers: perTime('busy'),
    settingUpServers: perTime('settingUp'),
    probabilityWait: counts.arrived > 0 ? of('delayed') / counts.arrived : 0,
    record,
    batches,
  };
}

function merged(parts: readonly StationHistograms[]): { wait: Histogram; sojourn: Histogram; service: Histogram } {
  const all = { wait: new Histogram(), sojourn: new Histogram(), service: new Histogram() };
  for (const part of parts) {
    if (part.wait !== undefined) all.wait.merge(part.wait);
    if (part.sojourn !== undefined) all.sojourn.merge(part.sojourn);
    if (part.service !== undefined) all.service.merge(part.service);
  }
  return all;
}

/** The source as the options cut it off. */
function limited(
  source: ArrivalSource,
  { groupSize = 1 }: { readonly groupSize?: number },
  { requests = Infinity }: StationRunOptions,
): ArrivalSource {
  return requests < Infinity ? cutOff(source, requests, groupSize) : source;
}

/** The source until it has given `requests` requests in groups of `groupSize`. */
function cutOff(source: ArrivalSource, requests: number, groupSize: number): ArrivalSource {
  let left = Math.ceil(requests / groupSize);
  return {
    get time() {
      return left > 0 ? source.time : Infinity;
    },
    get user() {
      return source.user;
    },
    advance() {
      left--;
      source.advance();
    },
    answered(user, time) {
      source.answered(user, time);
    },
  };
}
