/** Headroom of pools: how many replicas may be away, and the worlds in which they are. */
import { poolsOf } from '../../scenario/runsOn.js';
import type { Pool, Scenario } from '../../scenario/types.js';
import type { PoolResult, SimulationResult } from '../result.js';
import { tenantsOf } from '../sharing/shares.js';
import { fluidCapacityPerS } from '../week/strata.js';
import { prepareScaling } from '../world/scaling.js';
import type { PreparedPool, PreparedService, World, WorldFinding } from '../world/types.js';
import { acceleratorsPerReplica, instancesBilled, mostReplicas, wholeIn } from './instances.js';

/** A pool with its headroom away. */
export interface HeadroomCheck {
  readonly pool: string;
  readonly asked: string;
  readonly away: number;
  readonly left: number;
  /** Services that run on it. */
  readonly services: readonly string[];
  /** Services whose busiest hour asks for more than could be served then, both in requests per second. */
  readonly overloads?: readonly { readonly service: string; readonly demand: number; readonly most: number }[];
  /** Absent where a run would show nothing: no replica is left, or what is left cannot keep up. */
  readonly world?: World;
}

/** Replicas of one machine; below 1 where a replica spans several. */
export function replicasPerMachine(prepared: PreparedService, onPool: PreparedPool): number {
  const each = acceleratorsPerReplica(prepared, onPool);
  const { acceleratorsPerInstance } = onPool.hardware;
  if (each === 0) return 1;
  return each <= acceleratorsPerInstance
    ? wholeIn(acceleratorsPerInstance / each)
    : 1 / Math.ceil(each / acceleratorsPerInstance);
}

/**
 * Replicas that are gone with what the headroom says may be away, at worst: full machines go, each of those under a replica that spans several
 * takes it along, and of zones over which machines are spread evenly the fullest.
 */
export function replicasAway(prepared: PreparedService, onPool: PreparedPool, replicas: number): number {
  const { headroom, zones } = onPool.pool;
  if (headroom === undefined || replicas === 0) return 0;
  const perMachine = replicasPerMachine(prepared, onPool);
  const { acceleratorsPerInstance } = onPool.hardware;
  const machines = instancesBilled(replicas, acceleratorsPerReplica(prepared, onPool), acceleratorsPerInstance);
  if (headroom.kind === 'zone' && perMachine < 1) return Math.ceil(replicas / zones);
  const away =
    headroom.kind === 'machines'
      ? headroom.machines
      : Math.ceil((headroom.kind === 'zone' ? 1 / zones : headroom.share) * machines - 1e-9);
  return Math.min(replicas, away * Math.max(1, perMachine));
}

/** The fewest replicas beyond `desired` with which so many are left when the headroom is away; none where nothing is wanted. */
export function spareReplicas(prepared: PreparedService, onPool: PreparedPool, desired: number): number {
  if (desired === 0) return 0;
  let spare = 0;
  while (desired + spare - replicasAway(prepared, onPool, desired + spare) < desired) spare++;
  return spare;
}

/**
 * What is wrong with the headroom and the slices of pools: a queue's servers are no machines, and who shares machines with others loses and
 * takes up parts of them that are not told apart yet.
 */
export function standAlone(world: Pick<World, 'services' | 'pools' | 'shares' | 'jobs'>): WorldFinding[] {
  return Object.values(world.pools).flatMap(({ name, pool }): WorldFinding[] => {
    const tenants = tenantsOf(world, name);
    const why =
      tenants.length > 1 || world.jobs.some((job) => job.pool === name)
        ? 'a pool that several services or jobs share'
        : tenants.some(({ name: service }) => world.shares[service] !== undefined)
          ? 'a pool whose service has replicas, an autoscaler or parallelism of its own'
          : undefined;
    const refuse = (key: 'headroom' | 'fraction', of: string, hint: string): WorldFinding[] =>
      pool[key] === undefined
        ? []
        : [{ code: 'E1501', path: ['pools', name, key], message: `not supported yet: ${key} of ${of}`, hint }];
    const queue = tenants.find(({ kind }) => kind === 'queue');
    if (queue)
      return refuse(
        'headroom',
        `kind: queue (services.${queue.name})`,
        'describe the service as llm or inference, or leave headroom out',
      );
    const hint = 'give the service a pool of its own, and replicas in the pool';
    return why === undefined ? [] : [...refuse('headroom', why, hint), ...refuse('fraction', why, hint)];
  });
}

/** Pools whose headroom is to be shown by a run without it. */
export function headroomChecks(world: World): HeadroomCheck[] {
  return Object.values(world.pools).flatMap((onPool): HeadroomCheck[] => {
    const { pool, name, scaling } = onPool;
    const prepared = world.services.find(({ service }) => poolsOf(service).includes(name));
    if (pool.headroom === undefined || prepared === undefined || prepared.kind === 'queue') return [];
    const own = laneOf(prepared, name);
    const most = scaling ? mostReplicas(own, onPool) : pool.replicas.initial;
    const away = Number.isFinite(most) ? replicasAway(own, onPool, most) : 0;
    const left = most - away;
    const services = world.services.flatMap((each) => (poolsOf(each.service).includes(name) ? [each.name] : []));
    const check = { pool: name, asked: pool.headroom.text, away, left, services };
    if (left === 0) return [check];
    const without = withPool(world, name, reduced(onPool, left));
    const overloads = overloadsOf(without, services);
    return [overloads.length > 0 ? { ...check, overloads } : { ...check, world: without }];
  });
}

/** The service as it runs on one of its pools. */
function laneOf(prepared: PreparedService, pool: string): PreparedService {
  if (prepared.kind !== 'llm') return prepared;
  const lane = prepared.lanes.find((each) => each.pool === pool)!;
  return { ...prepared, ...lane };
}

/** A pool of which `left` replicas are left at most: fewer machines in a fixed one; an autoscaler without spare ones, that may start fewer. */
function reduced({ pool, scaling }: PreparedPool, left: number): Pool {
  const { headroom: _, autoscaler, ...rest } = pool;
  if (scaling === undefined || !Number.isFinite(left))
    return {
      ...rest,
      ...(autoscaler && { autoscaler }),
      ...(scaling ? {} : { replicas: { min: left, max: left, initial: left } }),
    };
  const { min } = scaling;
  if (left <= min) return { ...rest, replicas: { min: left, max: left, initial: left } };
  const replicas = { min, max: left, initial: Math.min(Math.max(min, pool.replicas.initial), left) };
  return { ...rest, ...(autoscaler && { autoscaler }), replicas };
}

/** The world with another pool in place of one, and without drills: one disaster at a time. */
function withPool(world: World, name: string, pool: Pool): World {
  const { drills: _, jobs: __, ...scenario } = world.scenario;
  const changed: Scenario = { ...scenario, pools: { ...scenario.pools, [name]: pool } };
  const scaling = prepareScaling(['pools', name, 'autoscaler'], pool, []);
  const on = ({ scaling: _, ...onType }: PreparedPool, type: Pool): PreparedPool => ({
    ...onType,
    pool: type,
    ...(scaling && { scaling }),
  });
  const own = world.pools[name]!;
  const fallback = own.fallback?.map((each) => {
    const { instance, region } = each.pool;
    return on(each, { ...pool, ...(instance && { instance }), ...(region && { region }) });
  });
  const prepared = { ...on(own, pool), ...(fallback && { fallback }) };
  return { ...world, jobs: [], scenario: changed, pools: { ...world.pools, [name]: prepared } };
}

/** Demand by rate that is beyond what a fluid of it could be served at most. */
function overloadsOf(world: World, names: readonly string[]): NonNullable<HeadroomCheck['overloads']> {
  return world.services.flatMap((prepared) => {
    const { rate, shape } = prepared.service.traffic;
    if (rate === undefined || !names.includes(prepared.name)) return [];
    const demand = rate * world.drivers.users * Math.max(...shape.weights);
    const most = fluidCapacityPerS(world, prepared);
    return demand > most ? [{ service: prepared.name, demand, most }] : [];
  });
}

/** What can be told without a run: nothing is left, or what is left could not keep up with the busiest hour. */
export function headroomWarnings(world: World): string[] {
  return headroomChecks(world).flatMap((check): string[] => {
    const { pool, left, overloads = [] } = check;
    if (left === 0) return [`pools.${pool}: ${headroomText(check)} no replica is left`];
    return overloads.map(
      ({ service, demand, most }) =>
        `pools.${pool}: ${headroomText(check)} services.${service} can serve ${most.toPrecision(3)} requests/s at most, and its busiest hour asks for ${demand.toPrecision(3)}`,
    );
  });
}

const headroomText = ({ asked, away, left }: Pick<HeadroomCheck, 'asked' | 'away' | 'left'>): string =>
  `no headroom of ${asked}: with ${away} of ${away + left} replicas away`;

/** The result with what runs without the headroom say of it, and warnings where objectives do not hold in them. */
export function withHeadroom(
  result: SimulationResult,
  checks: readonly HeadroomCheck[],
  runs: readonly (SimulationResult | undefined)[],
): SimulationResult {
  if (checks.length === 0) return result;
  const pools: Record<string, PoolResult> = { ...result.pools };
  const warnings = [...result.warnings];
  for (const [i, check] of checks.entries()) {
    const { pool, asked, away, left } = check;
    const run = runs[i];
    const services = Object.fromEntries(
      check.services.map((name) => [
        name,
        {
          slo_attainment: run?.services[name]?.slo_attainment ?? {},
          backlog_grows:
            run?.warnings.some((text) => text.startsWith(`services.${name}: demand exceeds`)) ??
            (check.overloads ?? []).some(({ service }) => service === name),
        },
      ]),
    );
    const missed = Object.entries(services).flatMap(([name, { slo_attainment, backlog_grows }]) => [
      ...Object.entries(slo_attainment).flatMap(([objective, { met }]) =>
        met ? [] : [`${objective} of services.${name}`],
      ),
      ...(backlog_grows ? [`the backlog of services.${name}`] : []),
    ]);
    const holds = run !== undefined && missed.length === 0;
    if (pools[pool])
      pools[pool] = { ...pools[pool], headroom: { asked, replicas_away: away, replicas_left: left, holds, services } };
    const isSaid = warnings.some((text) => text.startsWith(`pools.${pool}: no headroom`));
    if (!holds && !isSaid)
      warnings.push(
        `pools.${pool}: ${headroomText(check)} ${missed.join(', ')} ${missed.length === 1 ? 'does' : 'do'} not hold`,
      );
  }
  return { ...result, pools, warnings };
}
