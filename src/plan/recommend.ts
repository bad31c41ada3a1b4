/** Ranked changes, each sized and verified by simulation under common random numbers. */
import type { Catalog } from '../catalog/open.js';
import { poolsOf } from '../scenario/runsOn.js';
import type { Edit, Scenario } from '../scenario/types.js';
import { addMonths } from '../simulate/calendarMonths.js';
import { driversAt } from '../simulate/drivers.js';
import type { Interval, SimulationResult } from '../simulate/result.js';
import { poolFor, tenantsOf } from '../simulate/sharing/shares.js';
import { inThisThread, type Simulator } from '../simulate/simulator.js';
import { buildWorld, type TraceCache, type World, type WorldFinding } from '../simulate/world/world.js';
import { type Judged, violations } from './constraints.js';
import { fittedGrowth } from './fittedGrowth.js';
import { instanceType } from './levers/instanceType.js';
import { change, type Lever, type LeverContext, type PooledService, type Proposal } from './levers/lever.js';
import { precision } from './levers/precision.js';
import { replicas } from './levers/replicas.js';
import { paretoFront } from './pareto.js';
import type { LeverOutcome, ParetoPoint, RecommendResult } from './results.js';
import { type Demand, demandOf, screen } from './screening.js';
import { type SizingOptions, sizeReplicas } from './sizing.js';
import { type Candidate, cheapest, type Verify, verifyTogether } from './verify.js';

export const LEVERS: readonly Lever[] = [replicas, instanceType, precision];

export interface RecommendOptions {
  /** Only these levers; all unless given. */
  readonly only?: readonly string[];
  readonly providers?: readonly string[] | 'all';
  /** Months after the start whose demand the plan is sized for. */
  readonly month?: number;
  /** Chance with which each objective must hold, model error included; 0.8 unless given. */
  readonly confidence?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
  /** Who simulates; this thread unless given. */
  readonly simulator?: Simulator;
}

/** Applies edits to the scenario as its file would be edited; a refusal is a candidate that is dropped. */
export type ApplyEdits = (edits: readonly Edit[]) => Scenario | undefined;

export type RecommendOutcome =
  | { readonly ok: true; readonly result: RecommendResult }
  | { readonly ok: false; readonly findings: readonly WorldFinding[] };

/** Candidates of a lever that are simulated, cheapest first. */
const SIMULATED_PER_LEVER = 6;
const TRIAL_REPLICATIONS = 2;
const CONFIDENCE = 0.8;
/** Fleets that cost more than this many times the cheapest known one are not sized to their end. */
const WORTH = 3;

export async function recommend(
  scenario: Scenario,
  catalog: Catalog,
  apply: ApplyEdits,
  options: RecommendOptions = {},
): Promise<RecommendOutcome> {
  const month = options.month ?? 0;
  const { growth } = (await fittedGrowth(scenario)).scenario;
  const drivers = driversAt(growth, month, addMonths(scenario.start, month));
  const traces: TraceCache = new Map();
  if (scenario.jobs) return { ok: false, findings: [NO_JOBS] };
  const refused = onSeveralPools(scenario);
  if (refused.length > 0 && refused.length === Object.keys(scenario.services).length)
    return { ok: false, findings: refused.map(notSized) };
  const seed = options.seed ?? scenario.seed;
  const confidence = options.confidence ?? CONFIDENCE;
  const built = await buildWorld(scenario, catalog, drivers, traces);
  if (!built.ok) return built;
  const simulator = options.simulator ?? inThisThread;
  const base = await simulator(built.world, { seed });
  const search = { candidates: 0, screened: 0, simulated: 1 };
  const levers = LEVERS.filter((lever) => options.only === undefined || options.only.includes(lever.name));
  const pooled = built.world.services.filter(
    (service): service is PooledService => service.kind !== 'queue' && poolsOf(service.service).length === 1,
  );
  const candidates: Candidate[] = [];
  let done = 0;
  for (const service of pooled) {
    const of: Judged = { service: service.name, pool: service.pool };
    const demand = demandOf(service, base);
    const context: LeverContext = {
      scenario,
      world: built.world,
      result: base,
      catalog,
      service,
      providers: options.providers ?? [],
    };
    for (const lever of levers) {
      const shortlist = await shortlisted(lever, context, demand, search);
      for (const { proposal, world, start } of shortlist) {
        if (options.signal?.aborted) break;
        const sizing: SizingOptions = {
          simulator,
          of,
          start,
          replications: TRIAL_REPLICATIONS,
          confidence,
          seed,
          worthUsd: WORTH * knownUsd(of),
          onSimulated: () => search.simulated++,
        };
        const sized = await sizeReplicas(world, sizing);
        // What has no price would look free beside what has one.
        if (sized.result.cost.unpriced.length > base.cost.unpriced.length) {
          search.screened++;
          continue;
        }
        const { path, initial } = replicasOf(scenario, service);
        const editsFor = (replicas: number): readonly Edit[] =>
          sized.varies ? proposal.edits : [...proposal.edits, ...change(path, initial, replicas)];
        candidates.push({ lever, of, edits: editsFor(sized.replicas), sized, sizing, editsFor });
        options.onProgress?.(++done, pooled.length * levers.length * SIMULATED_PER_LEVER);
      }
    }
  }

  /** Monthly cost of the cheapest known fleet that meets the service's constraints; a base that does not is no yardstick. */
  function knownUsd(of: Judged): number {
    const best = cheapest(candidates.filter((each) => each.of.service === of.service));
    if (best) return best.sized.result.cost.per_month_usd;
    return violations(scenario, base, confidence, of).length === 0 ? base.cost.per_month_usd : Infinity;
  }

  async function shortlisted(
    lever: Lever,
    context: LeverContext,
    demand: Demand,
    counts: { candidates: number; screened: number },
  ) {
    const priced: { proposal: Proposal; world: World; start: number; usdPerHour: number }[] = [];
    for (const proposal of lever.propose(context)) {
      counts.candidates++;
      const edited = apply(proposal.edits);
      const candidate = edited && (await buildWorld(edited, catalog, drivers, traces));
      const screened = candidate?.ok ? screen(edited!, candidate.world, context.service.name, demand) : undefined;
      if (candidate?.ok && screened)
        priced.push({ proposal, world: candidate.world, start: screened.replicas, usdPerHour: screened.usdPerHour });
      else counts.screened++;
    }
    priced.sort((a, b) => a.usdPerHour - b.usdPerHour);
    counts.screened += Math.max(0, priced.length - SIMULATED_PER_LEVER);
    return priced.slice(0, SIMULATED_PER_LEVER);
  }

  const verify: Verify = async (edits) => {
    const edited = apply(edits);
    const world = edited && (await buildWorld(edited, catalog, drivers, traces));
    if (!edited || !world?.ok) return undefined;
    if (edits.length > 0) search.simulated++;
    const result = edits.length === 0 ? base : await simulator(world.world, { seed });
    return { result, found: violations(edited, result, confidence) };
  };
  const names = pooled.map((service) => service.name);
  const final = await verifyTogether(names, candidates, verify);
  const baseViolations = violations(scenario, base);
  const uncertain = violations(scenario, base, confidence).filter(
    ({ what }) => !baseViolations.some((each) => each.what === what),
  );

  return {
    ok: true,
    result: {
      schema_version: '1',
      fingerprint: base.fingerprint,
      name: scenario.name,
      base: {
        cost_per_month_usd: base.cost.per_month_usd,
        feasible: baseViolations.length === 0,
        violations: baseViolations,
        ...(uncertain.length > 0 && { uncertain }),
      },
      recommended: final && {
        edits: final.edits,
        cost_per_month_usd: final.result.cost.per_month_usd,
        saving_ci95: exactly(base.cost.per_month_usd - final.result.cost.per_month_usd),
        feasible: true,
        services: final.result.services,
      },
      levers: levers.flatMap((lever) => bestOf(lever, candidates, base)),
      pareto: paretoFront([pointOf([], base), ...candidates.map(({ edits, sized }) => pointOf(edits, sized.result))]),
      search,
      warnings: [...base.warnings, ...withoutObjectives(scenario), ...unsized(built.world)],
    },
  };
}

/** Fixed fleets have no random cost: the interval is a point. */
function exactly(usd: number): Interval {
  return [usd, usd];
}

/** Each lever by itself, at its cheapest: feasible ones if there are any. */
function bestOf(lever: Lever, candidates: readonly Candidate[], base: SimulationResult): LeverOutcome[] {
  const own = candidates.filter((each) => each.lever === lever);
  const services = [...new Set(own.map((each) => each.of.service))];
  return services.flatMap((service) => {
    const mine = own.filter((each) => each.of.service === service);
    const pick = cheapest(mine) ?? mine[0];
    if (!pick || pick.edits.length === 0) return [];
    const saving = base.cost.per_month_usd - pick.sized.result.cost.per_month_usd;
    return [
      {
        name: lever.name,
        edits: pick.edits,
        saving_per_month_usd: saving,
        ci95: exactly(saving),
        effect: effectOf(base, pick.sized.result, service),
        feasible: pick.sized.violations.length === 0,
        risk: lever.risk,
        check: lever.check,
      },
    ];
  });
}

function effectOf(before: SimulationResult, after: SimulationResult, name: string): LeverOutcome['effect'] {
  const figures = (result: SimulationResult): Record<string, number | null> => {
    const service = result.services[name]!;
    return {
      'cost.per_month_usd': result.cost.per_month_usd,
      ...(service.ttft_ms && { [`services.${name}.ttft_ms.p95`]: service.ttft_ms.p95 }),
      ...(service.tpot_ms && { [`services.${name}.tpot_ms.p95`]: service.tpot_ms.p95 }),
      [`services.${name}.e2e_ms.p95`]: service.e2e_ms.p95,
      [`services.${name}.goodput_per_s`]: service.goodput_per_s,
    };
  };
  const then = figures(after);
  return Object.fromEntries(
    Object.entries(figures(before)).map(([metric, value]) => [metric, { before: value, after: then[metric] ?? null }]),
  );
}

function pointOf(edits: readonly Edit[], result: SimulationResult): ParetoPoint {
  const p95s = Object.values(result.services).map((service) => service.e2e_ms.p95);
  return {
    edits,
    cost_per_month_usd: result.cost.per_month_usd,
    p95_ms: p95s.some((value) => value === null) ? null : Math.max(...(p95s as number[])),
    availability: null,
    carbon_kg: result.energy.carbon_kg_per_month,
  };
}

function withoutObjectives(scenario: Scenario): string[] {
  return Object.entries(scenario.services)
    .filter(([, service]) => service.kind !== 'queue' && !service.slo.ttft && !service.slo.tpot && !service.slo.e2e)
    .map(
      ([name]) =>
        `services.${name} states no latency objective: the cheapest fleet that keeps up with demand is recommended`,
    );
}

/** Where the number of a service's replicas stands, and what it is. */
function replicasOf(scenario: Scenario, { service, name, pool }: PooledService): { path: string; initial: number } {
  return service.replicas
    ? { path: `services.${name}.replicas`, initial: service.replicas.initial }
    : { path: `pools.${pool}.replicas`, initial: scenario.pools[pool]!.replicas.initial };
}

const NO_JOBS: WorldFinding = {
  code: 'E1501',
  path: ['jobs'],
  message: 'not supported yet: recommendations that leave room for jobs',
  hint: 'remove jobs; compare shows what a change does to them: plimsoll compare SCENARIO --variant …',
};

const SEVERAL = 'runs on several pools';

const onSeveralPools = ({ services }: Scenario): string[] =>
  Object.entries(services).flatMap(([name, service]) => (poolsOf(service).length > 1 ? [name] : []));

const notSized = (name: string): WorldFinding => ({
  code: 'E1501',
  path: ['services', name, 'runs_on'],
  message: `not supported yet: recommending sizes for a service that ${SEVERAL}`,
  hint: 'compare variants: plimsoll compare SCENARIO --variant pools.POOL.replicas=…',
});

/**
 * Queues are described by their servers, pools that share requests depend on each other, and autoscalers set replicas themselves: no lever
 * sizes them yet, and that is said rather than found optimal.
 */
function unsized(world: World): string[] {
  return world.services.flatMap(({ name, kind, service, pool }) => {
    if (kind === 'queue') return [`services.${name} is a queue: sizing its servers is not supported yet`];
    const together = [
      ...(poolsOf(service).length > 1
        ? [`services.${name} ${SEVERAL}: sizing them together is not supported yet`]
        : []),
      ...(pool !== undefined && tenantsOf(world, pool)[1]?.name === name
        ? [`pools.${pool} is shared: replicas are sized for each service, other machines are not tried`]
        : []),
    ];
    const on = pool === undefined ? undefined : poolFor(world, name, pool);
    if (on === undefined) return together;
    const named = (['fallback', 'stock_outs'] as const).filter((key) => on.pool[key] !== undefined);
    const said = [
      ...together,
      ...(named.length === 0
        ? []
        : [
            `pools.${pool}: ${named.join(' and ')} ${named.length === 1 && named[0] === 'fallback' ? 'goes' : 'go'} with its instance type, so no other type is tried in its place yet`,
          ]),
    ];
    if (!on.scaling) return said;
    return [
      ...said,
      `pools.${pool}: an autoscaler sets the replicas of services.${name}: machines and precision are tried under it as it is, its settings are not searched yet`,
    ];
  });
}
