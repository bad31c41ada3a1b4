import type { GateResult, GateRuleResult } from '../../plan/results.js';
import { formatMetric, formatMetricChange, formatMetricInterval } from '../format/metric.js';
import { formatUsd, formatUsdChange } from '../format/money.js';
import { formatCount } from '../format/numbers.js';
import { formatPercentChange } from '../format/quantity.js';
import { mdCode, mdFence, mdMarker, mdText, SENTENCE_CHARACTERS, safeUrl } from '../markdown/escape.js';
import { mdRows, mdTable } from '../markdown/table.js';
import { oneLine, padEnd, truncate } from '../text/width.js';
import { periodTables } from '../view/forecastView.js';
import { limitText, worstFirst } from '../view/gateView.js';
import { plural } from '../view/labels.js';
import { valueText } from '../view/planView.js';
import type { CostDifference, GateContext } from './context.js';

/** GitHub takes 65,536 characters; the contract is fewer than 60,000. */
export const COMMENT_LIMIT = 60_000;

/** What is left out first when a comment is too long: assumptions, forecast, the diff beyond 20 items, the fix, the rest. */
const STEPS = ['assumptions', 'forecast', 'longDiff', 'fix', 'diff', 'causes', 'footer'] as const;
type Part = (typeof STEPS)[number];

/**
 * The comment for a pull request: a hidden marker to find it again, the table of rules, why, the cheapest fix, and
 * details. Below 60,000 characters; what was left out is said. All user text is escaped.
 */
export function gateMarkdown(gate: GateResult, context: GateContext = {}): string {
  for (let cut = 0; cut < STEPS.length; cut++) {
    const text = compose(gate, context, new Set(STEPS.slice(0, cut)), gate.rules.length);
    if (text.length < COMMENT_LIMIT) return text;
  }
  let rows = gate.rules.length;
  let text: string;
  do {
    rows = Math.floor(rows * 0.9);
    text = compose(gate, context, new Set(STEPS), rows);
  } while (text.length >= COMMENT_LIMIT && rows > 0);
  return text;
}

function compose(gate: GateResult, context: GateContext, without: ReadonlySet<Part>, rows: number): string {
  const given = (part: Part, text: string): string => (without.has(part) ? '' : text);
  const blocks = [
    `<!-- plimsoll:${mdMarker(gate.name)} -->\n### ${title(gate, context)}`,
    ruleTable(gate, context, rows),
    given('causes', causes(context)),
    given('fix', fix(context)),
    given('diff', details('Cost diff by line item', costDiff(context.costDiff ?? [], without.has('longDiff')))),
    given('forecast', details('Forecast by month', forecastTables(context))),
    given(
      'assumptions',
      details(`Assumptions changed (${context.assumptions?.length ?? 0})`, list(context.assumptions ?? [])),
    ),
    leftOut(context, without, gate.rules.length - rows),
    given('footer', footer(gate, context)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const SIGN = { pass: '✅', fail: '❌', inconclusive: '⚠️' } as const;

function title(gate: GateResult, context: GateContext): string {
  const cost = costChange(context);
  const failed = gate.rules.filter((rule) => rule.status === 'fail').length;
  const open = gate.rules.filter((rule) => rule.status === 'inconclusive').length;
  const total = plural(gate.rules.length, 'rule');
  const counts = [
    ...(failed > 0 ? [`${failed} of ${total} fail`] : []),
    ...(open > 0 ? [`${open} of ${total} inconclusive`] : []),
    ...(failed + open === 0 ? [`${total} pass`] : []),
  ];
  return `${SIGN[gate.verdict]} Capacity plan ${mdText(gate.name)}: ${[...cost, ...counts].join(', ')}`;
}

/** `cost **+$12,480/mo** (+7.3 %)` where the base is known. */
function costChange(context: GateContext): string[] {
  const metrics = ['cost.per_month_usd', 'forecast.cost.peak_month_usd'];
  const figure = metrics.map((metric) => context.baseline?.[metric]).find((base) => base?.change != null);
  if (figure?.change == null) return [];
  const percent = figure.value ? ` (${formatPercentChange((figure.change / figure.value) * 100)})` : '';
  return [`cost **${formatUsdChange(figure.change)}/mo**${percent}`];
}

function ruleTable(gate: GateResult, context: GateContext, rows: number): string {
  const hasBase = context.baseline !== undefined;
  const right = (header: string) => ({ header, isRight: true });
  const base = context.baseName === undefined ? 'base' : `base ${mdCode(context.baseName)}`;
  return mdRows(
    [
      { header: '', isRight: false },
      ...(hasBase ? [right(base), right('this change'), right('difference (95 % CI)')] : [right('value (95 % CI)')]),
      right('limit'),
      { header: '', isRight: false },
    ],
    worstFirst(gate.rules)
      .slice(0, rows)
      .map((rule) => [mdCode(rule.metric), ...figures(rule, context, hasBase), limitText(rule), status(rule)]),
  );
}

function figures(rule: GateRuleResult, context: GateContext, hasBase: boolean): string[] {
  const value = formatMetric(rule.metric, rule.value);
  const shown = rule.status === 'fail' ? `**${value}**` : value;
  const own = formatMetricInterval(rule.metric, rule.ci95, rule.value);
  if (!hasBase) return [`${shown} ${own}`.trim()];
  const base = context.baseline?.[rule.metric];
  if (base === undefined) return ['', shown, ''];
  const change = `${formatMetricChange(rule.metric, base.change)} ${formatMetricInterval(rule.metric, base.ci95, base.change)}`;
  return [formatMetric(rule.metric, base.value), shown, change.trim()];
}

function status(rule: GateRuleResult): string {
  if (rule.status === 'pass') return SIGN.pass;
  const level = rule.level === 'error' ? '' : ` (${rule.level})`;
  return rule.status === 'fail' ? `${SIGN.fail}${level}` : `${SIGN.inconclusive} inconclusive${level}`;
}

function causes({ causes: all = [] }: GateContext): string {
  if (all.length === 0) return '';
  const shown = all.slice(0, 8).map(({ edit, effect }) => {
    const change = `${mdText(valueText(edit.from))} → ${mdText(valueText(edit.to))}`;
    return `${mdCode(edit.path)} ${change} (${mdText(effect)})`;
  });
  const more = all.length > shown.length ? ` · ${all.length - shown.length} more` : '';
  return `**Why:** ${shown.join(' · ')}${more}`;
}

function fix({ fix: found }: GateContext): string {
  if (found === undefined) return '';
  const edits = found.edits.slice(0, 8).map((edit) => `${mdCode(edit.path)} ${mdText(valueText(edit.to))}`);
  const more = found.edits.length > edits.length ? [`${found.edits.length - edits.length} more`] : [];
  return `**Cheapest fix found:** ${[...edits, ...more].join(', ')} → ${mdText(found.outcome)} (${mdCode(found.command, SENTENCE_CHARACTERS)})`;
}

/** Changed items only, the largest change first. */
function costDiff(items: readonly CostDifference[], isShort: boolean): string {
  const change = (item: CostDifference): number => (item.afterUsd ?? 0) - (item.beforeUsd ?? 0);
  const moved = items
    .filter((item) => change(item) !== 0)
    .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)) || (a.item < b.item ? -1 : Number(a.item > b.item)));
  if (moved.length === 0) return '';
  const shown = isShort ? moved.slice(0, 20) : moved;
  const lines = shown.map((item) => {
    const sign = item.beforeUsd === null ? '+' : item.afterUsd === null ? '-' : '!';
    const sides = [item.beforeUsd, item.afterUsd]
      .filter((usd) => usd !== null)
      .map(formatUsd)
      .join(' → ');
    return `${sign} ${padEnd(truncate(oneLine(item.item), 44), 28)} ${sides.padStart(22)}   ${formatUsdChange(change(item))}`;
  });
  const more = moved.length > shown.length ? [`  … ${moved.length - shown.length} smaller ones`] : [];
  return mdFence([...lines, ...more].join('\n'), 'diff');
}

function forecastTables({ forecast }: GateContext): string {
  if (forecast === undefined) return '';
  return periodTables(forecast)
    .map(({ title: heading, table }) => [heading === '' ? '' : `**${mdText(heading)}**\n\n`, mdTable(table)].join(''))
    .join('\n\n');
}

const list = (items: readonly string[]): string =>
  items.map((item) => `- ${mdText(item, SENTENCE_CHARACTERS)}`).join('\n');

const details = (summary: string, body: string): string =>
  body === '' ? '' : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

function leftOut(context: GateContext, without: ReadonlySet<Part>, hiddenRules: number): string {
  const present: Readonly<Record<Part, boolean>> = {
    assumptions: (context.assumptions?.length ?? 0) > 0,
    forecast: context.forecast !== undefined,
    longDiff: (context.costDiff?.length ?? 0) > 20,
    fix: context.fix !== undefined,
    diff: (context.costDiff?.length ?? 0) > 0,
    causes: (context.causes?.length ?? 0) > 0,
    footer: false,
  };
  const names = {
    assumptions: 'assumptions',
    forecast: 'forecast',
    longDiff: 'smaller cost items',
    fix: 'fix',
    diff: 'cost diff',
    causes: 'causes',
    footer: '',
  };
  const parts = STEPS.filter((part) => without.has(part) && present[part]).map((part) => names[part]);
  const rules = hiddenRules > 0 ? [`the last ${plural(hiddenRules, 'rule')}, the least severe`] : [];
  const all = [...parts, ...rules];
  return all.length === 0
    ? ''
    : `_Left out to stay below ${formatCount(COMMENT_LIMIT)} characters: ${all.join(', ')}._`;
}

function footer(gate: GateResult, context: GateContext): string {
  const { version, scenario, catalogs, seed } = gate.fingerprint;
  const url = context.reportUrl === undefined ? null : safeUrl(context.reportUrl);
  const facts = [
    `plimsoll ${mdText(version)}`,
    `scenario ${mdCode(scenario.slice(0, 12))}`,
    `catalogs ${mdCode(catalogs.slice(0, 12))}`,
    `seed ${seed}`,
    ...(context.replications === undefined ? [] : [plural(context.replications, 'replication')]),
    ...(url === null ? [] : [`<a href="${url}">full report</a>`]),
    ...(context.reproduce === undefined ? [] : [`reproduce: ${mdCode(context.reproduce, SENTENCE_CHARACTERS)}`]),
  ];
  return `<sub>${facts.join(' · ')}</sub>`;
}
