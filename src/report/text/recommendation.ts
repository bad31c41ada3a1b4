import type { Breach, RecommendResult } from '../../plan/results.js';
import { formatMonth } from '../format/date.js';
import { formatUsd } from '../format/money.js';
import { formatCount } from '../format/numbers.js';
import { breachLabel, plural } from '../view/labels.js';
import {
  bySaving,
  editTable,
  effectTexts,
  leverTable,
  paretoTable,
  savingText,
  violationTable,
} from '../view/planView.js';
import { latencyTable, sloTable } from '../view/simulationView.js';
import { recommendationVerdict, verdictLine } from '../view/verdict.js';
import {
  bulletLines,
  headline,
  labelled,
  labelledFacts,
  layoutOf,
  nextLines,
  sectionLines,
  type TextOptions,
  tableSection,
  textOf,
  warningLines,
} from './layout.js';
import { alignTable, type Layout } from './table.js';

export interface RecommendTextOptions extends TextOptions {
  /** Names the file in the commands to try next; without it none are shown. */
  readonly scenarioPath?: string;
}

/** The answer of `recommend` for the terminal: the plan, each lever by itself, the front, and how far the search went. */
export function renderRecommendation(result: RecommendResult, options: RecommendTextOptions): string {
  const layout = layoutOf(options);
  const verdict = recommendationVerdict(result);
  const { search, recommended } = result;
  const searched = [
    plural(search.candidates, 'candidate'),
    `${formatCount(search.screened)} screened`,
    `${formatCount(search.simulated)} simulated`,
  ];
  return textOf([
    ...headline(result.name, [...searched, `seed ${result.fingerprint.seed}`], layout),
    '',
    ...labelled('Verdict', verdictLine(verdict), layout, verdict.tone),
    ...labelledFacts(
      'Present',
      [
        result.base.cost_per_month_usd > 0
          ? `${formatUsd(result.base.cost_per_month_usd)} a month`
          : 'nothing here has a price',
        result.base.feasible
          ? `meets every constraint${result.base.uncertain ? ', not all of them with confidence' : ''}`
          : 'misses constraints',
      ],
      layout,
    ),
    ...(search.candidates > 0 ? savingLines(result, layout) : []),
    ...holdsLines(result, layout),
    ...tableSection('The present plan misses', violationTable(result.base.violations), layout),
    ...tableSection('The present plan may well miss', violationTable(result.base.uncertain ?? []), layout),
    ...tableSection('Recommended changes', editTable(recommended?.edits ?? []), layout),
    ...Object.entries(recommended?.services ?? {}).flatMap(([name, service]) =>
      sectionLines(
        `${name} after the changes`,
        [
          ...alignTable(latencyTable(service), layout),
          ...(hasObjectives(service) ? ['', ...alignTable(sloTable(service), layout)] : []),
        ],
        layout,
      ),
    ),
    ...tableSection('Levers, each by itself', leverTable(result.levers), layout),
    ...leverNotes(result, layout),
    ...tableSection('Plans that no other beats', paretoTable(result.pareto), layout),
    ...sectionLines('', warningLines(result.warnings, layout), layout),
    ...sectionLines('', nextLines(nextCommands(result, options.scenarioPath), layout), layout),
  ]);
}

const hasObjectives = (service: { readonly slo_attainment: object }): boolean =>
  Object.keys(service.slo_attainment).length > 0;

function savingLines({ recommended }: RecommendResult, layout: Layout): string[] {
  if (recommended?.saving_ci95 == null) return [];
  return labelledFacts('Saving', [savingText(recommended.saving_ci95)], layout);
}

function leverNotes(result: RecommendResult, layout: Layout): string[] {
  return bySaving(result.levers).flatMap((lever) => {
    const effects = effectTexts(lever);
    const parts = [...effects, ...(lever.check === '' ? [] : [`check: ${lever.check}`])];
    return parts.length === 0 ? [] : bulletLines([`${lever.name}: ${parts.join('; ')}`], layout);
  });
}

function nextCommands(result: RecommendResult, scenarioPath: string | undefined): (readonly [string, string])[] {
  if (scenarioPath === undefined || result.recommended === null || result.recommended.edits.length === 0) return [];
  return [
    [`plimsoll recommend ${scenarioPath} --apply`, 'write these changes, keeping comments'],
    [`plimsoll whatif ${scenarioPath}`, 'explore around them'],
  ];
}

/** What breaks first as demand grows, after the changes and today: a cheaper plan may hold for a shorter time. */
function holdsLines({ base, recommended }: RecommendResult, layout: Layout): string[] {
  if (!recommended?.breaches || !base.breaches) return [];
  const after = firstBreach(recommended.breaches);
  const before = firstBreach(base.breaches);
  const text = (breach: typeof after): string =>
    breach === undefined
      ? 'the whole horizon'
      : `until ${formatMonth(breach.date)}, then ${breachLabel(breach.what)} breaks`;
  return labelledFacts('Holds', [text(after), `today's plan: ${text(before)}`], layout);
}

/** The earliest limit that is more likely broken than not. */
function firstBreach(breaches: readonly Breach[]): { readonly what: string; readonly date: string } | undefined {
  return breaches
    .flatMap(({ what, date }) => (date.p50 === null ? [] : [{ what, date: date.p50 }]))
    .sort((a, b) => (a.date < b.date ? -1 : 1))[0];
}
