/** What the pools of a simulation did: replicas, autoscalers, cold starts, failures, drills. */
import type { PoolResult, PoolTenant, ServiceResult } from '../../simulate/result.js';
import { formatSpan } from '../format/duration.js';
import { ABSENT, formatMeanCount, formatSignificant } from '../format/numbers.js';
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

const poolRow = (name: string, machines: PoolResult | undefined, pool: PoolTenant): readonly string[] => [
  name,
  machines === undefined ? '' : machines.instance || machines.accelerator,
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

/** The parts of each cold start. */
export function coldStartFacts(pools: Readonly<Record<string, PoolResult>>): readonly string[] {
  return eachFleet(pools).flatMap(([name, { autoscaling }]) =>
    autoscaling === undefined ? [] : [coldStartText(name, autoscaling.cold_start)],
  );
}

/** Availability and what struck, where anything was lost or could be. */
export function availabilityFacts(
  service: ServiceResult,
  pools: Readonly<Record<string, PoolResult>> = {},
): readonly string[] {
  const { requests, time } = service.availability;
  const { client } = service;
  const canFail = client !== undefined || Object.values(pools).some(({ failures }) => failures !== undefined);
  if (!canFail && time === 1 && service.slo_attainment['availability'] === undefined) return [];
  return [
    `answered ${formatShare(requests)} of requests`,
    `a replica ready ${formatShare(time)} of the time`,
    ...(client === undefined
      ? []
      : [`${plural(client.timeouts, 'timeout')}`, `${formatSignificant(client.tries_per_request)} tries a request`]),
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
