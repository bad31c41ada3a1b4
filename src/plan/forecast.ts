/** Latency and cost for each month of the horizon, as users, data and model grow, and the dates at which something breaks. */
import type { Catalog } from '../catalog/open.js';
import type { Scenario, Service } from '../scenario/types.js';
import { driversAt } from '../simulate/drivers.js';
import type { CostItem, FleetOfWeek, PoolResult, SimulationResult, WeekResult } from '../simulate/result.js';
import { tenantsOf } from '../simulate/sharing/shares.js';
import { inThisThread, type RunTasks, type Simulator, tasksInThisThread } from '../simulate/simulator.js';
import { windowOf } from '../simulate/week/startHour.js';
import { simulateWeek } from '../simulate/week/week.js';

import { buildWorld, type TraceCache, type World, type WorldFinding } from '../simulate/world/world.js';
import { traceSpanS } from '../workload/trace.js';
import { breachOf, periodStarts, type Watched } from './breaches.js';
import { limitOf } from './constraints.js';
import { fittedGrowth } from './fittedGrowth.js';
import type { Fan, ForecastPeriod, ForecastResult } from './results.js';
import { type BillAt, dataSensitivity, loadSensitivity } from './sensitivity.js';

export interface ForecastOptions {
  readonly seed?: number;
  readonly replications?: number;
  /** Called after each period with the periods done and in all. */
  readonly onProgress?: (done: number, all: number) => void;
  /** Stops early between periods. */
  readonly signal?: AbortSignal;
  /** Awaited between periods: lets a worker hear that its answer is no longer wanted. */
  readonly pause?: () => Promise<void>;
  /** Who simulates; this thread unless given. */
  readonly simulator?: Simulator;
  readonly runTasks?: RunTasks;
  /** Also simulates a whole week of each month: by a stratified sample of its load levels, or every second of it. */
  readonly week?: 'strata' | 'exhaustive';
}

export type ForecastOutcome =
  | { readonly ok: true; readonly result: ForecastResult; readonly first: SimulationResult }
  | { readonly ok: false; readonly findings: readonly WorldFinding[] };

/** Hours of a month, as bills count them. */
const HOURS = 730;
const FORECAST_REPLICATIONS = 3;

/**
 * Simulates the busiest window of each month. Growth applies from the start date on: month 0 is the scenario as written, month i stands
 * at its first day.
 */
export async function forecast(
  given: Scenario,
  catalog: Catalog,
  options: ForecastOptions = {},
): Promise<ForecastOutcome> {
  const { scenario: whole, notes } = await fittedGrowth(given);
  const { jobs, ...scenario } = whole;
  const starts = periodStarts(scenario.start, scenario.horizon);
  const traces: TraceCache = new Map();
  const periods: ForecastPeriod[] = [];
  const results: SimulationResult[] = [];
  const warnings = new Set<string>(notes);
  if (jobs)
    warnings.add(
      `not supported yet: forecasts of jobs (${Object.keys(jobs).join(', ')}): periods and their costs are without them`,
    );
  const under: { world: World; start: string; simulated: Promise<SimulationResult>; week: Week | undefined }[] = [];
  const weeks = new Map<string, Week>();
  let done = 0;
  const known = new Map<string, Promise<SimulationResult>>();
  const simulator = options.simulator ?? inThisThread;
  for (const [month, start] of starts.entries()) {
    if (month > 0 && options.signal?.aborted) break;
    // Jobs are looked at once: the first month's simulation tells of them.
    const asOf = month === 0 ? whole : scenario;
    const built = await buildWorld(asOf, catalog, driversAt(scenario.growth, month, start), traces);
    if (!built.ok) {
      if (month === 0) return built;
      // Growth has outrun the hardware: the forecast ends here and says so.
      warnings.add(`from ${start}: ${built.findings.map((finding) => finding.message).join('; ')}`);
      break;
    }
    // Months with the same drivers are the same system under the same seed: the same answer.
    const drivers = JSON.stringify(built.world.drivers);
    const simulated =
      known.get(drivers) ??
      simulator(built.world, {
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        replications: options.replications ?? scenario.replications ?? FORECAST_REPLICATIONS,
      });
    known.set(drivers, simulated);
    const week = options.week === undefined ? undefined : (weeks.get(drivers) ?? weekOf(built.world, options));
    if (week) weeks.set(drivers, week);
    under.push({ world: built.world, start, simulated, week });
    simulated.then(
      () => options.onProgress?.(++done, starts.length),
      // Whoever awaits it hears of a failure.
      () => undefined,
    );
    week?.catch(() => undefined);
    await options.pause?.();
  }
  for (const [month, { world, start, simulated }] of under.entries()) {
    const result = await simulated;
    const week = await under[month]!.week;
    for (const warning of result.warnings) warnings.add(month === 0 ? warning : `from ${start}: ${warning}`);
    results.push(result);
    periods.push(periodOf(world, result, start, week ?? {}));
  }
  const costs = periods.map((period) => period.cost_usd.p50);
  const ofData = dataSensitivity(scenario, catalog, starts, costs);
  const billAt: BillAt = async (grown, month) => {
    const built = await buildWorld(grown, catalog, driversAt(grown.growth, month, starts[month]!), traces);
    if (!built.ok) return undefined;
    const seed = options.seed === undefined ? {} : { seed: options.seed };
    return (await simulator(built.world, { ...seed, replications: 1 })).cost.per_month_usd;
  };
  const { world } = under[0]!;
  const varies = [...Object.values(world.pools), ...Object.values(world.shares)].some(({ scaling }) => scaling);
  return {
    ok: true,
    first: results[0]!,
    result: {
      schema_version: '1',
      fingerprint: results[0]!.fingerprint,
      name: scenario.name,
      periods,
      breaches: breachesOf(scenario, periods),
      total_cost_usd: flatFan(costs.reduce((total, cost) => total + cost, 0)),
      sensitivity: varies ? await loadSensitivity(scenario, costs, ofData, billAt) : ofData,
      budget_monthly_usd: scenario.budget?.monthly ?? null,
      warnings: firstOfEach([...warnings]),
    },
  };
}

/** Fixed fleets cost the same whatever the load: the fan has no width until prices, purchases or fleets vary. */
function flatFan(value: number): Fan {
  return { p10: value, p50: value, p90: value };
}

type Week = Promise<Record<string, WeekResult>>;

function weekOf(world: World, options: ForecastOptions): Week {
  return simulateWeek(world, {
    seed: options.seed ?? world.scenario.seed,
    replications: options.replications ?? world.scenario.replications ?? FORECAST_REPLICATIONS,
    exhaustive: options.week === 'exhaustive',
    runTasks: options.runTasks ?? tasksInThisThread,
  });
}

function periodOf(world: World, result: SimulationResult, start: string, weeks: Weeks): ForecastPeriod {
  const { usd, items } = monthOf(world, result, weeks);
  return {
    start,
    drivers: { ...driverFigures(world), data_bytes: world.data.reduce((total, data) => total + data.bytes, 0) },
    services: Object.fromEntries(
      Object.entries(result.services).map(([name, service]) => [
        name,
        {
          ...(service.ttft_ms && { ttft_ms: service.ttft_ms }),
          ...(service.tpot_ms && { tpot_ms: service.tpot_ms }),
          e2e_ms: service.e2e_ms,
          slo_attainment: service.slo_attainment,
          slo_met_probability: Object.values(service.slo_attainment).reduce(
            (p, slo) => Math.min(p, slo.probability),
            1,
          ),
          goodput_per_s: service.goodput_per_s,
          ...(weeks[name] && { week: weeks[name] }),
        },
      ]),
    ),
    pools: Object.fromEntries(
      Object.entries(result.pools).map(([name, pool]) => [
        name,
        {
          replicas: replicasOf(pool, fleetsOf(world, weeks).get(name)),
          utilization: pool.utilization.of_capacity,
          quota_used: pool.quota_used,
        },
      ]),
    ),
    cost_usd: { ...flatFan(usd), by_item: items },
    carbon_kg: result.energy.carbon_kg_per_month,
  };
}

type Weeks = Readonly<Record<string, WeekResult>>;

/** Fleets that vary, by pool, as the weeks that were asked for saw them. */
function fleetsOf(world: World, weeks: Weeks): ReadonlyMap<string, NonNullable<WeekResult['fleet']>> {
  return new Map(
    world.services.flatMap(({ name, pool }) => {
      const fleet = weeks[name]?.fleet;
      // Machines that services share are billed together, by the load levels of all of them.
      const isShared = pool !== undefined && tenantsOf(world, pool).length > 1;
      return pool !== undefined && !isShared && fleet ? [[pool, fleet] as const] : [];
    }),
  );
}

/** The mean over the month; the most at any time, the busiest window included. */
function replicasOf({ replicas, week }: PoolResult, fleet: FleetOfWeek | undefined): PoolResult['replicas'] {
  const month = (fleet ?? week)?.replicas;
  return month ? { mean: month.mean, max: Math.max(month.max, replicas.max) } : replicas;
}

/** The bill of a month: of the week where it was simulated, of the window otherwise. */
function monthOf(world: World, { cost, window_s }: SimulationResult, weeks: Weeks) {
  const perMonth = (HOURS * 3600) / window_s;
  const items: readonly CostItem[] =
    cost.month?.by_item ??
    cost.by_item.map((item) => ({ ...item, quantity: item.quantity * perMonth, usd: item.usd * perMonth }));
  const fleets = fleetsOf(world, weeks);
  if (fleets.size === 0) return { usd: cost.per_month_usd, items };
  const isKnown = ({ item }: CostItem): boolean =>
    [...fleets.keys()].some((pool) => item.startsWith(`pools.${pool}: `));
  const all = [...[...fleets.values()].flatMap(({ by_item }) => by_item), ...items.filter((item) => !isKnown(item))];
  return { usd: all.reduce((total, item) => total + item.usd, 0), items: all };
}

function driverFigures(world: World): Record<string, { rate_per_s: number; users: number | null }> {
  const { users } = world.drivers;
  const figures: Record<string, { rate_per_s: number; users: number | null }> = {};
  for (const prepared of world.services) {
    const { name, service, trace } = prepared;
    const { traffic } = service as Service;
    const { factor } = windowOf(world, prepared);
    const traced = trace && traceSpanS(trace) > 0 ? trace.arrivedAtS.length / traceSpanS(trace) : 0;
    figures[name] = {
      rate_per_s: (traffic.rate === undefined ? traced : traffic.rate * traffic.batch_size) * users * factor,
      users: traffic.users ? Math.round(traffic.users.concurrent * users * factor) : null,
    };
  }
  return figures;
}

function breachesOf(scenario: Scenario, periods: readonly ForecastPeriod[]): ForecastResult['breaches'] {
  const watched: Watched[] = [];
  for (const [name, service] of Object.entries(periods[0]?.services ?? {})) {
    for (const [objective, slo] of Object.entries(service.slo_attainment)) {
      watched.push({
        what: `services.${name}.slo.${objective}`,
        limit: limitOf(slo),
        probability: periods.map((period) => 1 - (period.services[name]?.slo_attainment[objective]?.probability ?? 0)),
      });
    }
  }
  const { budget } = scenario;
  if (budget) {
    watched.push({
      what: 'budget.monthly',
      limit: `${budget.monthly} USD`,
      probability: periods.map((period) => (period.cost_usd.p50 > budget.monthly ? 1 : 0)),
    });
  }
  for (const [name, { quota }] of Object.entries(scenario.pools)) {
    if (quota === undefined) continue;
    watched.push({
      what: `pools.${name}.quota`,
      limit: `${quota} accelerators`,
      probability: periods.map((period) => ((period.pools[name]?.quota_used ?? 0) > 1 ? 1 : 0)),
    });
  }
  const starts = periods.map((period) => period.start);
  return watched.map((each) => breachOf(each, starts)).filter((breach) => breach !== null);
}

/** A warning that stays true for months is told once, when it first appears. */
function firstOfEach(warnings: readonly string[]): string[] {
  const seen = new Set<string>();
  return warnings.filter((warning) => {
    const key = warning.replace(/^from \S+: /, '').replace(/[\d.]+/g, '#');
    return !seen.has(key) && seen.add(key);
  });
}
