/** What the pools of a simulation did: replicas, autoscalers, cold starts, failures, drills. */
import type { PoolResult, PoolTenant, ServiceResult } from '../../simulate/result.js';
import { formatSpan } from '../format/duration.js';
import { ABSENT, formatCount, formatMeanCount, formatSignificant } from '../format/numbers.js';
import { formatShare } from '../format/quantity.js';
import { coldStartS, coldStartText } from './coldStart.js';
import { plural } from './labels.js';
import { label, number, type Table } from './table.js';

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
    rows: Object.entries(pools).flatMap(([name, pool]) => [
      poolRow(name, pool, pool),
      // Of a shared pool, what each service has of it.
      ...tenants({ [name]: pool }).map(([tenant, part]) => poolRow(tenant, undefined, part)),
    ]),
  };
}

/** Services on shared pools by `gpu · chat`. */
function tenants(pools: Readonly<Record<string, PoolResult>>): readonly (readonly [string, PoolTenant])[] {
  return Object.entries(pools).flatMap(([name, { services = {} }]) =>
    Object.entries(services).map(([service, part]) => [`${name} · ${service}`, part] as const),
  );
}

/** Pools, and services on shared ones, by their names. */
export const eachFleet = (pools: Readonly<Record<string, PoolResult>>): readonly (readonly [string, PoolTenant])[] => [
  ...Object.entries(pools),
  ...tenants(pools),
];

const hardwareText = ({ instance, accelerator, slice }: PoolResult): string =>
  `${instance || accelerator}${slice === undefined ? '' : ` · ${slice.profile}`}`;

const poolRow = (name: string, machines: PoolResult | undefined, pool: PoolTenant): readonly string[] => [
  name,
  machines === undefined ? '' : hardwareText(machines),
  `${formatMeanCount(pool.replicas.mean)} / ${formatMeanCount(pool.replicas.max)}`,
  formatShare(pool.utilization.of_capacity),
  formatShare(pool.utilization.mean),
  pool.kv_utilization === undefined ? '' : `${whole(pool.kv_utilization.mean)} / ${whole(pool.kv_utilization.max)}`,
  pool.batch_size === undefined
    ? ''
    : `${formatMeanCount(pool.batch_size.mean)} / ${formatMeanCount(pool.batch_size.max)}`,
  machines === undefined ? '' : formatMeanCount(machines.instances_billed),
  machines === undefined || machines.quota_used === null ? '' : whole(machines.quota_used),
];

/** Machines by instance type, where others may stand in for a pool's own or it may be out of stock. */
export function machineTable(pools: Readonly<Record<string, PoolResult>>): Table {
  return {
    columns: [
      label('Pool', 10),
      { header: 'Instance type', shrinks: true, minWidth: 12 },
      number('Mean'),
      number('Max'),
      number('Started'),
      number('Out of stock'),
    ],
    rows: Object.entries(pools).flatMap(([name, { machines = [] }]) =>
      machines.map((of) => [
        name,
        of.instance,
        formatMeanCount(of.mean),
        formatMeanCount(of.max),
        formatMeanCount(of.started),
        of.out_of_stock > 0 ? { text: `${formatShare(of.out_of_stock)} of the time`, tone: 'caution' as const } : '–',
      ]),
    ),
  };
}

/** What autoscalers did, per replication; no rows where fleets are fixed. */
export function autoscalerTable(pools: Readonly<Record<string, PoolResult>>): Table {
  const scarce = Object.values(pools).some(({ autoscaling }) => autoscaling?.syncs_out_of_stock !== undefined);
  return {
    columns: [
      label('Pool', 10),
      { header: 'Policy' },
      number('Looks', 3),
      number('Up'),
      number('Down'),
      number('Started'),
      number('on new nodes', 2),
      number('Refused by quota', 1),
      ...(scarce ? [number('Out of stock', 2)] : []),
      number('Cold start'),
    ],
    rows: eachFleet(pools).flatMap(([name, { autoscaling }]) => {
      if (autoscaling === undefined) return [];
      return [
        [
          name,
          autoscaling.policy,
          formatMeanCount(autoscaling.decisions),
          formatMeanCount(autoscaling.scale_ups),
          formatMeanCount(autoscaling.scale_downs),
          formatMeanCount(autoscaling.replicas_started),
          formatMeanCount(autoscaling.on_new_nodes),
          looks(autoscaling.syncs_refused_by_quota),
          ...(scarce ? [looks(autoscaling.syncs_out_of_stock ?? 0)] : []),
          formatSpan(coldStartS(autoscaling.cold_start)),
        ],
      ];
    }),
  };
}

const looks = (count: number) =>
  count === 0 ? '–' : { text: `${formatMeanCount(count)} looks`, tone: 'caution' as const };

/** What consolidation did, per replication; no rows where there is none. */
export function consolidationTable(pools: Readonly<Record<string, PoolResult>>): Table {
  return {
    columns: [
      label('Pool', 10),
      { header: 'Policy' },
      number('Removed empty'),
      number('Removed underused'),
      number('Replaced', 2),
      number('Replicas moved'),
      number('Held by budget', 1),
    ],
    rows: Object.entries(pools).flatMap(([name, { consolidation: of }]) =>
      of === undefined
        ? []
        : [
            [
              name,
              of.policy,
              formatMeanCount(of.removed_empty),
              formatMeanCount(of.removed_underutilized),
              formatMeanCount(of.replacements),
              formatMeanCount(of.replicas_moved),
              looks(of.looks_held_by_budget),
            ],
          ],
    ),
  };
}

/** The parts of each cold start. */
export function coldStartFacts(pools: Readonly<Record<string, PoolResult>>): readonly string[] {
  return eachFleet(pools).flatMap(([name, { autoscaling }]) =>
    autoscaling === undefined ? [] : [coldStartText(name, autoscaling.cold_start)],
  );
}

type Client = NonNullable<ServiceResult['client']>;

/** Availability and what struck, where anything was lost or could be. */
export function availabilityFacts(
  service: ServiceResult,
  pools: Readonly<Record<string, PoolResult>> = {},
): readonly string[] {
  const { requests, time, overdue } = service.availability;
  const { client, token_api: api } = service;
  const canFail =
    client !== undefined || api !== undefined || Object.values(pools).some(({ failures }) => failures !== undefined);
  if (!canFail && time === 1 && overdue === undefined && service.slo_attainment['availability'] === undefined)
    return [];
  return [
    `answered ${formatShare(requests)} of requests${overdue === undefined ? '' : `, ${formatCount(overdue)} wait still and longer than any answer took`}`,
    `a replica ready ${formatShare(time)} of the time`,
    ...(api === undefined ? [] : apiFacts(api)),
    ...(client === undefined ? [] : clientFacts(client)),
  ];
}

/** What a token API took, and when it would be the cheaper one. */
function apiFacts(api: NonNullable<ServiceResult['token_api']>): string[] {
  const even = api.break_even_per_s;
  return [
    `${api.name} answered ${formatShare(api.share)} of them`,
    `all by it $${formatSignificant(api.all_by_api_per_hour_usd)}/h, own pools $${formatSignificant(api.own_per_hour_usd)}/h`,
    ...(even === null ? [] : [`even at ${formatSignificant(even)} requests/s`]),
  ];
}

/** What clients did beside asking once. */
function clientFacts({ timeouts, tries_per_request, rejected_tries, circuit_breaker, hedges }: Client): string[] {
  return [
    plural(timeouts, 'timeout'),
    ...(rejected_tries ? [`${plural(rejected_tries, 'try', 'tries')} turned away`] : []),
    `${formatSignificant(tries_per_request)} tries a request`,
    ...(circuit_breaker === undefined
      ? []
      : [
          `circuit opened ${plural(circuit_breaker.opened, 'time')}, open ${formatShare(circuit_breaker.open_share)} of the time`,
        ]),
    ...(hedges === undefined
      ? []
      : [`${plural(hedges.sent, 'hedge')}, ${hedges.won} first, ${plural(hedges.extra_tokens, 'token')} for nobody`]),
  ];
}

/** Replicas that services took from others on a pool, in words; empty where none contends. */
export function preemptionNotes(pools: Readonly<Record<string, PoolResult>>): readonly string[] {
  return tenants(pools).flatMap(([name, { replicas_preempted: taken }]) =>
    taken === undefined || taken === 0
      ? []
      : [`${name}: ${formatMeanCount(taken)} replicas taken by services of higher priority`],
  );
}

/** What struck the pools, in words: `gpus: 3 machines failed, 6 replicas lost`. */
export function failureNotes(pools: Readonly<Record<string, PoolResult>>): readonly string[] {
  return Object.entries(pools).flatMap(([name, { failures }]) => {
    if (failures === undefined || Object.keys(failures.by_kind).length === 0) return [];
    const struck = Object.entries(failures.by_kind).map(([kind, count]) => plural(count, FAULT_NAMES[kind] ?? kind));
    return [
      `${name}: ${struck.join(', ')}; ${plural(failures.replicas_lost, 'replica')} and ${plural(failures.requests_lost, 'request')} lost`,
    ];
  });
}

const FAULT_NAMES: Readonly<Record<string, string>> = {
  node: 'machine failure',
  spot: 'spot interruption',
  zone: 'zone outage',
};

/** Headroom that pools were asked to have, in words: what is left, and whether objectives hold with it. */
export function headroomNotes(pools: Readonly<Record<string, PoolResult>>): readonly string[] {
  return Object.entries(pools).flatMap(([name, { headroom }]) => {
    if (headroom === undefined) return [];
    const { asked, replicas_away: away, replicas_left: left, holds } = headroom;
    const without = `with ${away} of ${plural(away + left, 'replica')} away`;
    return [
      `${name} ${asked}: ${holds ? `objectives hold ${without}` : left === 0 ? `no replica is left ${without}` : `objectives do not hold ${without}`}`,
    ];
  });
}

/** What drills did to each pool. */
export function drillTable(pools: Readonly<Record<string, PoolResult>>, replications: number): Table {
  return {
    columns: [
      { header: 'Drill' },
      label('Pool'),
      number('Replicas lost'),
      number('Requests lost'),
      number('Recovered in'),
      number('Recovered after, mean / max'),
    ],
    rows: Object.entries(pools).flatMap(([name, { drills = [] }]) =>
      drills.map((drill) => [
        drill.drill,
        name,
        formatMeanCount(drill.replicas_lost),
        formatMeanCount(drill.requests_lost),
        `${drill.recovered_in} of ${replications}`,
        drill.recovered_after_s === null
          ? ABSENT
          : `${formatSpan(drill.recovered_after_s.mean)} / ${formatSpan(drill.recovered_after_s.max)}`,
      ]),
    ),
  };
}

const whole = (share: number): string => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : ABSENT);
