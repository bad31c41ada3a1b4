/** An explanation as a tree for the terminal. */
import type { ExplainNode, Explanation } from '../../plan/explain.js';
import { formatMs } from '../format/duration.js';
import { formatUsd } from '../format/money.js';
import { headline, layoutOf, type TextOptions, textOf } from './layout.js';
import type { Layout } from './table.js';
import { displayWidth, padEnd, wrap } from './width.js';

export function renderExplanation(explanation: Explanation, options: TextOptions): string {
  const layout = layoutOf(options);
  const rows = flatten(explanation.tree, '', '');
  const names = Math.min(56, Math.max(...rows.map((row) => displayWidth(row.head))));
  const lines = rows.flatMap(({ head, rail, node }) => {
    const value = shown(node.value, explanation.unit).padStart(11);
    const lead = `  ${padEnd(head, names)}  ${value}  `;
    const room = Math.max(24, layout.width - displayWidth(lead));
    const [first = '', ...more] = wrap(node.why, room);
    const margin = `  ${padEnd(rail, names)}  ${' '.repeat(11)}  `;
    return [`${lead}${first}`, ...more.map((text) => `${margin}${text}`)];
  });
  return textOf([
    ...headline(`explain ${explanation.metric}`, [], layout),
    '',
    ...lines,
    ...(explanation.evidence.length > 0 ? ['', ...evidence(explanation.evidence, layout)] : []),
  ]);
}

function evidence(texts: readonly string[], layout: Layout): string[] {
  return texts.flatMap((text) => wrap(text, layout.width - 4).map((line, i) => `  ${i === 0 ? '· ' : '  '}${line}`));
}

interface Row {
  readonly head: string;
  readonly rail: string;
  readonly node: ExplainNode;
}

function flatten(node: ExplainNode, lead: string, rail: string): Row[] {
  const children = node.children ?? [];
  const bar = children.length > 0 ? '│' : '';
  return [
    { head: `${lead}${node.name}`, rail: `${rail}${bar}`, node },
    ...children.flatMap((child, i) => {
      const isLast = i === children.length - 1;
      return flatten(child, `${rail}${isLast ? '└ ' : '├ '}`, `${rail}${isLast ? '  ' : '│ '}`);
    }),
  ];
}

function shown(value: number, unit: Explanation['unit']): string {
  if (unit === 's') return formatMs(value * 1000);
  if (unit === 'USD') return formatUsd(value);
  return String(Number(value.toPrecision(4)));
}
