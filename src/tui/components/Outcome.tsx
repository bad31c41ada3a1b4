import { Box } from 'ink';
import type { ReactNode } from 'react';
import { editsKey } from '../leverValues.js';
import { type OutcomeRow, outcomeRows, type Verdict } from '../outcome.js';
import { BASE_KEY, type Problem, type State } from '../state.js';
import { windowOf, wrapWords } from '../window.js';
import { insideOf, Panel } from './Panel.js';
import { Cell, Tone, type ToneName } from './Tone.js';

const TONES: Readonly<Record<Verdict, ToneName>> = { good: 'good', bad: 'bad', neutral: 'plain' };

export interface OutcomeColumns {
  readonly label: number;
  readonly value: number;
  readonly interval: number;
  readonly change: number;
  readonly limit: number;
}

/** Column widths for a line of `width`: the interval goes first when there is no room, then the change. */
export function outcomeColumns(width: number, longestLabel: number): OutcomeColumns {
  const fixed = { value: 9, change: 10, limit: 10 };
  const label = Math.max(12, Math.min(22, longestLabel)) + 1;
  const rest = width - label - fixed.value - fixed.change - fixed.limit;
  if (rest >= 14) {
    const interval = Math.min(20, rest);
    return { ...fixed, label: label + Math.min(6, rest - interval), interval };
  }
  if (rest >= 0) return { ...fixed, label, interval: 0 };
  return { ...fixed, change: 0, label: Math.max(8, Math.min(label, width - fixed.value - fixed.limit)), interval: 0 };
}

function Line({
  row,
  columns,
  isDim,
}: {
  readonly row: OutcomeRow;
  readonly columns: OutcomeColumns;
  readonly isDim: boolean;
}): ReactNode {
  if (row.kind === 'sentence') {
    return (
      <Box height={1} flexShrink={0}>
        <Tone tone={TONES[row.verdict]} isDim={isDim}>
          {row.text}
        </Tone>
      </Box>
    );
  }
  return (
    <Box height={1} flexShrink={0}>
      <Cell width={columns.label} tone="plain" isDim={isDim}>
        {row.label}
      </Cell>
      <Cell width={columns.value} isRight tone="strong" isDim={isDim}>
        {row.value}
      </Cell>
      {columns.interval > 0 && <Cell width={columns.interval} tone="quiet">{` ${row.interval}`}</Cell>}
      {columns.change > 0 && (
        <Cell width={columns.change} tone={TONES[row.changeVerdict]} isDim={isDim}>
          {` ${row.change}`}
        </Cell>
      )}
      <Cell width={columns.limit} tone={TONES[row.limitVerdict]} isDim={isDim}>
        {row.limit}
      </Cell>
    </Box>
  );
}

/** Why the edits give no figures, and what to try: a few lines at most, each with its tone. */
function problemLines(
  { problem, hint }: Problem,
  width: number,
): readonly { readonly text: string; readonly tone: ToneName }[] {
  const why = wrapWords(`✗ ${problem}`, width, 3).map((text) => ({ text, tone: 'bad' as const }));
  const advice = hint ? wrapWords(`  ${hint}`, width, 2).map((text) => ({ text, tone: 'plain' as const })) : [];
  return [...why, ...advice];
}

interface OutcomeProps {
  readonly state: State;
  readonly budgetUsd: number | null;
  readonly width: number;
  readonly height: number;
}

/** Panel 2: what the system does and costs, against the base. */
export function Outcome({ state, budgetUsd, width, height }: OutcomeProps): ReactNode {
  const inside = insideOf({ width, height });
  const isFocused = state.focus === 'outcome';
  const figures = state.isAtBase ? state.base : state.figures;
  const problem = state.isAtBase ? null : state.problem;
  const isStale =
    figures !== null &&
    (problem !== null || figures.simulationKey !== (state.isAtBase ? BASE_KEY : editsKey(state.edits)));
  const isCompared = figures !== null && state.base !== null && figures.simulationKey !== BASE_KEY;
  const rows = figures ? outcomeRows(figures, isCompared ? state.base : null, budgetUsd) : [];
  const said = problem ? problemLines(problem, inside.width) : [];
  const room = inside.height - said.length;
  const hidden = Math.max(0, rows.length - room);
  const from = isFocused ? windowOf(rows.length, room, Math.min(state.scroll, hidden) + Math.floor(room / 2)) : 0;
  const longest = Math.max(0, ...rows.map((row) => (row.kind === 'figure' ? row.label.length : 0)));
  const columns = outcomeColumns(inside.width, longest);
  const more = hidden - from > 0 ? `↓ ${hidden - from} more` : '';
  const note = [more, state.isAtBase ? 'base' : isCompared ? 'vs base' : ''].filter(Boolean).join(' · ');
  return (
    <Panel title="2 Outcome" note={note} width={width} height={height} isFocused={isFocused}>
      {said.map(({ text, tone }) => (
        <Box key={text} height={1} flexShrink={0}>
          <Tone tone={tone}>{text}</Tone>
        </Box>
      ))}
      {rows.slice(from, from + room).map((row) => (
        <Line key={row.kind === 'figure' ? row.label : row.text} row={row} columns={columns} isDim={isStale} />
      ))}
      {!figures && !problem && <Tone tone="quiet">simulating the base …</Tone>}
    </Panel>
  );
}
