/** Scenarios side by side under common random numbers: replication i of each sees the same arrivals, so differences are paired. */
import { interval95 } from '../kernel/intervals.js';
import { mean } from '../simulate/arithmetic.js';
import type { SimulationResult } from '../simulate/result.js';
import { inThisThread, type Simulator } from '../simulate/simulator.js';
import type { World } from '../simulate/world/world.js';
import { metricValue } from './metrics.js';
import type { CompareResult } from './results.js';

export interface Compared {
  readonly name: string;
  readonly world: World;
}

export interface CompareOptions {
  readonly seed: number;
  readonly replications?: number;
  readonly simulator?: Simulator;
}

const REPLICATIONS = 10;

/** Statistics of a service that are compared where both have them. */
const STATISTICS = ['ttft_ms', 'tpot_ms', 'wait_ms', 'e2e_ms'].flatMap((quantity) =>
  ['mean', 'p95', 'p99'].map((statistic) => `${quantity}.${statistic}`),
);

/**
 * Simulates every scenario with the same seed and compares each with the first. `delta` is the last scenario's value minus the first's
 * (of two, the second minus the first); its interval comes from the paired differences of the replications.
 */
export async function compare(scenarios: readonly Compared[], options: CompareOptions): Promise<CompareResult> {
  const simulator = options.simulator ?? inThisThread;
  const replications = options.replications ?? REPLICATIONS;
  const samples: SimulationResult[][] = [];
  for (const { world } of scenarios) {
    const runs = Array.from({ length: replications }, (_, replication) =>
      simulator(world, { seed: options.seed, only: replication }),
    );
    samples.push(await Promise.all(runs));
  }
  const differences = metricsOf(samples).map((metric) => {
    const series = samples.map((runs) => runs.map((run) => metricValue(metric, { simulation: run })?.value));
    const values = series.map((values) =>
      values.every((value) => value !== undefined) ? mean(values as number[]) : null,
    );
    const [first, last] = [series[0]!, series.at(-1)!];
    const paired = first.map((value, i) => (last[i] ?? Number.NaN) - (value ?? Number.NaN));
    const isKnown = paired.every(Number.isFinite);
    const delta = isKnown ? mean(paired) : null;
    const exact = isKnown && paired.every((value) => value === paired[0]);
    const ci95 = exact && delta !== null ? ([delta, delta] as const) : isKnown ? interval95(paired) : null;
    return { metric, values, delta, ci95, significant: ci95 !== null && (ci95[0] > 0 || ci95[1] < 0) };
  });
  return { schema_version: '1', scenarios: scenarios.map(({ name }) => name), differences };
}

/** Cost first, then each service that every scenario has, then pools. */
function metricsOf(samples: readonly (readonly SimulationResult[])[]): string[] {
  const results = samples.map((runs) => runs[0]!);
  const shared = (of: (result: SimulationResult) => object): string[] =>
    Object.keys(of(results[0]!)).filter((name) => results.every((result) => Object.hasOwn(of(result), name)));
  return [
    'cost.per_month_usd',
    'cost.per_million_tokens_usd',
    'energy.per_month_kwh',
    ...shared((result) => result.services).flatMap((name) => [
      ...STATISTICS.map((statistic) => `services.${name}.${statistic}`),
      `services.${name}.goodput_per_s`,
      ...shared((result) => result.services[name]!.slo_attainment).map(
        (objective) => `services.${name}.slo_attainment.${objective}.share_within`,
      ),
    ]),
    ...shared((result) => result.pools).map((name) => `pools.${name}.utilization.of_capacity`),
    ...shared((result) => result.jobs ?? {}).flatMap((name) => [
      `jobs.${name}.finished_after_s.mean`,
      `jobs.${name}.cost_usd`,
    ]),
  ].filter((metric) => results.every((result) => metricValue(metric, { simulation: result })));
}
