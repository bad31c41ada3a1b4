/** Sequential stopping: replications are added until the headline figures are known as precisely as asked. */

import type { SimulationResult, Summary } from './result.js';
import type { RunRecord } from './results/record.js';
import { headroomChecks, withHeadroom } from './services/headroom.js';
import { assemble, planned, simulateWindowWith } from './simulate.js';
import type { RunTasks } from './simulator.js';
import type { RunTask } from './tasks.js';
import type { World } from './world/world.js';

export interface PrecisionOptions {
  /** Largest relative half-width of the 95 % intervals of each service's mean and 95th percentile. */
  readonly precision: number;
  readonly seed?: number;
  readonly runTasks: RunTasks;
  readonly onProgress?: (replications: number, precision: number) => void;
}

/** Stopping too early on a lucky spread is the risk of every sequential rule: start with enough (Law & Kelton 1982). */
const FIRST = 10;
const MOST = 640;

/**
 * @returns the result with as many replications as were needed; at 640 it is given as it is, with a warning
 */
export async function simulateToPrecision(given: World, options: PrecisionOptions): Promise<SimulationResult> {
  const { world, seed, pilots, tasksAfter } = planned(given, {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    replications: FIRST,
  });
  const found = await options.runTasks(world, pilots);
  const tasks: RunTask[] = tasksAfter(found);
  const records: RunRecord[] = await options.runTasks(world, tasks);
  for (let replications = FIRST; ; ) {
    const result = assemble(world, seed, tasks, records);
    const reached = worstHalfWidth(result);
    options.onProgress?.(replications, reached);
    if (reached <= options.precision) return checked(result, replications);
    if (replications >= MOST) {
      const warning = `asked for intervals of ±${percent(options.precision)}, reached ±${percent(reached)} with ${MOST} replications`;
      return checked({ ...result, warnings: [...result.warnings, warning] }, replications);
    }
    // Half-widths shrink with the square root: aim at what should suffice, but do not more than double.
    const aim = Math.ceil(replications * Math.min(2, (reached / options.precision) ** 2 * 1.1));
    const until = Math.min(MOST, Math.max(replications + 5, aim));
    const more = tasksAfter(found, replications, until);
    records.push(...(await options.runTasks(world, more)));
    tasks.push(...more);
    replications = until;
  }

  /** With the runs that show the headroom of pools, as many as were needed. */
  async function checked(result: SimulationResult, replications: number): Promise<SimulationResult> {
    const checks = headroomChecks(world);
    const runs = checks.map(
      (check) => check.world && simulateWindowWith(check.world, { seed, replications }, options.runTasks),
    );
    return withHeadroom(result, checks, await Promise.all(runs));
  }
}

/** The widest of the headline intervals, relative to its value; 0 when nothing is random. */
function worstHalfWidth(result: SimulationResult): number {
  let worst = 0;
  for (const service of Object.values(result.services)) {
    for (const summary of [service.ttft_ms, service.tpot_ms, service.wait_ms, service.e2e_ms]) {
      if (!summary || summary.count === 0) continue;
      for (const statistic of ['mean', 'p95'] as const) worst = Math.max(worst, relative(summary, statistic));
    }
  }
  return worst;
}

function relative(summary: Summary, statistic: 'mean' | 'p95'): number {
  const value = summary[statistic];
  const interval = summary.ci95[statistic];
  if (value === null || value === 0) return 0;
  return interval ? (interval[1] - interval[0]) / 2 / value : Infinity;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
