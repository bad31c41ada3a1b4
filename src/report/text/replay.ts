/** A replayed autoscaler for the terminal: a step chart of replicas, then the decisions that changed something. */
import type { ReplayResult } from '../../plan/replay.js';
import { headline, layoutOf, type TextOptions, textOf } from './layout.js';
import { wrap } from './width.js';

const ROWS = 8;
const SHOWN = 40;

export function renderReplay(result: ReplayResult, options: TextOptions): string {
  const layout = layoutOf(options);
  const { decisions, replicas } = result;
  const changes = decisions.filter(({ current, desired }) => desired !== current);
  const lines = changes.slice(0, SHOWN).flatMap((decision) => {
    const head = `  ${clock(decision.time_s).padStart(10)}  ${`${decision.current} → ${decision.desired}`.padEnd(11)}`;
    const limit = decision.limit ? ` [${decision.limit.name}]` : '';
    const [first = '', ...more] = wrap(`${decision.why}${limit}`, Math.max(30, layout.width - head.length));
    return [`${head}${first}`, ...more.map((text) => `${' '.repeat(head.length)}${text}`)];
  });
  const facts = [
    `${decisions.length} syncs of ${result.sync_period_s} s`,
    result.closed_loop ? 'decisions obeyed at once' : 'replicas as recorded',
    `mean ${Number(replicas.mean.toPrecision(3))}, ${replicas.min} to ${replicas.max}`,
    `${replicas.changes} changes`,
  ];
  return textOf([
    ...headline(`autoscaler replay: ${result.policy}`, facts, layout),
    '',
    ...chart(result, layout.width),
    '',
    ...lines,
    ...(changes.length > SHOWN ? [`  … ${changes.length - SHOWN} more (--json has all)`] : []),
  ]);
}

/** Desired replicas over time; each column shows the largest of its syncs. */
function chart({ decisions }: ReplayResult, width: number): string[] {
  const top = Math.max(1, ...decisions.map(({ desired }) => desired));
  const label = String(top).length;
  const columns = Math.max(10, Math.min(width - label - 6, decisions.length));
  const levels = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * decisions.length) / columns);
    const until = Math.max(from + 1, Math.floor(((column + 1) * decisions.length) / columns));
    return Math.max(...decisions.slice(from, until).map(({ desired }) => desired));
  });
  const blocks = ' ▁▂▃▄▅▆▇█';
  return Array.from({ length: ROWS }, (_, row) => {
    const floor = ((ROWS - 1 - row) * top) / ROWS;
    const cells = levels.map((level) => {
      const eighths = Math.round(((level - floor) / (top / ROWS)) * 8);
      return blocks[Math.max(0, Math.min(8, eighths))];
    });
    const mark = row === 0 ? String(top) : row === ROWS - 1 ? '0' : '';
    return `  ${mark.padStart(label)} ┤${cells.join('')}`.trimEnd();
  });
}

/** `1:02:05` for 3,725 s. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${part(Math.floor((whole % 3600) / 60))}:${part(whole % 60)}`;
}
