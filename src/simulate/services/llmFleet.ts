/** The fleet of a `kind: llm` service as the simulation takes it, by its scenario and plans. */
import type { AdmissionRules, RateLimit } from '../../fleet/llm/admissionControl.js';
import type { LlmFleetConfig } from '../../fleet/llm/fleet.js';
import { Origins } from '../../fleet/llm/origins.js';
import type { ReplicaGroup } from '../../fleet/llm/replicaGroup.js';
import { type RouterSettings, router } from '../../fleet/llm/routing.js';
import { Shares } from '../../fleet/llm/shares.js';
import type { TokenApiSettings } from '../../fleet/llm/tokenApi.js';
import { VerifySteps } from '../../fleet/llm/verifySteps.js';
import type { Uniform } from '../../kernel/random.js';
import type * as scenario from '../../scenario/types.js';
import { weeklyIntensity } from '../../workload/intensity.js';
import { goodLimits } from '../results/attainment.js';
import type { RunSpec } from '../runSpec.js';
import { poolFor } from '../sharing/shares.js';
import type { Lane, PreparedOrigin, PreparedService, World } from '../world/types.js';
import { clientSettings } from './client.js';
import { replicaWeights } from './replicaWeights.js';
import { initialReplicas } from './scaledFleet.js';

export type LlmPrepared = Extract<PreparedService, { kind: 'llm' }>;

/** @param random gives the stream of a purpose */
export function llmFleet(
  world: World,
  prepared: LlmPrepared,
  spec: RunSpec,
  random: (what: string) => Uniform,
): LlmFleetConfig {
  const { service, plan, lanes, origins, link } = prepared;
  const { traffic, batching, admission } = service;
  const { routing } = world.scenario;
  const drafts = plan.speculative;
  const hitRate = plan.adapters?.hitRate ?? 1;
  const priorities = prioritiesOf(prepared);
  const groups = groupsOf(lanes);
  const rttS = origins?.map((origin) => byGroup(groups, origin.rttS));
  const weighted = groups.map(({ lane: { pool, plan }, isFallback }) => ({
    pool,
    engines: plan.engines,
    replicas: isFallback ? 0 : poolFor(world, prepared.name, pool).pool.replicas.initial,
  }));
  const settings: RouterSettings = {
    ...replicaWeights(routing, weighted),
    ...(rttS && { nearest: { rttS, maxWaiting: routing.overflow ?? Infinity } }),
  };
  return {
    groups: groups.map(({ lane, isFallback }) => groupOf(world, prepared, lane, isFallback, spec)),
    ...(link && { handOver: { ...link, router: router(routing.policy, random('decode routing'), settings) } }),
    maxModelTokens: plan.maxModelTokens,
    rejectTooLong: batching.max_model_len !== undefined,
    router: router(routing.policy, random('routing'), settings),
    good: goodLimits(service.slo),
    ...(traffic.client && { client: clientSettings(traffic.client, random('client')) }),
    ...(drafts && { speculative: new VerifySteps(drafts.tokens, drafts.acceptance, random('speculative')) }),
    ...(hitRate < 1 && { adapters: new Shares([hitRate, 1 - hitRate], random('adapters')) }),
    ...(priorities && {
      priority: new Shares(
        priorities.map(({ share }) => share),
        random('priority'),
      ),
    }),
    ...(origins && { origins: originsOf(origins, groups, traffic, spec, random('origins')) }),
    ...((admission || traffic.tenants) && { admission: admissionOf(admission, traffic.tenants) }),
    ...(routing.overflow_to && { tokenApi: tokenApiSettings(routing.overflow_to) }),
    ...(traffic.tenants && {
      tenants: new Shares(
        traffic.tenants.map(({ share }) => share),
        random('tenants'),
      ),
    }),
  };
}

const tokenApiSettings = ({ ttft, tpot, when }: scenario.OverflowTo): TokenApiSettings => ({
  whenWaiting: when.waiting,
  ttftS: ttft,
  tpotS: tpot,
});

/** The replicas of a lane on one instance type of its pool. */
export interface LaneGroup {
  readonly lane: Lane;
  /** Index of the lane. */
  readonly of: number;
  readonly isFallback: boolean;
}

/** The groups of a fleet: lane by lane, each on its own instance type first and then on those that it falls back to. */
export const groupsOf = (lanes: readonly Lane[]): readonly LaneGroup[] =>
  lanes.flatMap((lane, of) =>
    [lane, ...(lane.fallback ?? [])].map((each, i) => ({ lane: each, of, isFallback: i > 0 })),
  );

const byGroup = <Value>(groups: readonly LaneGroup[], byLane: readonly Value[]): readonly Value[] =>
  groups.map(({ of }) => byLane[of]!);

/** Levels of priority, where there are several. */
export function prioritiesOf({ service }: LlmPrepared): scenario.Traffic['priority'] {
  const { priority } = service.traffic;
  return priority && priority.length > 1 ? priority : undefined;
}

function groupOf(
  world: World,
  prepared: LlmPrepared,
  { pool, plan, role }: Lane,
  isFallback: boolean,
  spec: RunSpec,
): ReplicaGroup {
  const { traffic, batching, admission } = prepared.service;
  const contents = traffic.users
    ? Math.ceil(traffic.users.concurrent * world.drivers.users * Math.max(1, ...traffic.shape.weights)) + 1
    : (traffic.unique_prompts ?? 0);
  const priorities = prioritiesOf(prepared);
  return {
    step: plan.step,
    limits: {
      maxSequences: Math.min(plan.maxSequences, plan.maxBatchedTokens),
      maxBatchedTokens: plan.maxBatchedTokens,
      blockTokens: plan.blockTokens,
      kvBlocks: plan.kvBlocks,
      prefixCaching: batching.prefix_caching,
      // Who computes prompts has no answers to make room for.
      ...(plan.reservesAnswers && role !== 'prefill' && { reservesAnswers: true }),
      contentKeys: 1 + contents,
      ...(plan.speculative && { draftTokens: plan.speculative.tokens }),
      ...(priorities && { priorityLevels: priorities.length }),
      ...(admission?.fairness && traffic.tenants && { tenantWeights: traffic.tenants.map(({ weight = 1 }) => weight) }),
      ...(plan.swap && { swap: plan.swap }),
      ...(plan.adapters && { adapterLoadS: plan.adapters.loadS }),
    },
    overhead: plan.overhead,
    engines: isFallback
      ? 0
      : initialReplicas({ ...prepared, pool, plan }, poolFor(world, prepared.name, pool), spec) * plan.engines,
    enginesPerReplica: plan.engines,
    ...(role && { role }),
  };
}

/** Demand by region follows the hours of the run; a run at one level of the week has the week's mean shares. */
function originsOf(
  origins: readonly PreparedOrigin[],
  groups: readonly LaneGroup[],
  { origins: weights }: scenario.Traffic,
  { level, startHour, warmupS }: RunSpec,
  uniform: Uniform,
): Origins {
  return new Origins(
    {
      shares: origins.map(({ share }) => share),
      ...(level === undefined &&
        weights && { intensities: weights.map((each) => weeklyIntensity(each, startHour, warmupS)) }),
      rttS: origins.map(({ rttS }) => byGroup(groups, rttS)),
      allowed: origins.map(({ allowed }) => byGroup(groups, allowed)),
    },
    uniform,
  );
}

function admissionOf(
  admission: scenario.Admission | undefined,
  tenants: readonly scenario.Tenant[] | undefined,
): AdmissionRules {
  const limit = ({ rate, burst, of }: scenario.RateLimit): RateLimit => ({ perS: rate, burst, of });
  return {
    ...(admission?.max_queue !== undefined && { maxWaiting: admission.max_queue }),
    ...(admission?.max_in_flight !== undefined && { maxInFlight: admission.max_in_flight }),
    ...(admission?.rate_limit && { rateLimit: limit(admission.rate_limit) }),
    ...(tenants && { tenantLimits: tenants.map(({ rate_limit }) => rate_limit && limit(rate_limit)) }),
  };
}
