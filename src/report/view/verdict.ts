import type { Breach, ForecastResult, RecommendResult } from '../../plan/results.js';
import type { SimulationResult } from '../../simulate/result.js';
import { formatMonth } from '../format/date.js';
import { formatUsd, formatUsdChange } from '../format/money.js';
import { formatPercentChange, formatProbability } from '../format/quantity.js';
import { breachLabel, objectiveLabel, plural } from './labels.js';
import { bySoonest } from './outlook.js';

export interface Verdict {
  /** `quiet` where nothing is stated that could hold or break. */
  readonly tone: 'good' | 'caution' | 'bad' | 'quiet';
  /** Whole sentences without their full stops, the most important first. */
  readonly sentences: readonly string[];
}

/** What a reader should take from the forecast: budget first, then objectives and quotas. */
export function forecastVerdict(forecast: ForecastResult): Verdict {
  const budget = forecast.breaches.filter((breach) => breach.what.startsWith('budget'));
  const slos = forecast.breaches.filter((breach) => breach.what.includes('.slo.'));
  const others = forecast.breaches.filter((breach) => !budget.includes(breach) && !slos.includes(breach));
  const hasObjectives = forecast.periods.some((period) =>
    Object.values(period.services).some((service) => Object.keys(service.slo_attainment).length > 0),
  );
  const sentences = [
    budgetSentence(forecast, budget),
    ...(hasObjectives || slos.length > 0 ? [breachSentence(slos, 'every SLO holds')] : ['no SLO stated']),
    ...(others.length > 0 ? [breachSentence(others, '')] : []),
  ];
  const isLikely = forecast.breaches.some((breach) => breach.date.p50 !== null);
  const isJudged = hasObjectives || forecast.budget_monthly_usd !== null;
  if (isLikely) return { tone: 'bad', sentences };
  return { tone: forecast.breaches.length > 0 ? 'caution' : isJudged ? 'good' : 'quiet', sentences };
}

/** What a reader should take from one simulation. */
export function simulationVerdict(result: SimulationResult): Verdict {
  const objectives = Object.entries(result.services).flatMap(([service, { slo_attainment }]) =>
    Object.entries(slo_attainment).map(([name, slo]) => ({ name: `${service} ${objectiveLabel(name)}`, met: slo.met })),
  );
  const missed = objectives.filter((objective) => !objective.met).map((objective) => objective.name);
  if (missed.length > 0) return { tone: 'bad', sentences: [`misses ${missed.join(', ')}`] };
  if (objectives.length === 0) return { tone: 'quiet', sentences: ['no SLO stated'] };
  const bare = Object.entries(result.pools).flatMap(([pool, { headroom }]) =>
    headroom === undefined || headroom.holds ? [] : [`${pool} has no headroom of ${headroom.asked}`],
  );
  if (bare.length > 0)
    return {
      tone: 'caution',
      sentences: [`meets ${objectives.length === 1 ? 'its SLO' : `all ${objectives.length} SLOs`}`, ...bare],
    };
  return {
    tone: 'good',
    sentences: [objectives.length === 1 ? 'meets its SLO' : `meets all ${objectives.length} SLOs`],
  };
}

/** What a reader should take from a recommendation. */
export function recommendationVerdict(result: RecommendResult): Verdict {
  const { recommended, base, search } = result;
  if (recommended === null) {
    const tried = `none of the ${plural(search.candidates, 'candidate')} meets the constraints`;
    return { tone: 'bad', sentences: [`no plan found: ${tried}`] };
  }
  if (search.candidates === 0) return { tone: 'quiet', sentences: ['there is nothing here that a lever could size'] };
  if (recommended.edits.length === 0) return { tone: 'good', sentences: ['the plan as it stands is the best found'] };
  const change = recommended.cost_per_month_usd - base.cost_per_month_usd;
  const percent = base.cost_per_month_usd > 0 ? (change / base.cost_per_month_usd) * 100 : null;
  const price = `${formatUsd(recommended.cost_per_month_usd)} a month, ${formatUsdChange(change)}`;
  const relative = percent === null ? '' : ` (${formatPercentChange(percent)})`;
  const repaired = base.feasible ? [] : ['it meets constraints that the present plan misses'];
  return {
    tone: 'good',
    sentences: [`${plural(recommended.edits.length, 'change')}: ${price}${relative}`, ...repaired],
  };
}

/** The sentences as one line for a heading. */
export const verdictLine = (verdict: Verdict): string => verdict.sentences.join('; ');

function budgetSentence(forecast: ForecastResult, breaches: readonly Breach[]): string {
  const budget = forecast.budget_monthly_usd;
  if (budget === null) return 'no budget set';
  const [breach] = bySoonest(breaches);
  if (breach === undefined) return `stays within the budget of ${formatUsd(budget)} a month`;
  const named = `budget of ${formatUsd(budget)} a month`;
  if (breach.date.p50 !== null) return `${named} crossed in ${formatMonth(breach.date.p50)} (P50)`;
  return `${named} may be crossed${earliest(breach)} (chance ${formatProbability(breach.probability)})`;
}

function breachSentence(breaches: readonly Breach[], otherwise: string): string {
  const [first, ...rest] = bySoonest(breaches);
  if (first === undefined) return otherwise;
  const more = rest.length === 0 ? '' : `, and ${rest.length} more below`;
  if (first.date.p50 !== null)
    return `${breachLabel(first.what)} missed from ${formatMonth(first.date.p50)} (P50)${more}`;
  const chance = `chance ${formatProbability(first.probability)}`;
  return `${breachLabel(first.what)} may be missed${earliest(first)} (${chance})${more}`;
}

const earliest = (breach: Breach): string =>
  breach.date.p10 === null ? '' : ` as early as ${formatMonth(breach.date.p10)}`;
