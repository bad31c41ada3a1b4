import { basename } from 'node:path';
import { parsePath } from '../path.js';
import { poolsOf } from '../runsOn.js';
import type { ScenarioInput } from '../schema/scenario.js';
import type { DataStore, Region, Scenario, Traffic } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';
import { tenancies } from './deployment.js';
import { completeGrowth } from './growth.js';
import { completeJob } from './jobs.js';
import { completePool } from './pools.js';
import { completeOverflowTo, completeRegions, followingTheSun } from './regions.js';
import { completeRule } from './rules.js';
import { completeService } from './services.js';

/** What completing needs to know of where the scenario came from. */
export interface Origin {
  /** Name when the scenario gives none. */
  readonly name: string;
  /** `file:line` of the rule with this index. */
  readonly ruleLocation: (index: number) => string;
}

/** Bytes of one streamed token on the wire: an event with one token in JSON (assumed). */
const STREAMED_TOKEN_BYTES = 250;

/** Fills in every default. The result is the contract that the simulation reads. */
export const completeScenario = (input: ScenarioInput, origin: Origin, context: Context): Scenario => {
  const { assume } = context;
  const tenancy = tenancies(input);
  const pools = mapValues(input.pools ?? {}, (pool, name) =>
    completePool(pool, `pools.${name}`, tenancy[name]!, context),
  );
  const poolNames = Object.keys(pools);
  const onlyPool = poolNames.length === 1 ? poolNames[0] : undefined;
  const regions = completeRegions(input.regions, context);
  const services = mapValues(input.services, (service, name) => {
    const isShared = poolsOf({ runs_on: service.runs_on ?? onlyPool ?? [] }).some((pool) => tenancy[pool]?.isShared);
    const completed = completeService(service, `services.${name}`, onlyPool, isShared, context);
    if (completed.kind !== 'llm' || regions === undefined) return completed;
    warnOfStillSun(name, completed.traffic, regions, context);
    const traffic = {
      ...followingTheSun(completed.traffic, regions),
      response_bytes_per_token:
        completed.traffic.response_bytes_per_token ??
        assume(
          `services.${name}.traffic.response_bytes_per_token`,
          STREAMED_TOKEN_BYTES,
          'a chat.completion.chunk of an OpenAI-compatible stream is 200 to 300 bytes',
        ),
    };
    return { ...completed, traffic };
  });
  const jobs = input.jobs && mapValues(input.jobs, (job, name) => completeJob(job, `jobs.${name}`, onlyPool, context));
  warnOfIdlePools(poolNames, services, jobs ?? {}, context);
  const isCounted = Object.values(services).some(
    ({ traffic }) => traffic.requests !== undefined || traffic.trace !== undefined,
  );
  const window =
    input.window ??
    (isCounted ? undefined : assume('window', 3600, 'the busiest hour of a normal week', { shown: '1 h' }));
  return {
    version: 1,
    name: input.name ?? assume('name', origin.name, 'the file name'),
    seed: input.seed ?? assume('seed', 1, 'any seed would do; a fixed one makes runs repeatable'),
    start: input.start ?? assume('start', '2027-01-01', 'a fixed date makes forecasts repeatable'),
    horizon: input.horizon ?? assume('horizon', 12, 'a budget year', { shown: '12 months' }),
    ...given({ window, warmup: input.warmup }),
    replications:
      input.replications ??
      assume(
        'replications',
        window === undefined ? 1 : 5,
        window === undefined ? 'exactly the requests of the trace or cap' : 'enough for 95 % intervals',
      ),
    ...given({ calibration: completeCalibration(input.calibration, context) }),
    services,
    pools,
    routing: {
      policy:
        (input.routing?.policy as Scenario['routing']['policy'] | undefined) ??
        assume('routing.policy', 'least-outstanding' as const, 'common default of inference gateways'),
      ...(input.routing?.weights && { weights: input.routing.weights }),
      ...given({ overflow: input.routing?.overflow, overflow_to: completeOverflowTo(input, context) }),
    },
    ...given({ regions, jobs }),
    growth: completeGrowth(input.growth ?? {}, context),
    data: mapValues(
      input.data ?? {},
      (store, name): DataStore => ({
        ...store,
        replication:
          store.replication ??
          assume(`data.${name}.replication`, 1, 'prices of object stores include their own replication'),
      }),
    ),
    ...given({ budget: input.budget }),
    rules: (input.rules ?? []).map((rule, index) => completeRule(rule, origin.ruleLocation(index))),
  };
};

/** The texts of the profiles. They are read here so that a scenario is a value: equal texts, equal answers, on every thread. */
const completeCalibration = (
  stated: ScenarioInput['calibration'],
  { files, report }: Context,
): Scenario['calibration'] => {
  if (stated === undefined) return undefined;
  const isOne = typeof stated === 'string';
  return (isOne ? [stated] : stated).flatMap((path, index) => {
    const text = files.exists(path) ? files.read(path) : undefined;
    // A file that is not there is reported with all others that are not.
    if (text === undefined && files.exists(path)) {
      const where = isOne ? ['calibration'] : ['calibration', index];
      report({
        code: 'E1402',
        path: where,
        message: `${path} is not a text file`,
        hint: 'calibrate --write makes one',
      });
    }
    return text === undefined ? [] : [{ file: basename(path), text }];
  });
};

const mapValues = <In, Out>(
  record: Readonly<Record<string, In>>,
  map: (value: In, key: string) => Out,
): Record<string, Out> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));

/** A population, or a trace, has its own times: the sun does not move it. */
const warnOfStillSun = (name: string, traffic: Traffic, regions: readonly Region[], context: Context): void => {
  if (traffic.rate !== undefined || regions.every(({ utc_offset }) => utc_offset === 0)) return;
  context.report({
    code: 'W1702',
    severity: 'warning',
    path: parsePath(`services.${name}.traffic`)!,
    at: 'key',
    message: `utc_offset has no effect on services.${name}: only a rate follows the weekly shape of each region`,
  });
};

const warnOfIdlePools = (
  names: readonly string[],
  services: Scenario['services'],
  jobs: NonNullable<Scenario['jobs']>,
  context: Context,
): void => {
  const used = new Set([...Object.values(services), ...Object.values(jobs)].flatMap(poolsOf));
  for (const name of names.filter((pool) => !used.has(pool))) {
    context.report({
      code: 'W1702',
      severity: 'warning',
      path: parsePath(`pools.${name}`)!,
      at: 'key',
      message: `no service runs on the pool "${name}"; it is paid for all the same`,
      hint: 'remove it, or name it in runs_on',
    });
  }
};
