/** Takes requests from a source into the fleet: those that could never be served are rejected, the others get a row in the table. */
import type { RequestSource } from '../../workload/source.js';
import type { Rejection } from './admissionControl.js';
import type { LlmFleetConfig, LlmRunOptions } from './fleet.js';
import type { Gate } from './gate.js';
import type { LlmMetrics } from './metrics.js';
import type { Outcomes } from './outcomes.js';
import { hasRoomFor, longestRequest, type ReplicaGroup } from './replicaGroup.js';
import type { RequestTable } from './requestTable.js';

/** Rejections at one moment after which a closed loop without think time is taken to go round for ever. */
const STANDSTILL = 10_000_000;
const NONE = -1;

export class Arrivals {
  /** Requests so far: the number of a request is what its own random draws are made from. */
  requests = 0;
  private rejectedAt = -1;
  private rejectedTogether = 0;
  /** Why the request that was taken last has been turned away, which its client tries again; undefined where it has not. */
  refused: Rejection | undefined;
  private readonly triesAgain: boolean;
  /** The longest request that engines of all groups have room for. */
  private readonly shortest: number;
  /** By origin: whether the groups that may serve it can do all of a request that any of them has room for. */
  private readonly isReachable: readonly boolean[];

  constructor(
    private readonly config: LlmFleetConfig,
    private readonly options: LlmRunOptions,
    private readonly source: RequestSource,
    private readonly gate: Gate | undefined,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly outcomes: Outcomes,
  ) {
    this.shortest = Math.min(...config.groups.map(longestRequest));
    this.isReachable = config.origins?.allowed.map((may) => this.hasWay(may, 2)) ?? [true];
    const { client } = config;
    this.triesAgain = client?.retriesOn.rejection === true && client.retries > 0;
  }

  /** Takes the source's next request, which arrives now; returns its id, −1 when it is rejected. */
  take(): number {
    const { config, metrics, outcomes, source, table } = this;
    const { time, promptTokens, outputTokens, sharedTokens, encodeS, contentKey, continues, user } = source;
    const request = this.requests++;
    if (outcomes.measuring) metrics.arrived++;
    const batch = this.batch();
    source.advance();
    const origin = config.origins === undefined ? 0 : config.origins.originOf(user >= 0 ? user : request, time);
    const tenant = config.tenants === undefined ? 0 : config.tenants.of(request);
    if (outcomes.measuring) {
      if (config.origins !== undefined) metrics.byOrigin[origin]!.arrives();
      if (config.tenants !== undefined) metrics.byTenant[tenant]!.arrives();
    }
    let why = this.misfit(promptTokens, outputTokens, origin);
    this.refused = undefined;
    if (why === undefined && this.gate !== undefined) {
      this.refused = this.gate.refusal(promptTokens + outputTokens, tenant);
      if (!this.triesAgain) why = this.refused;
    }
    if (why !== undefined) {
      if (config.client !== undefined && this.refused !== undefined && outcomes.measuring) metrics.refusals++;
      outcomes.rejected(why, promptTokens, outputTokens, origin, tenant);
      if (user >= 0) this.turnAway(user, time);
      return NONE;
    }
    const id = table.take();
    table.arrivedAt[id] = time;
    table.promptTokens[id] = promptTokens;
    table.outputTokens[id] = outputTokens;
    table.startAnew(id);
    table.sharedTokens[id] = sharedTokens;
    table.encodePerToken[id] = encodeS > 0 ? encodeS / (promptTokens - sharedTokens) : 0;
    table.contentKey[id] = contentKey;
    table.continues[id] = continues ? 1 : 0;
    table.user[id] = user;
    table.batch[id] = batch;
    table.priority[id] = config.priority === undefined ? 0 : config.priority.of(request);
    table.lacksAdapter[id] = config.adapters === undefined ? 0 : config.adapters.of(request);
    table.origin[id] = origin;
    table.tenant[id] = tenant;
    this.setSteps(id, request);
    metrics.enter(1);
    metrics.currentBatch = batch;
    return id;
  }

  /** Why a request could never be served; undefined where it could. */
  private misfit(promptTokens: number, outputTokens: number, origin: number): Rejection | undefined {
    const { config, metrics } = this;
    const tokens = promptTokens + outputTokens;
    const tooLong = tokens > config.maxModelTokens;
    if (tooLong && this.outcomes.measuring) metrics.tooLong++;
    if (tooLong && config.rejectTooLong) return 'too_long';
    if (tokens > this.shortest || !this.isReachable[origin]) {
      return this.nowhere(promptTokens, outputTokens, origin);
    }
    return undefined;
  }

  /** Why no engine could ever serve a request; undefined where one could. */
  private nowhere(promptTokens: number, outputTokens: number, origin: number): Rejection | undefined {
    const { groups, origins } = this.config;
    const fits = groups.map((group) => hasRoomFor(group, promptTokens, outputTokens));
    if (!this.hasWay(fits, outputTokens)) return 'kv_memory';
    if (origins === undefined || origins.isFree[origin]!) return undefined;
    const may = fits.map((each, group) => each && origins.allowed[origin]![group]!);
    return this.hasWay(may, outputTokens) ? undefined : 'residency';
  }

  /** Whether groups that may serve a request can do all of it: its prompt, and where others decode, the rest of its answer. */
  private hasWay(may: readonly boolean[], outputTokens: number): boolean {
    const { groups } = this.config;
    const some = (suits: (role: ReplicaGroup['role']) => boolean): boolean =>
      may.some((each, group) => each && suits(groups[group]!.role));
    const decodes = groups.some(({ role }) => role === 'decode') && outputTokens > 1;
    return some((role) => role !== 'decode') && (!decodes || some((role) => role === 'decode'));
  }

  /** The batch of requests, for intervals, that the request just counted belongs to. */
  private batch(): number {
    const { batches, batchSize } = this.options;
    const { arrived } = this.metrics;
    return batchSize > 0 && arrived > 0 ? Math.min(batches - 1, Math.floor((arrived - 1) / batchSize)) : 0;
  }

  /** How many steps the answer takes, and how many tokens each gives. */
  private setSteps(id: number, request: number): void {
    const { table } = this;
    const { speculative } = this.config;
    const outputTokens = table.outputTokens[id]!;
    if (speculative === undefined || outputTokens < 2) {
      table.steps[id] = outputTokens;
      table.gain[id] = 1;
    } else {
      const steps = speculative.stepsFor(outputTokens - 1, request);
      table.steps[id] = steps + 1;
      table.gain[id] = speculative.gain;
    }
  }

  /** A user of a closed loop learns at once that the request is rejected. */
  private turnAway(user: number, now: number): void {
    this.rejectedTogether = now > this.rejectedAt ? 0 : this.rejectedTogether + 1;
    this.rejectedAt = now;
    if (this.rejectedTogether > STANDSTILL) {
      throw new Error(`users who do not think are rejected without end: time stands still at ${now} s`);
    }
    this.source.answered(user, now + this.config.groups[0]!.overhead.fixedS);
  }
}
