import type { ServiceResult, SimulationResult, SloAttainment, StationResult, Summary } from '../../simulate/result.js';
import { formatLimitMs, formatMs, formatSpan } from '../format/duration.js';
import { formatMsInterval } from '../format/interval.js';
import { formatUsd } from '../format/money.js';
import { ABSENT, formatCount, formatMeanCount, formatSignificant } from '../format/numbers.js';
import { formatStatistic, type StatisticName, unresolvedNote } from '../format/quantile.js';
import { formatBytes, formatPercent, formatProbability, formatRate, formatShare } from '../format/quantity.js';
import { latenciesOf, objectiveLabel } from './labels.js';
import { rejectionText } from './partsView.js';
import { eachFleet } from './poolView.js';
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
      sloLimit(slo),
      slo.met ? { text: sloValue(slo), tone: 'good', mark: '✓' } : judged(sloValue(slo), false),
      formatShare(slo.share_within),
      formatProbability(slo.probability),
    ]),
  };
}

const sloLimit = ({ limit_ms, limit_share }: SloAttainment): string =>
  limit_share === undefined
    ? `≤ ${formatLimitMs(limit_ms)}`
    : `≥ ${formatPercent(Number((limit_share * 100).toPrecision(9)))}`;

/** What an objective is held against: a latency, or a share of requests. */
export const sloValue = ({ value_ms, limit_share, share_within }: SloAttainment): string =>
  limit_share === undefined ? formatMs(value_ms) : formatShare(share_within);

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

/** The scenario's own calibration, where one was used: whose times these are. */
export function calibrationFacts({ latency_profile: profile }: ServiceResult): readonly string[] {
  if (profile === undefined || profile.calibration === null) return [];
  const { ttft, tpot } = profile.band80;
  return [`calibrated by ${profile.calibration}: 80 % within ×${tpot} (time per token), ×${ttft} (first token)`];
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

/** Images and audio: what one is to the language model, and how long it takes to encode; empty where prompts are text. */
export function mediaFacts({ media }: ServiceResult): readonly string[] {
  if (media === undefined) return [];
  const { image, audio } = media;
  return [
    ...(image ? [`an image: ${formatCount(image.tokens)} tokens, encoded in ${formatMs(image.encode_ms)}`] : []),
    ...(audio
      ? [
          `audio: ${formatSignificant(audio.tokens_per_s)} tokens a second, ${formatMs(audio.encode_ms_per_window)} to encode ${formatSpan(audio.window_s)}`,
        ]
      : []),
    `images and audio: ${formatCount(Math.round(media.tokens_per_request))} tokens a request`,
  ];
}

/** Adapters: what is loaded of them and how often that is not enough; empty without. */
export function adapterFacts({ adapters }: ServiceResult): readonly string[] {
  if (adapters === undefined) return [];
  const { count, loaded, memory_bytes, hit_rate, load_ms, distinct_in_batch } = adapters;
  return [
    `${formatCount(loaded)} of ${formatCount(count)} adapters loaded in ${formatBytes(memory_bytes)}`,
    ...(hit_rate < 1 ? [`${formatShare(hit_rate)} of requests find theirs, others wait ${formatMs(load_ms)}`] : []),
    `${formatSignificant(distinct_in_batch)} different ones in a batch`,
  ];
}

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

/** What a month is made of where fleets vary with the load; empty where they do not. */
export function monthNote({ cost, pools, window_s }: SimulationResult): string {
  if (cost.month === undefined) return '';
  const varying = eachFleet(pools).filter(([, fleet]) => fleet.autoscaling);
  if (cost.month.basis === 'window')
    return `every hour of the month taken to be like the simulated ${formatSpan(window_s)}: mean fleet ${varying.map(([name, pool]) => `${formatMeanCount(pool.replicas.mean)} on ${name}`).join(', ')}`;
  const fleets = varying.flatMap(([name, { week }]) =>
    week ? [`${formatMeanCount(week.replicas.mean)} (at most ${week.replicas.max}) on ${name}`] : [],
  );
  return `the month is a normal week by its load levels: mean fleet ${fleets.join(', ')}; the hour is of the simulated ${formatSpan(window_s)}`;
}
