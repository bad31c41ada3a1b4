import * as z from 'zod';
import { monthlyMoney, months } from '../quantities.js';
import { data } from './data.js';
import { isoDate } from './dates.js';
import { growth } from './growth.js';
import { jobs } from './jobs.js';
import { pools } from './pools.js';
import { anyDuration, count, either, optional, positiveDuration, quantity, strict, text } from './primitives.js';
import { overflowTo, regions, weights } from './regions.js';
import { rules } from './rules.js';
import { services } from './services.js';

const ROUTING_POLICIES = [
  'least-outstanding',
  'join-shortest-queue',
  'round-robin',
  'random',
  'power-of-two',
  'prefix-aware',
  'session-affinity',
  'weighted',
  'nearest',
] as const;

/** The whole file. Its output has canonical units but no defaults yet: `completeScenario` fills those in. */
export const scenarioSchema = strict({
  version: z.literal(1).describe('version of this format'),
  name: optional(() => text().describe('name of the scenario; the file name unless given')),
  seed: optional(() => count(0).describe('seed of all random streams')),
  start: optional(() => isoDate().describe('first day of the forecast')),
  horizon: optional(() =>
    quantity(months, { above: 0, max: 600, whole: true }).describe(
      'months that a forecast covers, for example 12 months',
    ),
  ),
  window: optional(() =>
    positiveDuration().describe('what simulate covers; the busiest hour of a normal week unless given'),
  ),
  warmup: optional(() => anyDuration().describe('time dropped at the start; detected unless given')),
  replications: optional(() => count(1, 100_000).describe('independent runs')),
  calibration: optional(() =>
    either('expected a file, or a list of files', [
      text().describe('a latency profile that calibrate --write made, relative to the scenario'),
      z.array(text()).min(1).describe('several, for different engines, accelerators or precisions'),
    ]).describe('latency profiles of your own, laid over the built-in ones where they were fitted'),
  ),
  services: services().describe('what is served'),
  pools: optional(() => pools().describe('what it is served on')),
  routing: optional(() =>
    strict({
      policy: optional(() => z.enum(ROUTING_POLICIES).describe('how requests choose a replica')),
      weights: optional(() => weights().describe('shares, for policy: weighted')),
      overflow: optional(() =>
        count(1).describe(
          'requests that wait at each replica of a region before the next is tried, for policy: nearest',
        ),
      ),
      overflow_to: optional(() => overflowTo().describe('a token API for what the fleet has no room for')),
    }).describe('load balancing'),
  ),
  growth: optional(() => growth().describe('how drivers change over the horizon')),
  data: optional(() => data().describe('stored data and its cost')),
  jobs: optional(() => jobs().describe('batch and training jobs on what services leave of their pools')),
  training: optional(() => z.array(z.record(z.string(), z.unknown())).describe('training jobs')),
  regions: optional(() => regions().describe('where users are')),
  budget: optional(() =>
    strict({ monthly: quantity(monthlyMoney, { above: 0 }).describe('for example 45_000 USD') }).describe(
      'what may be spent',
    ),
  ),
  rules: optional(() => rules().describe('rules of the gate')),
}).describe('A Plimsoll scenario');

export type ScenarioInput = z.output<typeof scenarioSchema>;
