import type { GateResult, GateRuleResult } from '../../plan/results.js';
import { formatMetric, formatMetricInterval } from '../format/metric.js';
import type { GateContext } from '../gate/context.js';
import { GATE_EXIT, gateCounts, limitText, worstFirst } from '../view/gateView.js';
import { plural } from '../view/labels.js';
import type { Cell, Table } from '../view/table.js';
import { headline, layoutOf, type TextOptions, textOf } from './layout.js';
import { alignTable, paintTone } from './table.js';
import { displayWidth, oneLine, wrap } from './width.js';

/** From this width on the rule's place is a column, below it is the first remark under the rule. */
const WIDE = 110;

/** The answer of `gate` for the terminal; the last line says the verdict, the counts and the exit code. */
export function renderGate(gate: GateResult, options: TextOptions, context: GateContext = {}): string {
  const layout = layoutOf(options);
  const rules = worstFirst(gate.rules);
  const hasLocationColumn = layout.width >= WIDE;
  const rows = rules.length === 0 ? [] : alignTable(ruleTable(rules, hasLocationColumn), layout);
  const woven = rows.flatMap((line, index) => {
    const rule = rules[index - 1];
    return rule === undefined
      ? [line]
      : [line, ...noteLines(rule, context, hasLocationColumn, layout.width).map(layout.theme.quiet)];
  });
  const tone = gate.verdict === 'pass' ? 'good' : gate.verdict === 'fail' ? 'bad' : 'caution';
  const verdict = gate.verdict.toUpperCase();
  const exit = `exit ${GATE_EXIT[gate.verdict]}`;
  const counts = `  ${gateCounts(gate)}`;
  const gap = layout.width - displayWidth(verdict + counts) - exit.length;
  const tail = gap >= 2 ? [' '.repeat(gap) + exit] : [`\n${' '.repeat(layout.width - exit.length)}${exit}`];
  return textOf([
    ...headline(`gate: ${gate.name}`, headlineFacts(gate, context), layout),
    '',
    ...woven,
    '',
    `${layout.theme.strong(paintTone(verdict, tone, layout.theme))}${counts}${layout.theme.quiet(tail.join(''))}`,
  ]);
}

function headlineFacts(gate: GateResult, context: GateContext): string[] {
  return [
    plural(gate.rules.length, 'rule') + (context.rulesSource === undefined ? '' : ` of ${context.rulesSource}`),
    context.replications === undefined ? '' : plural(context.replications, 'replication'),
    context.baseName === undefined ? '' : `against ${context.baseName}`,
    `seed ${gate.fingerprint.seed}`,
  ];
}

function ruleTable(rules: readonly GateRuleResult[], hasLocationColumn: boolean): Table {
  return {
    columns: [
      { header: '' },
      { header: 'Level' },
      { header: 'Metric', shrinks: true, minWidth: 24, cut: 'middle' },
      { header: 'Limit' },
      { header: 'Value', align: 'right' },
      { header: '[95 % CI]', dropOrder: 1 },
      { header: 'Rule', shrinks: true, minWidth: 16, dropOrder: 2, cut: 'middle' },
    ],
    rows: rules.map((rule) => [
      statusCell(rule),
      rule.status === 'pass' ? '' : rule.level,
      rule.metric,
      limitText(rule),
      formatMetric(rule.metric, rule.value),
      formatMetricInterval(rule.metric, rule.ci95, rule.value),
      hasLocationColumn && rule.status !== 'pass' ? rule.location : '',
    ]),
  };
}

function statusCell(rule: GateRuleResult): Cell {
  if (rule.status === 'pass') return { text: '✓', tone: 'good' };
  if (rule.status === 'inconclusive') return { text: '?', tone: 'caution' };
  return { text: '✗', tone: rule.level === 'error' ? 'bad' : 'caution' };
}

function noteLines(rule: GateRuleResult, context: GateContext, hasLocationColumn: boolean, width: number): string[] {
  if (rule.status === 'pass') return [];
  const straddles = rule.status === 'inconclusive' ? ['inconclusive: the interval straddles the limit'] : [];
  const place = hasLocationColumn || rule.location === '' ? [] : [rule.location];
  const notes = [...place, ...straddles, ...(context.notes?.[rule.metric] ?? [])];
  return notes.flatMap((note) => wrap(oneLine(note), width - 14).map((line) => `${' '.repeat(12)}${line}`));
}
