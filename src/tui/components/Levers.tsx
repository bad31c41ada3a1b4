import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Edit } from '../../scenario/types.js';
import { canStep, leverPosition, shownChange, shownValue } from '../leverValues.js';
import type { WhatIfLever } from '../session.js';
import { type State, shownEdits } from '../state.js';
import { windowOf } from '../window.js';
import { insideOf, Panel } from './Panel.js';
import { Cell, Tone } from './Tone.js';

/** A slider: where the value stands between its ends, `○` where the base stands. */
export function track(position: number, base: number, width: number): string {
  const cells = Array.from({ length: width }, () => '─');
  cells[Math.round(base * (width - 1))] = '○';
  cells[Math.round(position * (width - 1))] = '●';
  return cells.join('');
}

interface LeverLineProps {
  readonly lever: WhatIfLever;
  readonly edits: readonly Edit[];
  readonly isSelected: boolean;
  readonly isFocused: boolean;
  readonly typing: State['typing'];
  readonly width: number;
}

function LeverLine({ lever, edits, isSelected, isFocused, typing, width }: LeverLineProps): ReactNode {
  const changeWidth = 6;
  const valueWidth = Math.max(9, Math.min(20, Math.floor(width * 0.28)));
  const room = width - valueWidth - changeWidth - 6;
  const trackWidth = room >= 34 ? Math.min(28, room - 22) : 0;
  const labelWidth = room - trackWidth;
  const isTyping = isSelected && typing !== null;
  return (
    <Box height={1} width={width} flexShrink={0}>
      <Cell width={2} tone="accent">
        {isSelected ? '▸' : ' '}
      </Cell>
      <Cell width={labelWidth} tone={isSelected && isFocused ? 'strong' : 'plain'}>
        {lever.label}
      </Cell>
      <Cell width={2} tone={isSelected ? 'accent' : 'quiet'} isDim={!canStep(lever, edits, -1)}>
        {'◂ '}
      </Cell>
      <Cell width={valueWidth} isRight tone={isTyping || (isSelected && isFocused) ? 'selected' : 'plain'}>
        {isTyping ? `${typing.text.slice(1 - valueWidth)}▏` : shownValue(lever, edits)}
      </Cell>
      <Cell width={2} tone={isSelected ? 'accent' : 'quiet'} isDim={!canStep(lever, edits, 1)}>
        {' ▸'}
      </Cell>
      <Cell width={changeWidth} isRight tone="warn">
        {shownChange(lever, edits)}
      </Cell>
      {trackWidth > 0 && (
        <Cell width={trackWidth} tone={isSelected ? 'accent' : 'quiet'}>
          {`  ${track(leverPosition(lever, edits), leverPosition(lever, []), trackWidth - 2)}`}
        </Cell>
      )}
    </Box>
  );
}

/** A change that no lever stands for, as a recommendation may bring. */
function OtherEdit({ edit, width }: { readonly edit: Edit; readonly width: number }): ReactNode {
  const text = `${edit.path.split('.').slice(-2).join('.')} ${shown(edit.from)} → ${shown(edit.to)}`;
  return (
    <Box height={1} width={width} flexShrink={0}>
      <Cell width={2} tone="warn">
        ●
      </Cell>
      <Cell width={width - 2} tone="plain">
        {text}
      </Cell>
    </Box>
  );
}

/** An edit's value in a few characters. */
export const shown = (value: unknown): string =>
  value === undefined || value === null
    ? '–'
    : typeof value === 'object'
      ? JSON.stringify(value).replaceAll('"', '')
      : String(value);

interface LeversProps {
  readonly state: State;
  readonly width: number;
  readonly height: number;
}

/** Panel 1: what can be moved. */
export function Levers({ state, width, height }: LeversProps): ReactNode {
  const inside = insideOf({ width, height });
  const edits = shownEdits(state);
  const isFocused = state.focus === 'levers';
  const others = edits.filter(({ path }) => !state.levers.some((lever) => lever.path === path));
  const total = state.levers.length + others.length;
  const from = windowOf(total, inside.height, state.selected);
  const end = from + inside.height;
  const hidden = total - inside.height;
  return (
    <Panel
      title="1 Levers"
      note={hidden > 0 ? `${state.selected + 1} of ${total}` : ''}
      width={width}
      height={height}
      isFocused={isFocused}
    >
      {state.levers.slice(from, end).map((lever, index) => (
        <LeverLine
          key={lever.id}
          lever={lever}
          edits={edits}
          isSelected={from + index === state.selected}
          isFocused={isFocused}
          typing={state.typing}
          width={inside.width}
        />
      ))}
      {others.slice(Math.max(0, from - state.levers.length), Math.max(0, end - state.levers.length)).map((edit) => (
        <OtherEdit key={edit.path} edit={edit} width={inside.width} />
      ))}
      {total === 0 && <Tone tone="quiet">no lever fits this scenario</Tone>}
    </Panel>
  );
}
