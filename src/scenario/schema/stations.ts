import * as z from 'zod';
import { durations } from './distributions.js';
import { anyDuration, count, either, fraction, number, optional, strict, text } from './primitives.js';

const DISCIPLINES = ['fcfs', 'lcfs', 'preemptive-lcfs', 'ps', 'priority', 'preemptive-priority'] as const;

/** What every station may say of itself, alone in its service or one of several; `service_time` is the one key that it needs. */
export const stationKeys = () => ({
  servers: optional(() =>
    either('expected a number of servers, or infinite', [
      count(1, 1e6).describe('servers'),
      z.literal('infinite').describe('a server for everyone'),
    ]).describe('parallel servers'),
  ),
  discipline: optional(() =>
    z
      .enum(DISCIPLINES)
      .describe(
        'order of service: first come (fcfs), last come (lcfs; preemptive-lcfs interrupts and resumes), all at once (ps, processor sharing), or by class (priority; preemptive-priority interrupts and resumes)',
      ),
  ),
  capacity: optional(() =>
    either('expected a number of places, or unlimited', [
      count(1, 1e9).describe('places, in service and waiting; further arrivals are rejected'),
      z.literal('unlimited').describe('no limit'),
    ]).describe('places in the system'),
  ),
  patience: optional(() => durations().describe('how long a request waits before it leaves')),
  setup_time: optional(() =>
    durations().describe('time to wake a server, which goes cold as soon as it finds nobody waiting'),
  ),
  sharing_limit: optional(() =>
    count(1, 1e6).describe(
      'with discipline: ps, how many share at most (limited processor sharing); the others wait in order',
    ),
  ),
  load_dependent_rate: optional(() =>
    z
      .array(number({ above: 0, max: 1e6 }))
      .min(1)
      .max(10_000)
      .describe(
        'with discipline: ps, speed of the whole station with 1, 2, 3, … requests in service, where 1 does a service_time in its own time; the last holds beyond',
      ),
  ),
  batching: optional(() =>
    strict({
      max_batch: count().describe('requests served together at most'),
      per_item: optional(() =>
        anyDuration().describe('time that each request taken into a batch adds to the service time'),
      ),
      joinable: optional(() =>
        z.boolean().describe('arrivals may enter a batch under way that has room, and leave with it'),
      ),
    }).describe('service in batches: a free server takes whoever waits'),
  ),
});

/** A station name, or probabilities by station name. */
const towards = (what: string) =>
  either('expected the name of a station, or probabilities such as { search: 0.2 }', [
    text().describe('name of a station: all go there'),
    z.record(z.string(), fraction({ above: 0, max: 1 })).describe(what),
  ]);

const STATION_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Stations by name, and where requests go between them. */
export const chainKeys = () => ({
  stations: optional(() =>
    z
      .record(
        z.string().regex(STATION_NAME),
        strict({
          service_time: durations().describe('distribution of service times of one visit'),
          ...stationKeys(),
          next: optional(() =>
            towards('probability by station; who goes to none of them leaves').describe(
              'where requests go after a visit; they leave unless given',
            ),
          ),
        }),
      )
      .describe('several stations with requests going from one to another, instead of a single one'),
  ),
  entry: optional(() =>
    towards('probability by station; they sum to 1').describe('where requests come in; the first station unless given'),
  ),
});
