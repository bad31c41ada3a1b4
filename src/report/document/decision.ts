import type { Fan, ForecastResult, RecommendResult } from '../../plan/results.js';
import { formatMonth } from '../format/date.js';
import { formatUsd } from '../format/money.js';
import { formatProbability } from '../format/quantity.js';
import { breachLabel } from '../view/labels.js';
import { bySoonest } from '../view/outlook.js';
import { editTable, savingText } from '../view/planView.js';
import { forecastVerdict, recommendationVerdict, verdictLine } from '../view/verdict.js';
import type { Block, ReportInput } from './types.js';

/** The decision box: the plan, what it costs, when it stops holding, and the three largest risks. */
export function decisionBlocks({ forecast, recommendation }: ReportInput): readonly Block[] {
  const total = forecast.total_cost_usd;
  const facts: (readonly [string, string])[] = [
    ...planFacts(recommendation),
    [recommendation?.recommended == null ? 'Cost over the horizon' : 'Present plan, whole horizon', fanText(total)],
    ...(forecastVerdict(forecast).tone === 'quiet' ? [] : [['Holds until', holdsUntil(forecast)] as const]),
  ];
  const edits = recommendation?.recommended?.edits ?? [];
  const risks = topRisks(forecast, recommendation);
  return [
    { kind: 'facts', facts },
    ...(edits.length === 0 ? [] : [{ kind: 'table', title: 'Changes', table: editTable(edits), legend: '' } as const]),
    ...(risks.length === 0
      ? []
      : [{ kind: 'paragraph', text: 'Main risks', tone: 'strong' } as const, { kind: 'list', items: risks } as const]),
  ];
}

function planFacts(recommendation: RecommendResult | undefined): (readonly [string, string])[] {
  if (recommendation === undefined) return [];
  const interval = recommendation.recommended?.saving_ci95 ?? null;
  const saving = interval === null ? [] : ([['Saves', savingText(interval)]] as const);
  return [['Recommended', verdictLine(recommendationVerdict(recommendation))], ...saving];
}

const fanText = ({ p10, p50, p90 }: Fan): string =>
  p10 === p90 ? formatUsd(p50) : `${formatUsd(p50)} (80 % between ${formatUsd(p10)} and ${formatUsd(p90)})`;

/** The first likely breach of anything. */
function holdsUntil(forecast: ForecastResult): string {
  const [first] = bySoonest(forecast.breaches.filter((breach) => breach.date.p50 !== null));
  if (first !== undefined)
    return `${formatMonth(first.date.p50)}, then ${breachLabel(first.what)} breaks (limit ${first.limit})`;
  const last = forecast.periods.at(-1);
  return last === undefined ? 'no period forecast' : `the end of the horizon (${formatMonth(last.start)})`;
}

function topRisks(forecast: ForecastResult, recommendation: RecommendResult | undefined): string[] {
  const breaches = [...bySoonest(forecast.breaches)]
    .sort((a, b) => b.probability - a.probability)
    .map(
      (breach) =>
        `${breachLabel(breach.what)} beyond ${breach.limit}: chance ${formatProbability(breach.probability)}${when(breach.date.p50 ?? breach.date.p10)}`,
    );
  const levers = recommendation?.levers ?? [];
  const planned = new Set(recommendation?.recommended?.edits.map((edit) => edit.path));
  const taken = levers.filter((lever) => lever.risk !== '' && lever.edits.some((edit) => planned.has(edit.path)));
  return [...breaches, ...taken.map((lever) => `${lever.name}: ${lever.risk}`)].slice(0, 3);
}

const when = (date: string | null): string => (date === null ? '' : `, around ${formatMonth(date)}`);
