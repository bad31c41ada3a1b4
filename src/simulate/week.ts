/** A whole week of a service: a stratified sample of its load levels, or every second of it. */
import { Histogram } from '../kernel/histogram.js';
import { attainment } from './attainment.js';
import { availabilityAttained, availabilityOf } from './availability.js';
import type { Quantity, RunRecord } from './record.js';
import type { WeekResult } from './result.js';
import type { RunSpec } from './runSpec.js';
import { bandsOf } from './serviceResult.js';
import type { RunTasks } from './simulator.js';
import { fluidCapacityPerS, type Stratum, weekStrata } from './strata.js';
import { summarise } from './summary.js';
import type { RunTask } from './tasks.js';
import { runPlan } from './window.js';
import type { PreparedService, World } from './world.js';

export interface WeekOptions {
  readonly seed: number;
  readonly replications: number;
  readonly exhaustive: boolean;
  readonly runTasks: RunTasks;
}

const HOUR_S = 3600;
const WEEK_H = 168;
/** A stratum's window holds about this many requests, within these bounds; it starts after a warm-up at its own level. */
const STRATUM_REQUESTS = 6000;
const LEAST_WINDOW_S = 900;
const WARMUP_S = 300;

/** The weeks of every service that has one: a trace or a counted run has no week. */
export async function simulateWeek(world: World, options: WeekOptions): Promise<Record<string, WeekResult>> {
  const weeks: Record<string, WeekResult> = {};
  for (const prepared of world.services) {
    if (runPlan(world.scenario, prepared.service).windowS === null) continue;
    const { users, shape } = prepared.service.traffic;
    // A population does not change within a run: a whole week of users is simulated hour by hour.
    const byHour = shape.weights.map((level) => ({ level, hours: 1 }));
    const strata = options.exhaustive ? (users ? byHour : []) : await strataOf(world, prepared, options);
    const tasks = Array.from({ length: options.replications }, (_, replication) =>
      strata.length === 0
        ? [wholeWeek(prepared, options.seed, replication)]
        : strata.map((stratum, i) => stratumTask(world, prepared, stratum, options, replication, i)),
    );
    const records = await options.runTasks(world, tasks.flat());
    const perReplication = tasks.map((own, r) => records.slice(r * own.length, (r + 1) * own.length));
    weeks[prepared.name] = weekResult(prepared, perReplication, strata, options.exhaustive);
  }
  return weeks;
}

/** What strata would simulate in all, about: a week of no more requests than this is simulated whole, as one piece. */
const WHOLE_REQUESTS = 12 * STRATUM_REQUESTS;

async function strataOf(world: World, prepared: PreparedService, options: WeekOptions): Promise<readonly Stratum[]> {
  const { rate } = prepared.service.traffic;
  // Where requests are few, hours of them say little, and slow services carry their state from hour to hour.
  if (rate !== undefined && rate * world.drivers.users * WEEK_H * HOUR_S <= WHOLE_REQUESTS)
    return [{ level: 1, hours: WEEK_H, episode: { startHour: 0, length: WEEK_H } }];
  return weekStrata(world, prepared, await saturatedPerS(world, prepared, options));
}

/** Share of the fluid's capacity beyond which the real one is measured: below it no hour can leave a backlog. */
const SURELY_SERVED = 0.5;
/** At least this long, and so long that so many are served: enough to know the capacity to a few per cent. */
const SATURATED_S = 600;
const SATURATED_REQUESTS = 2000;

/** Requests per second that the fleet really serves when more are always waiting, by simulation; `Infinity` when that is never near. */
async function saturatedPerS(world: World, prepared: PreparedService, options: WeekOptions): Promise<number> {
  const { rate, shape } = prepared.service.traffic;
  const fluid = fluidCapacityPerS(world, prepared);
  const mean = (rate ?? 0) * world.drivers.users;
  if (mean * Math.max(...shape.weights) < SURELY_SERVED * fluid) return Infinity;
  // A queue is busy from the start and counts only who comes after a warm-up: it needs none, and would not see its backlog served.
  const warmupS = prepared.kind === 'queue' ? 0 : WARMUP_S;
  const windowS = Math.max(SATURATED_S, SATURATED_REQUESTS / fluid);
  const spec: RunSpec = {
    seed: options.seed,
    replication: -2,
    warmupS,
    windowS,
    batches: 1,
    startHour: 0,
    level: fluid / mean,
    backlog: fluid * (warmupS + windowS) * 0.25,
  };
  const [record] = await options.runTasks(world, [{ service: prepared.name, spec }]);
  return (record!.counts.completed + record!.counts.carriedOut) / windowS;
}

function wholeWeek(prepared: PreparedService, seed: number, replication: number): RunTask {
  const spec: RunSpec = { seed, replication, warmupS: HOUR_S, windowS: WEEK_H * HOUR_S, batches: 1, startHour: 0 };
  return { service: prepared.name, spec };
}

/** Strata of one replication draw from streams of their own, so that their errors do not add up. */
function stratumTask(
  world: World,
  prepared: PreparedService,
  { level, episode }: Stratum,
  { seed, exhaustive }: WeekOptions,
  replication: number,
  index: number,
): RunTask {
  const perS = (prepared.service.traffic.rate ?? 1) * world.drivers.users * level;
  const common = { seed, replication: replication * 1000 + index, warmupS: WARMUP_S, batches: 1 };
  const spec: RunSpec = episode
    ? { ...common, windowS: episode.length * HOUR_S, startHour: episode.startHour }
    : {
        ...common,
        windowS: exhaustive
          ? HOUR_S
          : Math.min(HOUR_S, Math.max(LEAST_WINDOW_S, STRATUM_REQUESTS / Math.max(perS, 1e-9))),
        startHour: 0,
        level,
      };
  return { service: prepared.name, spec };
}

function weekResult(
  prepared: PreparedService,
  replications: readonly (readonly RunRecord[])[],
  strata: readonly Stratum[],
  exhaustive: boolean,
): WeekResult {
  const summaries = new Map<Quantity, ReturnType<typeof summarise>>();
  const merged = new Map<Quantity, Histogram>();
  for (const quantity of ['ttft', 'tpot', 'e2e'] as const) {
    if (!replications[0]![0]!.histograms[quantity]) continue;
    const groups = replications.map((records) => weighted(records, strata, quantity));
    summaries.set(
      quantity,
      summarise(
        groups.map((group) => [group]),
        1000,
      ),
    );
    const all = new Histogram();
    for (const group of groups) all.merge(group);
    merged.set(quantity, all);
  }
  const { slo } = prepared.service;
  const band = bandsOf(prepared);
  const attained = (['ttft', 'tpot', 'e2e'] as const).map((objective) => {
    const summary = summaries.get(objective);
    return summary ? attainment(objective, slo[objective], summary, merged.get(objective)!, band[objective]) : {};
  });
  if (slo.availability !== undefined) {
    const availability = availabilityOf(replications, replications[0]!.map(weightOf(strata)));
    attained.push({ availability: availabilityAttained(slo.availability, availability) });
  }
  const [ttft, tpot] = [summaries.get('ttft'), summaries.get('tpot')];
  return {
    method: exhaustive ? 'exhaustive' : 'strata',
    strata,
    ...(ttft && { ttft_ms: ttft }),
    ...(tpot && { tpot_ms: tpot }),
    e2e_ms: summaries.get('e2e')!,
    slo_attainment: Object.assign({}, ...attained),
  };
}

/** Seconds of the week that a second of a stratum's window stands for. */
const weightOf =
  (strata: readonly Stratum[]) =>
  ({ fromS, untilS }: RunRecord, i: number): number =>
    ((strata[i]?.hours ?? WEEK_H) * HOUR_S) / (untilS - fromS);

/** The strata of one replication as one histogram: each window's samples stand for its hours; the count stays that of the samples. */
function weighted(records: readonly RunRecord[], strata: readonly Stratum[], quantity: Quantity): Histogram {
  const all = new Histogram();
  const parts = records.map((record, i) => {
    return { histogram: record.histograms[quantity]![0]!, weight: weightOf(strata)(record, i) };
  });
  const samples = parts.reduce((sum, { histogram }) => sum + histogram.count, 0);
  const stoodFor = parts.reduce((sum, { histogram, weight }) => sum + histogram.count * weight, 0);
  for (const { histogram, weight } of parts) all.merge(histogram, stoodFor > 0 ? (weight * samples) / stoodFor : 1);
  return all;
}
