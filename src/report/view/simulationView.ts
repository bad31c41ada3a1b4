import type { PoolResult, ServiceResult, SimulationResult, StationResult, Summary } from '../../simulate/result.js';
import { formatLimitMs, formatMs } from '../format/duration.js';
import { formatMsInterval } from '../format/interval.js';
import { formatUsd } from '../format/money.js';
import { ABSENT, formatCount, formatMeanCount, formatSignificant } from '../format/numbers.js';
import { formatStatistic, type StatisticName, unresolvedNote } from '../format/quantile.js';
import { formatProbability, formatRate, formatShare } from '../format/quantity.js';
import { latenciesOf, objectiveLabel } from './labels.js';
import { rejectionText } from './partsView.js';
import { judged, label, number, type Table } from './table.js';

const SHOWN: readonly StatisticName[] = ['mean', 'p50', 'p90', 'p95', 'p99'];
const CLASS_SHOWN: readonly StatisticName[] = ['mean', 'p95'];

/** Latency by statistic with the 95 % interval of p95. */
export function latencyTable(service: Partial<ServiceResult>): Table {
  return {
    columns: [
      { header: 'Latency' },
      number('mean', 2),
      number('p50'),
      number('p90', 3),
      number('p95'),
      { header: '[95 % CI]', dropOrder: 4 },
      number('p99'),
    ],
    rows: latenciesOf(service).map(({ name, summary }) => [
      name,
      formatStatistic(summary, 'mean'),
      formatStatistic(summary, 'p50'),
      formatStatistic(summary, 'p90'),
      formatStatistic(summary, 'p95'),
      formatMsInterval(summary.ci95.p95, summary.p95),
      formatStatistic(summary, 'p99'),
    ]),
  };
}

/** The tails that too few samples support, by latency; equal remarks are said once. */
export function unresolvedTails(service: Partial<ServiceResult>): readonly string[] {
  const byNote = new Map<string, string[]>();
  const remark = (name: string, summary: Summary, shown: readonly StatisticName[]): void => {
    const note = unresolvedNote(summary, shown);
    if (note !== null) byNote.set(note, [...new Set([...(byNote.get(note) ?? []), name])]);
  };
  for (const { name, summary } of latenciesOf(service)) remark(name, summary, SHOWN);
  for (const { name, latencies } of classesOf(service))
    for (const { summary } of latencies) remark(name, summary, CLASS_SHOWN);
  return [...byNote].map(([note, names]) => `${names.join(', ')}: ${note}`);
}

export function sloTable(service: ServiceResult): Table {
  return {
    columns: [
      { header: 'Objective' },
      number('Limit'),
      number('Measured'),
      number('Within limit'),
      number('Chance it holds', 1),
    ],
    rows: Object.entries(service.slo_attainment).map(([name, slo]) => [
      objectiveLabel(name),
      `≤ ${formatLimitMs(slo.limit_ms)}`,
      slo.met ? { text: formatMs(slo.value_ms), tone: 'good', mark: '✓' } : judged(formatMs(slo.value_ms), false),
      formatShare(slo.share_within),
      formatProbability(slo.probability),
    ]),
  };
}

/** Throughput in words: `6.45 req/s · 5,800 tokens in/s · 1,420 tokens out/s · goodput 6.41 /s`. */
export function throughputFacts(service: ServiceResult): readonly string[] {
  const { requests_per_s, input_tokens_per_s, output_tokens_per_s } = service.throughput;
  return [
    `${formatSignificant(requests_per_s)} req/s`,
    ...(input_tokens_per_s === undefined ? [] : [`${formatSignificant(input_tokens_per_s, 4)} tokens in/s`]),
    ...(output_tokens_per_s === undefined ? [] : [`${formatSignificant(output_tokens_per_s, 4)} tokens out/s`]),
    `goodput ${formatRate(service.goodput_per_s)}`,
  ];
}

/** What became of the requests; outcomes that did not occur are left out. */
export function requestFacts(service: ServiceResult): readonly string[] {
  const { arrived, completed, rejected, abandoned, failed, in_flight } = service.requests;
  const outcomes = [
    [completed, 'completed'],
    [rejected, service.rejections === undefined ? 'rejected' : `rejected (${rejectionText(service)})`],
    [abandoned, 'abandoned'],
    [failed, 'failed'],
    [in_flight, 'in flight'],
  ] as const;
  return [
    `${formatCount(arrived)} arrived`,
    ...outcomes.filter(([count]) => count > 0).map(([count, name]) => `${formatCount(count)} ${name}`),
  ];
}

/** Queueing and cache figures, those that the service has. */
export function stateFacts(service: ServiceResult): readonly string[] {
  return [
    `in queue ${formatSignificant(service.queue_length.mean)} (max ${formatCount(service.queue_length.max)})`,
    `in system ${formatSignificant(service.in_system.mean)}`,
    ...(service.probability_wait === undefined ? [] : [`P(wait) ${formatShare(service.probability_wait)}`]),
    ...(service.prefix_hit_rate === undefined ? [] : [`prefix hits ${formatShare(service.prefix_hit_rate)}`]),
    ...(service.preemptions ? [preemptionText(service.preemptions, service.swaps)] : []),
  ];
}

const preemptionText = (preemptions: number, swaps: number | undefined): string =>
  swaps === undefined
    ? `${formatCount(preemptions)} preemptions`
    : `${formatCount(preemptions)} preemptions (${formatCount(swaps)} moved to host memory)`;

/** Latency by class (kind: queue) or by level of priority (kind: llm), most urgent first. */
export function classTable(service: ServiceResult): Table {
  const [header, first] = service.priority === undefined ? ['Class', 'wait'] : ['Priority', 'TTFT'];
  return {
    columns: [
      label(header),
      ...[first, 'e2e'].flatMap((name) => CLASS_SHOWN.map((which) => number(`${name} ${which}`))),
    ],
    rows: classesOf(service).map(({ name, latencies }) => [
      name,
      ...latencies.flatMap(({ summary }) => CLASS_SHOWN.map((which) => formatStatistic(summary, which))),
    ]),
  };
}

/** kind: queue with several stations: times of one visit. */
export function stationTable(service: ServiceResult): Table {
  const stations = Object.entries(service.stations ?? {});
  const lost = ({ visits }: StationResult): number => visits.rejected + visits.abandoned;
  const loses = stations.some(([, station]) => lost(station) > 0);
  return {
    columns: [
      label('Station'),
      number('Visits/s', 2),
      number('Per request', 3),
      number('Load'),
      number('Busy', 6),
      number('Queue'),
      number('P(wait)', 4),
      number('wait mean'),
      number('wait p95'),
      number('e2e p95', 5),
      ...(loses ? [number('Lost', 1)] : []),
    ],
    rows: stations.map(([name, station]) => [
      name,
      formatSignificant(station.visits.per_s),
      formatSignificant(station.visits.per_request),
      station.load === null ? ABSENT : formatShare(station.load),
      station.utilization === null ? ABSENT : formatShare(station.utilization),
      formatSignificant(station.queue_length.mean),
      formatShare(station.probability_wait),
      formatStatistic(station.wait_ms, 'mean'),
      formatStatistic(station.wait_ms, 'p95'),
      formatStatistic(station.e2e_ms, 'p95'),
      ...(loses ? [formatCount(lost(station))] : []),
    ]),
  };
}

interface ClassLatencies {
  readonly name: string;
  readonly latencies: ReturnType<typeof latenciesOf>;
}

function classesOf({ classes, priority }: Partial<ServiceResult>): readonly ClassLatencies[] {
  return Object.entries(priority ?? classes ?? {}).map(([name, summaries]) => ({
    name,
    latencies: latenciesOf(summaries),
  }));
}

export function poolTable(pools: Readonly<Record<string, PoolResult>>): Table {
  return {
    columns: [
      label('Pool', 10),
      { header: 'Hardware', shrinks: true, minWidth: 10 },
      number('Replicas'),
      number('Util'),
      number('Busy', 3),
      number('KV mean / max'),
      number('Batch mean / max', 2),
      number('Billed'),
      number('Quota', 1),
    ],
    rows: Object.entries(pools).map(([name, pool]) => [
      name,
      pool.instance || pool.accelerator,
      `${formatMeanCount(pool.replicas.mean)} / ${formatMeanCount(pool.replicas.max)}`,
      formatShare(pool.utilization.of_capacity),
      formatShare(pool.utilization.mean),
      pool.kv_utilization === undefined ? '' : `${whole(pool.kv_utilization.mean)} / ${whole(pool.kv_utilization.max)}`,
      pool.batch_size === undefined
        ? ''
        : `${formatMeanCount(pool.batch_size.mean)} / ${formatMeanCount(pool.batch_size.max)}`,
      formatMeanCount(pool.instances_billed),
      pool.quota_used === null ? '' : whole(pool.quota_used),
    ]),
  };
}

/** The bill in its usual denominators; a price per token or request that does not exist is left out. */
export function costFacts({ cost }: SimulationResult): readonly string[] {
  if (cost.by_item.length === 0) return ['nothing here has a price'];
  return [
    `${formatUsd(cost.per_hour_usd)} an hour`,
    `${formatUsd(cost.per_month_usd)} a month`,
    ...(cost.per_million_tokens_usd === null ? [] : [`${formatUsd(cost.per_million_tokens_usd)} per million tokens`]),
    ...(cost.per_request_usd === null ? [] : [`${formatUsd(cost.per_request_usd)} a request`]),
  ];
}

const whole = (share: number): string => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : ABSENT);
