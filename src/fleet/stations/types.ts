import type { Uniform } from '../../kernel/random.js';
import type { Draw } from '../../kernel/variates.js';
import type { StationStatistics } from './statistics.js';

/**
 * Where a station's requests come from, read one at a time: look at `time` (seconds, `Infinity` when none is known yet) and call
 * `advance()` to move on. A closed loop learns from `answered` that a user may think again. Any request source of the workload room fits.
 */
export interface ArrivalSource {
  time: number;
  user: number;
  advance(): void;
  answered(user: number, time: number): void;
}

/**
 * Order of service. `fcfs`, `lcfs` and `priority` never interrupt a service; `preemptive-lcfs` interrupts whoever of those in service came
 * first, `preemptive-priority` the lowest class, and both resume it later where it stopped; under `ps` all present requests share the
 * servers, each at rate min(1, servers/present).
 */
export type StationDiscipline = 'fcfs' | 'lcfs' | 'preemptive-lcfs' | 'ps' | 'priority' | 'preemptive-priority';

/** A station as data: counts, limits and draws (each from its own stream). Times are seconds. */
export interface StationSpec {
  /** `Infinity` for an infinite-server station. */
  readonly servers: number;
  readonly discipline: StationDiscipline;
  /** Service requirement of a request: its service time at unit speed. With classes, one draw for each or one for all. */
  readonly service: Draw | readonly Draw[];
  /** Places in the system, waiting and in service; arrivals beyond are rejected. */
  readonly capacity: number;
  /** Requests that come together at each arrival time; 1 unless given. */
  readonly groupSize?: number;
  /** Longest wait before service begins; a request whose patience ends leaves unserved. */
  readonly patience?: Draw;
  /** Time to wake a cold server. A server goes cold as soon as it finds nobody waiting, and one wakes for each waiting request. */
  readonly setup?: Draw;
  /** After a service the request joins the tail again with this probability; `draw` gives the further service times. */
  readonly feedback?: { readonly probability: number; readonly uniform: Uniform; readonly service: Draw };
  /** Number of classes (0 is served first) and the draw of an arrival's class. */
  readonly classes?: { readonly count: number; readonly pick: Draw };
  /** Limited processor sharing: at most `limit` requests share, each at `speed(sharing)`; the others wait in order of arrival. */
  readonly sharing?: { readonly limit: number; readonly speed: (sharing: number) => number };
  /**
   * A server takes up to `maxBatch` waiting requests at once, for one service time plus `perItem` seconds for each request taken.
   * `joinable`: arrivals may enter a batch in service that has room, and leave with it.
   */
  readonly batching?: { readonly maxBatch: number; readonly perItem: number; readonly joinable?: boolean };
}

/** How a request left the station. */
export type StationExit = 'completed' | 'rejected' | 'abandoned';

/** Receives every counted request that leaves: arrival time, wait before service, time in the system (seconds), class. */
export type RequestSink = (arrivedAtS: number, waitS: number, sojournS: number, exit: StationExit, cls: number) => void;

/** Where a station reports that a request has left it (completed, rejected or abandoned), after how many seconds out of service. */
export type Departures = (user: number, time: number, exit: StationExit, waitS: number) => void;

/** A station as a machine that a driver (or a network) steps: it shows its next event and takes arrivals. Times never go back. */
export interface Station {
  readonly statistics: StationStatistics;
  /** Time of the next event of its own, `Infinity` when none is due. */
  nextTime(): number;
  /** Handles that event. */
  fire(): void;
  /** Offers one request of class `cls` (0 where there are no classes) at `time`. */
  arrive(time: number, user: number, cls: number): void;
}

/** A station with its arrivals, run piece by piece. */
export interface StationEngine {
  readonly statistics: StationStatistics;
  /** Handles events up to and including `untilTime`; stops earlier after the arrival that makes `statistics.arrived` reach `untilArrived`. */
  advance(untilTime: number, untilArrived: number): void;
  /** Nobody is in the station and nobody will come. */
  isDone(): boolean;
}
