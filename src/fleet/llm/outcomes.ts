/**
 * What becomes of requests, as the metrics and rows of a run tell it. Latencies are those of the requests that end while measuring, whenever
 * they came: counting only who also came within the window would leave out long requests the more the shorter it is.
 */
import type { Clock } from '../../kernel/clock.js';
import type { Rejection } from './admissionControl.js';
import type { GoodLimits, LlmMetrics, RequestSink } from './metrics.js';
import type { Origins } from './origins.js';
import type { ReplicaGroup } from './replicaGroup.js';
import type { RequestTable } from './requestTable.js';

export class Outcomes {
  measuring: boolean;
  /** What `leaveEngine` finds: in a field, because each request asks (see `Clock`). */
  outsideS = 0;
  /** Of the request that was answered last. */
  private readonly latencies = { ttftS: 0, tpotS: 0, e2eS: 0, queuedS: 0 };
  private readonly isBrokenDown: boolean;

  constructor(
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly groups: readonly ReplicaGroup[],
    private readonly origins: Origins | undefined,
    private readonly good: GoodLimits,
    private readonly fromS: number,
    private readonly sink: RequestSink | undefined,
  ) {
    this.measuring = fromS <= 0;
    this.isBrokenDown = metrics.ttftByLevel.length + metrics.byOrigin.length + metrics.byTenant.length > 0;
  }

  /**
   * Puts into `outsideS` what a request spends outside an engine of `group`, before the first token: in the server, and on the way there
   * and back; seconds. The group after the last is the token API.
   */
  leaveEngine(id: number, group: number): void {
    this.outsideS = 0;
    // The latencies of a token API are what its clients see.
    if (group === this.groups.length) return;
    const { fixedS, perPromptTokenS } = this.groups[group]!.overhead;
    this.outsideS = fixedS + perPromptTokenS * this.table.promptTokens[id]!;
    if (this.origins !== undefined) this.outsideS += this.origins.rttS[this.table.origin[id]!]![group]!;
  }

  /** A request has its last token. */
  completed(id: number, engine: number, group: number): void {
    const { table, metrics, fromS, good } = this;
    const { now } = this.clock;
    metrics.enter(-1);
    this.leaveEngine(id, group);
    if (!this.measuring) return;
    const arrivedAt = table.arrivedAt[id]!;
    metrics.sojournS += now - Math.max(arrivedAt, fromS);
    if (arrivedAt < fromS) metrics.carriedOut++;
    else metrics.completed++;
    this.measure(id);
    const { ttftS, tpotS, e2eS } = this.latencies;
    if (ttftS <= good.ttftS && tpotS <= good.tpotS && e2eS <= good.e2eS) metrics.good++;
    this.count(table.batch[id]!);
    this.countPace(table.batch[id]!, table.outputTokens[id]!);
    if (this.isBrokenDown) this.countParts(id, group);
    if (this.sink !== undefined) this.tell(id, engine);
  }

  /** Puts what an answered request has seen into `latencies`. */
  private measure(id: number): void {
    const { table, latencies, outsideS } = this;
    const arrivedAt = table.arrivedAt[id]!;
    const outputTokens = table.outputTokens[id]!;
    const ttftS = table.firstTokenAt[id]! - arrivedAt + outsideS;
    const e2eS = this.clock.now - arrivedAt + outsideS;
    latencies.ttftS = ttftS;
    latencies.e2eS = e2eS;
    latencies.queuedS = table.admittedAt[id]! - arrivedAt;
    latencies.tpotS = outputTokens > 1 ? (e2eS - ttftS) / (outputTokens - 1) : 0;
  }

  private count(batch: number): void {
    const { metrics, latencies } = this;
    const ttft = metrics.ttft[batch]!;
    ttft.value = latencies.ttftS;
    ttft.insert(1);
    const e2e = metrics.e2e[batch]!;
    e2e.value = latencies.e2eS;
    e2e.insert(1);
  }

  private countPace(batch: number, outputTokens: number): void {
    const { metrics, latencies } = this;
    const queue = metrics.queue[batch]!;
    queue.value = latencies.queuedS;
    queue.insert(1);
    if (outputTokens < 2) return;
    const tpot = metrics.tpot[batch]!;
    tpot.value = latencies.tpotS;
    tpot.insert(1);
  }

  /** By level of priority, origin and tenant, where there are such. */
  private countParts(id: number, group: number): void {
    const { table, metrics, latencies } = this;
    const outputTokens = table.outputTokens[id]!;
    if (metrics.ttftByLevel.length > 0) {
      const ttft = metrics.ttftByLevel[table.priority[id]!]!;
      ttft.value = latencies.ttftS;
      ttft.insert(1);
      const e2e = metrics.e2eByLevel[table.priority[id]!]!;
      e2e.value = latencies.e2eS;
      e2e.insert(1);
    }
    if (metrics.byOrigin.length > 0) metrics.byOrigin[table.origin[id]!]!.answered(group, outputTokens, latencies);
    if (metrics.byTenant.length > 0) metrics.byTenant[table.tenant[id]!]!.answered(group, outputTokens, latencies);
  }

  private tell(id: number, engine: number): void {
    const { table } = this;
    const { queuedS, ttftS, e2eS } = this.latencies;
    this.sink?.({
      arrivedAtS: table.arrivedAt[id]!,
      promptTokens: table.promptTokens[id]!,
      outputTokens: table.outputTokens[id]!,
      queuedS,
      ttftS,
      e2eS,
      replica: engine,
      outcome: 'completed',
    });
  }

  /** A request ends without an answer: a failure has lost it, or its client has given it up. */
  unanswered(id: number, outcome: 'failed' | 'abandoned'): void {
    const { table, metrics } = this;
    const { now } = this.clock;
    metrics.enter(-1);
    if (!this.measuring) return;
    const arrivedAt = table.arrivedAt[id]!;
    metrics.sojournS += now - Math.max(arrivedAt, this.fromS);
    metrics[outcome]++;
    this.tellUnanswered(id, outcome);
  }

  private tellUnanswered(id: number, outcome: 'failed' | 'abandoned' | 'rejected'): void {
    const { table } = this;
    const arrivedAtS = table.arrivedAt[id]!;
    this.sink?.({
      arrivedAtS,
      promptTokens: table.promptTokens[id]!,
      outputTokens: table.outputTokens[id]!,
      queuedS: 0,
      ttftS: 0,
      e2eS: this.clock.now - arrivedAtS,
      replica: -1,
      outcome,
    });
  }

  /** A request has been turned away with its last try. */
  refused(id: number, why: Rejection): void {
    const { table, metrics } = this;
    const { now } = this.clock;
    metrics.enter(-1);
    if (!this.measuring) return;
    const arrivedAt = table.arrivedAt[id]!;
    metrics.sojournS += now - Math.max(arrivedAt, this.fromS);
    this.countRejection(why, table.origin[id]!, table.tenant[id]!);
    this.tellUnanswered(id, 'rejected');
  }

  private countRejection(why: Rejection, origin: number, tenant: number): void {
    const { metrics } = this;
    metrics.rejected++;
    metrics.rejectedFor[why]++;
    if (metrics.byOrigin.length > 0) metrics.byOrigin[origin]!.rejected++;
    if (metrics.byTenant.length > 0) metrics.byTenant[tenant]!.rejected++;
  }

  /** A request is turned away before it is in the system. */
  rejected(why: Rejection, promptTokens: number, outputTokens: number, origin: number, tenant: number): void {
    if (!this.measuring) return;
    this.countRejection(why, origin, tenant);
    this.sink?.({
      arrivedAtS: this.clock.now,
      promptTokens,
      outputTokens,
      queuedS: 0,
      ttftS: 0,
      e2eS: 0,
      replica: -1,
      outcome: 'rejected',
    });
  }
}
