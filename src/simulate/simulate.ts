/** The main question: what does the system that the scenario describes do over its window? */
import type { RequestSink } from '../fleet/llm/metrics.js';
import { bottleneckOf, loadOf } from './bottleneck.js';
import { costOf } from './cost.js';
import { energyOf } from './energy.js';
import { fingerprintOf } from './fingerprint.js';
import { simulateInference } from './inferenceService.js';
import { instancesBilled } from './instances.js';
import { simulateLlm } from './llmService.js';
import { simulateQueue } from './queueService.js';
import type { PoolResult, ServiceResult, SimulationResult } from './result.js';
import type { ServiceRun } from './serviceRun.js';
import type { World } from './world.js';

export interface SimulateOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: number;
  /** Overrides the scenario's number of replications (a quick first look, a tighter answer). */
  readonly replications?: number;
  /** Receives each finished request of the first replication. */
  readonly sink?: (service: string) => RequestSink;
}

/**
 * Simulates every service of a world and prices what it used. Pure: equal worlds and seeds give equal results.
 *
 * @throws Error when an invariant of the simulation breaks (a bug of ours)
 */
export function simulate(given: World, options: SimulateOptions = {}): SimulationResult {
  const world =
    options.replications === undefined
      ? given
      : { ...given, scenario: { ...given.scenario, replications: options.replications } };
  const seed = options.seed ?? world.scenario.seed;
  const runs = new Map<string, ServiceRun>();
  for (const prepared of world.services) runs.set(prepared.name, runService(world, prepared, seed, options));

  const services: Record<string, ServiceResult> = {};
  const warnings = [...world.warnings];
  for (const [name, run] of runs) {
    services[name] = run.result;
    warnings.push(...run.warnings);
  }
  const all = [...runs.values()];
  const windowS = Math.max(...all.map((run) => run.windowS));
  const cost = costOf(world, runs, windowS);
  return {
    schema_version: '1',
    fingerprint: fingerprintOf(world, seed),
    name: world.scenario.name,
    window_s: windowS,
    warmup_s: Math.max(...all.map((run) => run.warmupS)),
    replications: Math.max(...all.map((run) => run.replications)),
    services,
    pools: poolResults(world, runs),
    cost,
    energy: energyOf(world, runs, windowS),
    bottleneck: bottleneckOf(world, runs),
    warnings,
  };
}

function runService(
  world: World,
  prepared: World['services'][number],
  seed: number,
  options: SimulateOptions,
): ServiceRun {
  if (prepared.kind === 'queue') return simulateQueue(world, prepared, seed);
  const pool = world.pools[prepared.pool]!;
  return prepared.kind === 'llm'
    ? simulateLlm(world, prepared, pool, seed, options.sink?.(prepared.name))
    : simulateInference(world, prepared, pool, seed);
}

function poolResults(world: World, runs: ReadonlyMap<string, ServiceRun>): Record<string, PoolResult> {
  const results: Record<string, PoolResult> = {};
  for (const service of world.services) {
    const use = runs.get(service.name)?.use;
    if (service.pool === undefined || !use) continue;
    const { pool, hardware } = world.pools[service.pool]!;
    const accelerators = use.replicas * use.acceleratorsPerReplica;
    results[service.pool] = {
      instance: hardware.instance
        ? `${hardware.instance.provider}/${hardware.instance.type}`
        : (pool.accelerator ?? ''),
      accelerator: hardware.accelerator?.name ?? '',
      accelerators_per_replica: use.acceleratorsPerReplica,
      utilization: { mean: use.utilization, of_capacity: loadOf(service, runs.get(service.name)!).utilization },
      replicas: { mean: use.replicas, max: use.replicas },
      ...(use.kvUtilization && { kv_utilization: use.kvUtilization }),
      ...(use.batchSize && { batch_size: use.batchSize }),
      instances_billed: instancesBilled(use.replicas, use.acceleratorsPerReplica, hardware.acceleratorsPerInstance),
      quota_used: pool.quota === undefined ? null : accelerators / pool.quota,
    };
  }
  return results;
}
