/** The lines of the outcome panel, from the figures of the edited scenario and of its base. */
import type { Breach } from '../plan/results.js';
import type { SimulationResult } from '../simulate/result.js';
import {
  change,
  count,
  duration,
  interval,
  money,
  monthIndex,
  monthYear,
  percent,
  points,
  rate,
  shortMoney,
  statedDuration,
} from './format.js';
import { objectiveName, objectivesOf, summaryOf } from './objectives.js';
import type { Figures } from './state.js';

/** Whether a change or a mark is welcome, unwelcome or neither. */
export type Verdict = 'good' | 'bad' | 'neutral';

export type OutcomeRow =
  | {
      readonly kind: 'figure';
      readonly label: string;
      readonly value: string;
      readonly interval: string;
      readonly change: string;
      readonly changeVerdict: Verdict;
      /** `✓ ≤ 800 ms`, or empty. */
      readonly limit: string;
      readonly limitVerdict: Verdict;
    }
  | { readonly kind: 'sentence'; readonly text: string; readonly verdict: Verdict };

interface Parts {
  readonly interval?: string;
  readonly change?: string;
  readonly isWorse?: boolean | null;
  readonly limit?: string;
  readonly isMet?: boolean;
}

function figure(label: string, value: string, parts: Parts = {}): OutcomeRow {
  const { isWorse = null, limit = '', isMet = true } = parts;
  return {
    kind: 'figure',
    label,
    value,
    interval: parts.interval ?? '',
    change: parts.change ?? '',
    changeVerdict: isWorse === null ? 'neutral' : isWorse ? 'bad' : 'good',
    limit: limit && `${isMet ? '✓' : '✗'} ${limit}`,
    limitVerdict: isMet ? 'good' : 'bad',
  };
}

const difference = (now: number | null | undefined, then: number | null | undefined): number | null =>
  now == null || then == null ? null : now - then;

/** Lines by importance, so that a short panel shows the first. `base` is `null` when there is nothing to compare with. */
export function outcomeRows(figures: Figures, base: Figures | null, budgetUsd: number | null): readonly OutcomeRow[] {
  return [
    costRow(figures, base, budgetUsd),
    ...latencyRows(figures.simulation, base?.simulation ?? null),
    ...otherPromiseRows(figures.simulation),
    ...serviceRows(figures.simulation, base?.simulation ?? null),
    ...poolRows(figures.simulation, base?.simulation ?? null),
    ...breachRows(figures, base),
    ...tokenPriceRow(figures.simulation, base?.simulation ?? null),
    ...totalRow(figures, base),
  ];
}

/** USD a month: the forecast's first month where there is one, else the simulated window scaled up. */
export const monthlyCost = ({ forecast, simulation }: Figures): number =>
  forecast?.periods[0]?.cost_usd.p50 ?? simulation.cost.per_month_usd;

function costRow(figures: Figures, base: Figures | null, budgetUsd: number | null): OutcomeRow {
  const cost = monthlyCost(figures);
  const fan = figures.forecast?.periods[0]?.cost_usd;
  const delta = base && difference(cost, monthlyCost(base));
  return figure('cost / month', money(cost), {
    interval: fan ? interval([fan.p10, fan.p90], shortMoney) : '',
    change: change(delta, shortMoney),
    isWorse: (delta ?? 0) > 0,
    ...(budgetUsd === null ? {} : { limit: `≤ ${shortMoney(budgetUsd)}`, isMet: cost <= budgetUsd }),
  });
}

function latencyRows(simulation: SimulationResult, base: SimulationResult | null): readonly OutcomeRow[] {
  return objectivesOf(simulation).flatMap(({ service, metric, quantile, label, limitMs, key }) => {
    const result = simulation.services[service];
    const summary = result && summaryOf(result, metric);
    if (!summary) return [];
    const value = summary[quantile];
    const baseService = base?.services[service];
    const delta = difference(value, baseService && summaryOf(baseService, metric)?.[quantile]);
    const attainment = result.slo_attainment[key];
    return [
      figure(label, duration(value), {
        interval: quantile === 'p90' ? '' : interval(summary.ci95[quantile], duration),
        change: change(delta, duration),
        isWorse: (delta ?? 0) > 0,
        ...(limitMs === null ? {} : { limit: `≤ ${statedDuration(limitMs)}`, isMet: attainment?.met ?? false }),
      }),
    ];
  });
}

/** Promises that are no latency (an availability): the share that kept them. */
function otherPromiseRows(simulation: SimulationResult): readonly OutcomeRow[] {
  const shown = new Set(objectivesOf(simulation).map(({ service, key }) => `${service} ${key}`));
  return Object.entries(simulation.services).flatMap(([name, { slo_attainment: promises }]) =>
    Object.entries(promises)
      .filter(([key]) => !shown.has(`${name} ${key}`))
      .map(([key, { share_within, met }]) =>
        figure(objectiveName(key), percent(share_within), { limit: 'promised', isMet: met }),
      ),
  );
}

function serviceRows(simulation: SimulationResult, base: SimulationResult | null): readonly OutcomeRow[] {
  const services = Object.entries(simulation.services);
  return services.map(([name, { goodput_per_s: good, throughput }]) => {
    const share = throughput.requests_per_s > 0 ? good / throughput.requests_per_s : null;
    const before = base?.services[name];
    const baseShare =
      before && before.throughput.requests_per_s > 0 ? before.goodput_per_s / before.throughput.requests_per_s : null;
    const delta = difference(share, baseShare);
    return figure(services.length > 1 ? `${name} goodput` : 'goodput', percent(share), {
      interval: rate(good),
      change: change(delta, points),
      isWorse: (delta ?? 0) < 0,
    });
  });
}

function poolRows(simulation: SimulationResult, base: SimulationResult | null): readonly OutcomeRow[] {
  const pools = Object.entries(simulation.pools);
  return pools.map(([name, { utilization, replicas }]) => {
    const delta = difference(utilization.of_capacity, base?.pools[name]?.utilization.of_capacity);
    return figure(pools.length > 1 ? `${name} use` : 'utilisation', percent(utilization.of_capacity), {
      interval: `${count(replicas.mean)} replica${replicas.mean === 1 ? '' : 's'}`,
      change: change(delta, points),
    });
  });
}

function tokenPriceRow(simulation: SimulationResult, base: SimulationResult | null): readonly OutcomeRow[] {
  const perTokens = simulation.cost.per_million_tokens_usd;
  const [now, then, label] =
    perTokens === null
      ? [simulation.cost.per_request_usd, base?.cost.per_request_usd, '$ / request']
      : [perTokens, base?.cost.per_million_tokens_usd, '$ / 1M tok'];
  if (!now && !then) return [];
  const delta = difference(now, then);
  return [figure(label, money(now), { change: change(delta, money), isWorse: (delta ?? 0) > 0 })];
}

function totalRow({ forecast }: Figures, base: Figures | null): readonly OutcomeRow[] {
  if (!forecast) return [];
  const { p10, p50, p90 } = forecast.total_cost_usd;
  if (p90 === 0) return [];
  const delta = difference(p50, base?.forecast?.total_cost_usd.p50);
  const label = `${forecast.periods.length} months`;
  return [
    figure(label, shortMoney(p50), {
      interval: interval([p10, p90], shortMoney),
      change: change(delta, shortMoney),
      isWorse: (delta ?? 0) > 0,
    }),
  ];
}

/** What a breach is called: `budget`, `TTFT p95`, `us-gpu quota`. */
export function breachName(what: string): string {
  const parts = what.split('.');
  if (parts[0] === 'budget') return 'budget';
  if (parts[0] === 'pools') return `${parts[1]} ${parts.slice(2).join(' ')}`;
  if (parts[0] === 'services' && parts[2] === 'slo') return objectiveName(parts.slice(3).join('.'));
  return what;
}

const sooner = (a: Breach, b: Breach): number =>
  (a.date.p50 ?? '9999').localeCompare(b.date.p50 ?? '9999') || b.probability - a.probability;

function breachRows({ forecast }: Figures, base: Figures | null): readonly OutcomeRow[] {
  if (!forecast) return [];
  const breaches = forecast.breaches.filter(({ probability }) => probability >= 0.05).toSorted(sooner);
  if (!breaches.length) {
    const last = forecast.periods.at(-1)?.start ?? null;
    return [
      { kind: 'sentence', text: `✓ no objective, quota or budget breaks until ${monthYear(last)}`, verdict: 'good' },
    ];
  }
  return breaches.map((breach) => ({
    kind: 'sentence',
    text: breachSentence(breach, base),
    verdict: breach.date.p50 === null ? 'neutral' : 'bad',
  }));
}

function breachSentence({ what, probability, date }: Breach, base: Figures | null): string {
  const name = breachName(what);
  if (date.p50 === null) return `· ${name}: ${percent(probability)} chance of a breach`;
  const early = date.p10 === null || monthYear(date.p10) === monthYear(date.p50) ? '' : `, P10 ${monthYear(date.p10)}`;
  return `✗ ${name} breaks ${monthYear(date.p50)}${early}${shift(what, date.p50, base)}`;
}

/** How far the median date moved against the base. */
function shift(what: string, date: string, base: Figures | null): string {
  if (!base?.forecast) return '';
  const before = base.forecast.breaches.find((breach) => breach.what === what)?.date.p50;
  if (before == null) return ' · new';
  const months = monthIndex(date) - monthIndex(before);
  return months === 0 ? '' : ` · ${Math.abs(months)} mo ${months < 0 ? 'sooner' : 'later'}`;
}
