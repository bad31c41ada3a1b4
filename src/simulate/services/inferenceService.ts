/** Runs one replication of a `kind: inference` service (dynamic batching). */
import { runBatchServers } from '../../fleet/batchServer.js';
import { router } from '../../fleet/llm/routing.js';
import { stream } from '../../kernel/random.js';
import { drillsOf, fleetDrills } from '../drills.js';
import { goodLimits } from '../results/attainment.js';
import { NO_COUNTS, type RunRecord } from '../results/record.js';
import type { RunSpec } from '../runSpec.js';
import { poolFor } from '../sharing/shares.js';
import type { PreparedService, World } from '../world/world.js';
import { replicaWeights } from './replicaWeights.js';
import { initialReplicas, scaledFleet } from './scaledFleet.js';
import { expectedRequests, requestSource } from './sources.js';

export type InferencePrepared = Extract<PreparedService, { kind: 'inference' }>;

export function runInference(world: World, prepared: InferencePrepared, spec: RunSpec): RunRecord {
  const { service, plan, name } = prepared;
  const onPool = poolFor(world, name, prepared.pool);
  const replicas = initialReplicas(prepared, onPool, spec);
  const { fallbackPlans = [] } = prepared;
  const types = [prepared, ...fallbackPlans.map((other) => ({ ...prepared, plan: other }))];
  const drills = drillsOf(world, prepared, spec);
  const scaled = scaledFleet(types, plan.servers, onPool, spec, fleetDrills(drills, spec), 0, world.scenario.start);
  const expected = expectedRequests(service.traffic, prepared.trace, world.drivers.users, spec);
  const levels: number[] = [];
  const run = runBatchServers(
    {
      replicas,
      instances: plan.servers,
      maxBatch: service.batching.max_batch,
      maxDelayS: service.batching.max_delay,
      batchTimeS: plan.batchTimeS,
      others: fallbackPlans.map(({ servers, batchTimeS }) => ({ instances: servers, batchTimeS })),
      router: router(
        world.scenario.routing.policy,
        stream(spec.seed, spec.replication, `${name}/routing`),
        replicaWeights(world.scenario.routing, [{ pool: prepared.pool, engines: 1, replicas }]),
      ),
      e2eLimitS: goodLimits(service.slo).e2eS,
    },
    requestSource(prepared, world.drivers, spec, Infinity, drills),
    {
      ...(scaled && { controller: scaled.controller }),
      ...(spec.sink && { sink: spec.sink }),
      warmupS: spec.warmupS,
      untilS: spec.windowS === null ? Infinity : spec.warmupS + spec.windowS,
      batches: spec.batches,
      batchSize: spec.batches > 1 ? Math.max(1, Math.ceil(expected / spec.batches)) : 0,
      ...(spec.probeEveryS !== undefined && {
        probe: { everyS: spec.probeEveryS, observe: (inSystem: number) => levels.push(inSystem) },
      }),
    },
  );
  const { untilS } = run;
  return {
    fromS: run.fromS,
    untilS,
    counts: {
      ...NO_COUNTS,
      arrived: run.arrived,
      carriedIn: run.carriedIn,
      carriedOut: run.carriedOut,
      completed: run.completed,
      failed: run.failed,
      inFlight: run.inFlight,
      good: run.good,
    },
    histograms: { queue: run.queue, e2e: run.e2e },
    waiting: { integral: run.waiting.integral(untilS), max: run.waiting.max },
    inSystem: { integral: run.inSystem.integral(untilS), max: run.inSystem.max },
    pending: { e2e: run.pending },
    busyS: run.busyInstanceSeconds,
    servers: replicas * plan.servers,
    ...(scaled && { fleet: scaled.record(run.replicaSeconds, run.fromS, untilS) }),
    servingS: run.servingS,
    batch: { weight: run.requestsStarted, over: run.batchesStarted, max: run.largestBatch },
    ...(spec.probeEveryS !== undefined && { levels }),
    events: run.arrived + run.batchesStarted,
  };
}
