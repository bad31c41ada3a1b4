/** The records of a service's replications, put together into its part of the result. */
import type { Histogram } from '../../kernel/histogram.js';
import type { ProfileReference } from '../../latency/types.js';
import { mean, ratio, sum } from '../arithmetic.js';
import type { LatencyProfile, ServiceResult, Summary } from '../result.js';
import { adapterResult } from '../services/adapters.js';
import { mediaResult } from '../services/media.js';
import type { PreparedService } from '../world/world.js';
import { attainment } from './attainment.js';
import { availabilityAttained, availabilityOf } from './availability.js';
import { clientOf } from './clientResult.js';
import { partsOf } from './partResults.js';
import type { Level, Quantity, RunCounts, RunRecord } from './record.js';
import { stationResults } from './stationResults.js';
import { mergeAll, summarise } from './summary.js';

/** Model error by quantity; none where no latency model stands between. */
export function bandsOf(prepared: PreparedService): {
  readonly ttft: number;
  readonly tpot: number;
  readonly e2e: number;
} {
  return prepared.kind === 'queue' ? { ttft: 1, tpot: 1, e2e: 1 } : prepared.plan.profile.band80;
}

export function serviceResult(prepared: PreparedService, records: readonly RunRecord[]): ServiceResult {
  const { slo } = prepared.service;
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  const total = (of: keyof RunCounts): number => sum(records.map((record) => record.counts[of]));
  const perS = (count: number): number => ratio(count, seconds);
  const summaries: Partial<Record<Quantity, Summary>> = {};
  for (const quantity of ['ttft', 'tpot', 'itl', 'queue', 'wait', 'service', 'e2e'] as const) {
    const groups = groupsOf(records, quantity);
    if (groups) summaries[quantity] = summarise(groups, 1000);
  }
  const band = bandsOf(prepared);
  const attained = (['ttft', 'tpot', 'e2e'] as const).flatMap((objective) => {
    const summary = summaries[objective];
    return summary && slo[objective]
      ? [
          attainment(
            objective,
            slo[objective],
            summary,
            allOf(records, objective),
            band[objective],
            pendingOf(records, objective),
          ),
        ]
      : [];
  });
  const availability = availabilityOf(records.map((record) => [record]));
  if (slo.availability !== undefined)
    attained.push({ availability: availabilityAttained(slo.availability, availability) });
  const { ttft, tpot, itl, queue, wait, service, e2e } = summaries;
  const stations = stationResults(prepared, records);
  const adapters =
    prepared.kind === 'llm'
      ? adapterResult(prepared.config, prepared.plan.adapters, Math.max(1, meanBatch(records)))
      : undefined;
  const media =
    prepared.kind === 'llm' ? mediaResult(prepared.service.traffic, prepared.model, prepared.plan.encoder) : undefined;
  return {
    kind: prepared.kind,
    ...(prepared.kind === 'llm' && { latency_profile: profileOf(prepared.plan.profile) }),
    requests: {
      arrived: total('arrived') + total('carriedIn'),
      completed: total('completed') + total('carriedOut'),
      rejected: total('rejected'),
      abandoned: total('abandoned'),
      failed: total('failed'),
      in_flight: total('inFlight'),
    },
    ...(ttft && { ttft_ms: ttft }),
    ...(tpot && { tpot_ms: tpot }),
    ...(itl && { itl_ms: records.length === 1 ? withoutIntervals(itl) : itl }),
    ...(queue && { queue_ms: queue }),
    ...(wait && { wait_ms: wait }),
    ...(service && { service_ms: service }),
    e2e_ms: e2e!,
    throughput: {
      requests_per_s: perS(total('completed') + total('carriedOut')),
      ...(prepared.kind === 'llm' && {
        input_tokens_per_s: perS(total('inputTokens')),
        output_tokens_per_s: perS(total('outputTokens')),
      }),
    },
    goodput_per_s: perS(total('good')),
    availability,
    ...clientOf(prepared, records),
    slo_attainment: Object.assign({}, ...attained),
    ...(stations && { stations }),
    queue_length: levelOf(
      records.map((record) => record.waiting),
      seconds,
    ),
    in_system: levelOf(
      records.map((record) => record.inSystem),
      seconds,
    ),
    ...(records[0]!.probabilityWait !== undefined && {
      probability_wait: mean(records.map((record) => record.probabilityWait ?? 0)),
    }),
    ...(prepared.kind === 'llm' && {
      preemptions: total('preemptions'),
      ...(prepared.plan.swap && { swaps: total('swaps') }),
      prefix_hit_rate: ratio(total('hitTokens'), total('lookedUpTokens')),
    }),
    ...(adapters && { adapters }),
    ...(media && { media }),
    ...classesOf(prepared, records),
    ...prioritiesOf(prepared, records),
    ...partsOf(prepared, records),
  };
}

/** Sequences that ran together in the first pool, on average over busy time. */
function meanBatch(records: readonly RunRecord[]): number {
  const batches = records.flatMap(({ lanes }) => lanes?.[0]?.batch ?? []);
  return ratio(sum(batches.map(({ weight }) => weight)), sum(batches.map(({ over }) => over)));
}

function profileOf({ name, grade, calibration, band80, extrapolates }: ProfileReference): LatencyProfile {
  return { name, grade, calibration: calibration?.name ?? null, band80, stretched: extrapolates };
}

/** One group per replication; the batches of a single run stand in for replications. */
function groupsOf(records: readonly RunRecord[], quantity: Quantity): (readonly Histogram[])[] | undefined {
  const [first] = records;
  if (!first?.histograms[quantity]) return undefined;
  if (records.length === 1) return first.histograms[quantity].map((histogram) => [histogram]);
  return records.map((record) => record.histograms[quantity]!);
}

function allOf(records: readonly RunRecord[], quantity: Quantity): Histogram {
  return mergeAll(records.flatMap((record) => [...record.histograms[quantity]!]));
}

/** How long requests have waited that still wait when a run ends. */
export function pendingOf(records: readonly RunRecord[], objective: 'ttft' | 'tpot' | 'e2e'): Histogram {
  if (objective === 'tpot') return mergeAll([]);
  return mergeAll(records.flatMap(({ pending }) => pending?.[objective] ?? []));
}

function levelOf(levels: readonly Level[], seconds: number): { mean: number; max: number } {
  return {
    mean: ratio(sum(levels.map((level) => level.integral)), seconds),
    max: Math.max(...levels.map((level) => level.max)),
  };
}

function prioritiesOf(prepared: PreparedService, records: readonly RunRecord[]): Pick<ServiceResult, 'priority'> {
  const levels = prepared.service.traffic.priority;
  if (prepared.kind !== 'llm' || !levels || !records[0]?.priorities) return {};
  const summaryOf = (level: number, quantity: 'ttft' | 'e2e'): Summary =>
    summarise(
      records.map((record) => [record.priorities![level]![quantity]]),
      1000,
    );
  return {
    priority: Object.fromEntries(
      levels.map(({ name }, i) => [name, { ttft_ms: summaryOf(i, 'ttft'), e2e_ms: summaryOf(i, 'e2e') }]),
    ),
  };
}

function classesOf(prepared: PreparedService, records: readonly RunRecord[]): Pick<ServiceResult, 'classes'> {
  if (prepared.kind !== 'queue' || !prepared.service.classes) return {};
  return {
    classes: Object.fromEntries(
      prepared.service.classes.map(({ name }, i) => [
        name,
        {
          wait_ms: summarise(
            records.map((record) => [record.classes![i]!.wait]),
            1000,
          ),
          e2e_ms: summarise(
            records.map((record) => [record.classes![i]!.e2e]),
            1000,
          ),
        },
      ]),
    ),
  };
}

/** Inter-token latencies of one run are counted by time and not by request, so its batches are not independent enough. */
function withoutIntervals(summary: Summary): Summary {
  return { ...summary, ci95: { mean: null, p50: null, p95: null, p99: null } };
}
