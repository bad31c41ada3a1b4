/** A whole week of a service: a stratified sample of its load levels, or every second of it. */
import { Histogram } from '../../kernel/histogram.js';
import type { WeekResult } from '../result.js';
import { attainment } from '../results/attainment.js';
import { availabilityAttained, availabilityOf } from '../results/availability.js';
import type { Quantity, RunRecord } from '../results/record.js';
import { bandsOf } from '../results/serviceResult.js';
import { serviceRun } from '../results/serviceRun.js';
import { summarise } from '../results/summary.js';
import { partOn } from '../sharing/jointUse.js';
import { onlyPoolFor, tenantsOf } from '../sharing/shares.js';
import type { RunTasks } from '../simulator.js';
import { runPlan } from '../window.js';
import type { PreparedService, World } from '../world/world.js';
import { billedWeek } from './fleetWeek.js';
import type { Stratum } from './strata.js';
import { HOUR_S, saturationTask, strataOf, stratumTask, WEEK_H, wholeWeek } from './weekTasks.js';

export interface WeekOptions {
  readonly seed: number;
  readonly replications: number;
  readonly exhaustive: boolean;
  readonly runTasks: RunTasks;
}

/** The weeks of every service that has one: a trace or a counted run has no week. */
export async function simulateWeek(world: World, options: WeekOptions): Promise<Record<string, WeekResult>> {
  const weeks: Record<string, WeekResult> = {};
  for (const prepared of world.services) {
    if (runPlan(world.scenario, prepared.service).windowS === null) continue;
    const { users, shape } = prepared.service.traffic;
    // A population does not change within a run: a whole week of users is simulated hour by hour.
    const byHour = shape.weights.map((level) => ({ level, hours: 1 }));
    const strata = options.exhaustive ? (users ? byHour : []) : await strataBy(world, prepared, options);
    const tasks = Array.from({ length: options.replications }, (_, replication) =>
      strata.length === 0
        ? [wholeWeek(prepared, options.seed, replication)]
        : strata.map((stratum, i) =>
            stratumTask(world, prepared, stratum, options.seed, replication, i, options.exhaustive),
          ),
    );
    const records = await options.runTasks(world, tasks.flat());
    const perReplication = tasks.map((own, r) => records.slice(r * own.length, (r + 1) * own.length));
    const onPool = onlyPoolFor(world, prepared);
    const parts = (tasks[0] ?? []).map((task, i) => ({
      hours: task.standsForHours ?? WEEK_H,
      run: serviceRun(
        world,
        prepared,
        perReplication.map((own) => own[i]!),
      ),
    }));
    weeks[prepared.name] = {
      ...weekResult(prepared, perReplication, strata, options.exhaustive),
      ...(onPool?.scaling &&
        tenantsOf(world, onPool.name).length === 1 && {
          fleet: billedWeek(
            onPool,
            parts.map(({ hours, run }) => ({ hours, use: partOn(run, onPool.name), windowS: run.windowS })),
          ),
        }),
    };
  }
  return weeks;
}

async function strataBy(world: World, prepared: PreparedService, options: WeekOptions): Promise<readonly Stratum[]> {
  const saturation = saturationTask(world, prepared, options.seed);
  const [saturated] = saturation ? await options.runTasks(world, [saturation]) : [];
  return strataOf(world, prepared, saturated);
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
