/**
 * A scenario joined with the catalogs: what runs where, on which plan, at which price. Built once, simulated many times.
 * Everything that a name can get wrong is found here and reported with the path of the scenario that holds it.
 */
import type { Catalog } from '../../catalog/open.js';
import type { Scenario, Service } from '../../scenario/types.js';
import type { Drivers } from '../drivers.js';
import { headroomWarnings, standAlone } from '../services/headroom.js';
import { oversizedJobs } from '../sharing/poolLimit.js';
import { undecidedQuotas } from '../sharing/sharedQuota.js';
import { shareOf } from '../sharing/shares.js';
import { runPlan } from '../window.js';
import { readCalibrations } from './calibrations.js';
import { preparedData } from './data.js';
import { preparePool } from './pools.js';
import { egressOf, withOrigins } from './regions.js';
import { scalingTraps } from './scalingTraps.js';
import { prepareService, type TraceCache, traceOf } from './services.js';
import { tokenApiOf } from './tokenApi.js';
import type { PreparedPool, PreparedService, World, WorldFinding } from './types.js';

export type { TraceCache } from './services.js';
export type { PreparedData, PreparedJob, PreparedPool, PreparedService, World, WorldFinding } from './types.js';

export type WorldOutcome =
  | { readonly ok: true; readonly world: World }
  | { readonly ok: false; readonly findings: readonly WorldFinding[] };

/** Users follow a weekly shape, and the run covers more than one hour of it. */
function holdsItsUsers(scenario: Scenario, service: Service): boolean {
  const { users, shape } = service.traffic;
  const windowS = runPlan(scenario, service).windowS ?? Infinity;
  return users !== undefined && windowS > 3600 && shape.weights.some((weight) => weight !== shape.weights[0]);
}

/** A pool in one zone is lost whole with it. */
function zoneWarnings({ drills = [] }: Scenario, pools: Readonly<Record<string, PreparedPool>>): string[] {
  const losses = drills.filter(({ kind }) => kind === 'zone-loss');
  return Object.values(pools)
    .filter(({ name, pool }) => pool.zones === 1 && losses.some(({ target = name }) => target === name))
    .map(
      ({ name }) => `pools.${name}: it is in one zone, and a zone loss takes all of it (zones: 3 spreads its machines)`,
    );
}

/** Joins `scenario` with `catalog`, grown by `drivers`. All findings at once. */
export async function buildWorld(
  scenario: Scenario,
  catalog: Catalog,
  drivers: Drivers,
  traces: TraceCache = new Map(),
): Promise<WorldOutcome> {
  const findings: WorldFinding[] = [];
  const warnings: string[] = [];
  const pools: Record<string, PreparedPool> = {};
  for (const [name, pool] of Object.entries(scenario.pools)) {
    const prepared = preparePool(name, pool, catalog, findings, warnings);
    if (prepared) pools[name] = scenario.regions ? { ...prepared, egress: egressOf(prepared, catalog) } : prepared;
  }
  const data = preparedData(scenario, catalog, drivers, findings);
  const calibrations = readCalibrations(scenario, findings);
  const services: PreparedService[] = [];
  const shares: Record<string, PreparedPool> = {};
  for (const [name, service] of Object.entries(scenario.services)) {
    const trace = await traceOf(name, service, traces, findings);
    if (trace)
      for (const { reason, rows } of trace.skipped)
        warnings.push(`services.${name}: ${rows} trace rows left out: ${reason}`);
    if (trace?.format === 'mooncake')
      warnings.push(`services.${name}: the hash_ids of the trace are not used, so its prefix hits are not replayed`);
    const share = shareOf(name, scenario, pools, findings);
    if (share) shares[name] = share;
    const its = share ? { ...pools, [share.name]: share } : pools;
    const prepared = prepareService(name, service, trace, its, catalog, drivers, calibrations, findings, warnings);
    if (prepared) services.push(withOrigins(prepared, scenario, its, catalog, findings, warnings));
    if (holdsItsUsers(scenario, service))
      warnings.push(
        `services.${name}: the number of users stays at its mean over the run; a population that changes by the hour is not supported yet`,
      );
  }
  for (const { kind, name, pool } of services) {
    if (kind === 'queue' && pool !== undefined && pools[pool]?.spot)
      warnings.push(`services.${name}: interruptions of spot machines are not simulated for kind: queue`);
  }
  warnings.push(...zoneWarnings(scenario, pools));
  const tokenApi = tokenApiOf(scenario, catalog, findings);
  findings.push(...undecidedQuotas({ services, pools, shares }));
  const jobs = scenario.jobs
    ? (await import('./jobs.js')).prepareJobs({
        scenario,
        pools,
        catalog,
        drivers,
        calibrations,
        findings,
        warnings,
      })
    : [];
  for (const { worker, share } of jobs) if (worker && share) shares[worker.name] = share;
  if (findings.length === 0) findings.push(...oversizedJobs({ services, pools, shares }, jobs));
  findings.push(...standAlone({ services, pools, shares, jobs }));
  const unusedCalibrations = calibrations.unused();
  for (const { message } of unusedCalibrations) warnings.push(message);
  if (findings.length > 0) return { ok: false, findings };
  const world: World = {
    scenario,
    services,
    pools,
    shares,
    jobs,
    data,
    catalogFingerprint: () => catalog.fingerprint(),
    drivers,
    ...(tokenApi && { tokenApi }),
    unusedCalibrations,
    warnings,
  };
  return {
    ok: true,
    world: {
      ...world,
      warnings: [
        ...warnings,
        ...services.flatMap((service) => scalingTraps(world, service)),
        ...headroomWarnings(world),
      ],
    },
  };
}
