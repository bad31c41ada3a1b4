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
  }

  /** What a request spends outside an engine of `group`, before the first token: in the server, and on the way there and back; seconds. */
  outsideS(id: number, group: number): number {
    const { fixedS, perPromptTokenS } = this.groups[group]!.overhead;
    const insideS = fixedS + perPromptTokenS * this.table.promptTokens[id]!;
    return this.origins === undefined ? insideS : insideS + this.origins.rttS[this.table.origin[id]!]![group]!;
  }

  /** A request has its last token. */
  completed(id: number, engine: number, group: number): void {
    const { table, metrics, fromS, good } = this;
    const { now } = this.clock;
    metrics.inSystem.add(now, -1);
    if (!this.measuring) return;
    const arrivedAt = table.arrivedAt[id]!;
    metrics.sojournS += now - Math.max(arrivedAt, fromS);
    const batch = table.batch[id]!;
    const outputTokens = table.outputTokens[id]!;
    const outsideS = this.outsideS(id, group);
    const ttft = table.firstTokenAt[id]! - arrivedAt + outsideS;
    const e2e = now - arrivedAt + outsideS;
    const queued = table.admittedAt[id]! - arrivedAt;
    if (arrivedAt < fromS) metrics.carriedOut++;
    else metrics.completed++;
    metrics.ttft[batch]!.add(ttft);
    metrics.e2e[batch]!.add(e2e);
    metrics.queue[batch]!.add(queued);
    let tpot = 0;
    if (outputTokens > 1) {
      tpot = (e2e - ttft) / (outputTokens - 1);
      metrics.tpot[batch]!.add(tpot);
    }
    if (metrics.ttftByLevel.length > 0) {
      metrics.ttftByLevel[table.priority[id]!]!.add(ttft);
      metrics.e2eByLevel[table.priority[id]!]!.add(e2e);
    }
    if (metrics.byOrigin.length > 0) metrics.byOrigin[table.origin[id]!]!.answered(group, outputTokens, ttft, e2e);
    if (metrics.byTenant.length > 0) metrics.byTenant[table.tenant[id]!]!.answered(group, outputTokens, ttft, e2e);
    if (ttft <= good.ttftS && tpot <= good.tpotS && e2e <= good.e2eS) metrics.good++;
    this.sink?.({
      arrivedAtS: arrivedAt,
      promptTokens: table.promptTokens[id]!,
      outputTokens,
      queuedS: queued,
      ttftS: ttft,
      e2eS: e2e,
      replica: engine,
      outcome: 'completed',
    });
  }

  /** A request ends without an answer: a failure has lost it, or its client has given it up. */
  unanswered(id: number, outcome: 'failed' | 'abandoned'): void {
    const { table, metrics } = this;
    const { now } = this.clock;
    metrics.inSystem.add(now, -1);
    if (!this.measuring) return;
    const arrivedAt = table.arrivedAt[id]!;
    metrics.sojournS += now - Math.max(arrivedAt, this.fromS);
    metrics[outcome]++;
    this.sink?.({
      arrivedAtS: arrivedAt,
      promptTokens: table.promptTokens[id]!,
      outputTokens: table.outputTokens[id]!,
      queuedS: 0,
      ttftS: 0,
      e2eS: now - arrivedAt,
      replica: -1,
      outcome,
    });
  }

  rejected(why: Rejection, promptTokens: number, outputTokens: number, origin: number, tenant: number): void {
    if (!this.measuring) return;
    const { metrics } = this;
    metrics.rejected++;
    metrics.rejectedFor[why]++;
    for (const part of [metrics.byOrigin[origin], metrics.byTenant[tenant]]) if (part) part.rejected++;
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
