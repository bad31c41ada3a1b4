import { Box } from 'ink';
import type { ReactNode } from 'react';
import { percent } from '../format.js';
import { editsKey } from '../leverValues.js';
import { summaryOf } from '../objectives.js';
import type { WhatIfWorld } from '../session.js';
import { type Figures, type State, shownEdits } from '../state.js';
import { Tone, type ToneName } from './Tone.js';

/** The widest relative 95 % half-width of a service's mean end-to-end time: how sure the figures are. */
export function precisionOf({ simulation }: Figures): number | null {
  const widths = Object.values(simulation.services).flatMap((service) => {
    const summary = summaryOf(service, 'e2e');
    const bounds = summary?.ci95.mean;
    return summary?.mean && bounds ? [(bounds[1] - bounds[0]) / 2 / summary.mean] : [];
  });
  return widths.length ? Math.max(...widths) : null;
}

function statusOf(state: State): { readonly text: string; readonly tone: ToneName } {
  if (state.problem && !state.isAtBase) return { text: '✗ cannot run', tone: 'bad' };
  if (state.isRunning) return { text: '▸ running', tone: 'accent' };
  return { text: '· idle   ', tone: 'quiet' };
}

function editedMark(state: State): string {
  if (state.isAtBase) return '◇ base';
  if (!state.edits.length) return '';
  return editsKey(state.edits) === state.savedKey ? '● saved' : '● edited';
}

const GAP = 2;

/** The texts that fit into `room`, in the order of the screen: high ranks first, and left out first. */
function fitting(facts: readonly { readonly text: string; readonly rank: number }[], room: number): readonly string[] {
  const kept: string[] = [];
  let left = room;
  for (const { text } of facts.filter(({ text }) => text !== '').toSorted((a, b) => a.rank - b.rank)) {
    left -= text.length + GAP;
    if (left >= 0) kept.unshift(text);
  }
  return kept;
}

interface HeaderProps {
  readonly world: WhatIfWorld;
  readonly state: State;
  readonly width: number;
}

/** Name and state at the left, how sure the figures are at the right. */
export function Header({ world, state, width }: HeaderProps): ReactNode {
  const figures = state.isAtBase ? state.base : state.figures;
  const isStale = figures !== null && figures.simulationKey !== editsKey(shownEdits(state));
  const precision = figures && precisionOf(figures);
  const status = statusOf(state);
  const mark = editedMark(state);
  const room = width - ['plimsoll', world.name, mark, status.text].reduce((sum, text) => sum + text.length + GAP, 2);
  const facts = fitting(
    [
      { text: figures ? `${figures.replications}/${figures.planned} reps` : '', rank: 0 },
      { text: precision === null ? '' : `± ${percent(precision)}`, rank: 1 },
      { text: `seed ${world.seed}`, rank: 2 },
      { text: `base ${world.base}`, rank: 3 },
    ],
    room,
  );
  return (
    <Box width={width} height={1} paddingX={1} justifyContent="space-between" flexShrink={0}>
      <Box flexShrink={1} height={1} gap={GAP}>
        <Tone tone="accent">plimsoll</Tone>
        <Tone tone="strong">{world.name}</Tone>
        <Box flexShrink={0}>
          <Tone tone="warn">{mark}</Tone>
        </Box>
      </Box>
      <Box flexShrink={0} height={1} gap={GAP}>
        {facts.map((fact) => (
          <Tone key={fact} tone="quiet" isDim={isStale}>
            {fact}
          </Tone>
        ))}
        <Tone tone={status.tone}>{status.text}</Tone>
      </Box>
    </Box>
  );
}
