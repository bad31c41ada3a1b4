import type { CostItem, ServiceResult, Summary } from '../../simulate/result.js';
import { formatDate } from '../format/date.js';
import { formatCount } from '../format/numbers.js';

const LATENCIES = [
  ['ttft_ms', 'TTFT'],
  ['tpot_ms', 'TPOT'],
  ['itl_ms', 'ITL'],
  ['queue_ms', 'queueing'],
  ['wait_ms', 'wait'],
  ['service_ms', 'service'],
  ['e2e_ms', 'e2e'],
] as const;

/** The latency summaries a service has, in reading order, with the names people use. */
export function latenciesOf(
  service: Partial<ServiceResult>,
): readonly { readonly name: string; readonly summary: Summary }[] {
  return LATENCIES.flatMap(([key, name]) => {
    const summary = service[key];
    return summary === undefined ? [] : [{ name, summary }];
  });
}

/** `ttft.p95` → `TTFT p95`. */
export function objectiveLabel(objective: string): string {
  const [quantity = '', quantile = ''] = objective.split('.');
  const known = LATENCIES.find(([key]) => key === `${quantity}_ms`);
  return `${known?.[1] ?? quantity} ${quantile}`.trim();
}

/** `services.chat.ttft_ms.p95` → `chat TTFT p95`, `services.chat.goodput_per_s` → `chat goodput`; others as they are. */
export function metricLabel(metric: string): string {
  const [, service, quantity, statistic] = /^services\.(.+)\.(\w+_ms|goodput_per_s)(?:\.(\w+))?$/.exec(metric) ?? [];
  if (service === undefined || quantity === undefined) return metric;
  const name = LATENCIES.find(([key]) => key === quantity)?.[1] ?? quantity.replace('_per_s', '');
  return [service, name, statistic ?? ''].join(' ').trim();
}

/** `services.chat.slo.ttft.p95` → `chat TTFT p95`, `budget.monthly` → `monthly budget`, `pools.us-gpu.quota` → `quota of us-gpu`. */
export function breachLabel(what: string): string {
  const slo = /^services\.(.+)\.slo\.(.+)$/.exec(what);
  if (slo !== null) return `${slo[1]} ${objectiveLabel(slo[2]!)}`;
  const quota = /^pools\.(.+)\.quota$/.exec(what);
  if (quota !== null) return `quota of ${quota[1]}`;
  return what === 'budget.monthly' ? 'monthly budget' : what;
}

/** The date in an as-of: some sources say more than that ("<=2026-08-21 (repository snapshot)"). */
export const dateIn = (asOf: string): string => /\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|\d{4}/.exec(asOf)?.[0] ?? asOf;

/** `prices 18 Nov 2026`, or the span of dates that the items were taken on; empty without dated items. */
export function priceDates(items: readonly CostItem[]): string {
  const dates = [...new Set(items.map(({ as_of }) => dateIn(as_of)).filter((date) => date !== ''))].sort();
  if (dates.length === 0) return '';
  const first = formatDate(dates[0]!);
  return dates.length === 1 ? `prices ${first}` : `prices ${first} – ${formatDate(dates.at(-1)!)}`;
}

/** `1 service`, `3 services`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : nouns}`;
