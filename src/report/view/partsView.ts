/** Requests told apart: by where they come from, and by whose they are. */
import type { PartResult, ServiceResult } from '../../simulate/result.js';
import { formatCount } from '../format/numbers.js';
import { formatStatistic } from '../format/quantile.js';
import { formatShare } from '../format/quantity.js';
import { label, number, type Table } from './table.js';

const REASONS: Readonly<Record<string, string>> = {
  too_long: 'too long',
  kv_memory: 'no room in memory',
  residency: 'no room where its region allows',
  queue_full: 'queue full',
  in_flight: 'too many in flight',
  rate_limit: 'rate limit',
};

/** Reasons of rejections: `rate limit 12, queue full 3`; empty where there were none. */
export function rejectionText({ rejections = {} }: ServiceResult): string {
  const reasons = Object.entries(rejections);
  if (reasons.length === 1) return REASONS[reasons[0]![0]] ?? reasons[0]![0];
  return reasons.map(([why, times]) => `${REASONS[why] ?? why} ${formatCount(times)}`).join(', ');
}

/** By region of the users: latency there, and which pools answered. */
export function regionTable({ regions = {} }: ServiceResult): Table {
  return partTable('Region', Object.entries(regions), ({ answered_by, requests }) => {
    const pools = Object.entries(answered_by).filter(([, times]) => times > 0);
    return pools.map(([pool, times]) => `${pool} ${formatShare(times / Math.max(1, requests.completed))}`).join(', ');
  });
}

export function tenantTable({ tenants = {} }: ServiceResult): Table {
  return partTable('Tenant', Object.entries(tenants));
}

function partTable<Part extends PartResult>(
  header: string,
  parts: readonly (readonly [string, Part])[],
  answeredBy?: (part: Part) => string,
): Table {
  const rejects = parts.some(([, { requests }]) => requests.rejected > 0);
  return {
    columns: [
      label(header),
      number('Arrived', 3),
      ...(rejects ? [number('Rejected')] : []),
      number('TTFT mean', 2),
      number('TTFT p95'),
      number('e2e mean', 1),
      number('e2e p95'),
      ...(answeredBy ? [{ header: 'Answered by', shrinks: true, minWidth: 10 }] : []),
    ],
    rows: parts.map(([name, part]) => [
      name,
      formatCount(part.requests.arrived),
      ...(rejects ? [formatCount(part.requests.rejected)] : []),
      formatStatistic(part.ttft_ms, 'mean'),
      formatStatistic(part.ttft_ms, 'p95'),
      formatStatistic(part.e2e_ms, 'mean'),
      formatStatistic(part.e2e_ms, 'p95'),
      ...(answeredBy ? [answeredBy(part)] : []),
    ]),
  };
}
