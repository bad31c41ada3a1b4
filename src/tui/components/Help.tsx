import { Box } from 'ink';
import type { ReactNode } from 'react';
import { KEYS } from '../keys.js';
import { insideOf, Panel } from './Panel.js';
import { Cell, Tone } from './Tone.js';

interface HelpProps {
  readonly scroll: number;
  readonly width: number;
  readonly height: number;
}

const NOTES = [
  '',
  'Figures dim while they belong to earlier levers, and tighten as replications arrive.',
  '[low … high] is the P10–P90 range of money and the 95 % interval of everything else.',
  '▲▼ changes are against the base; both use the same random numbers.',
];

/** The ? overlay, from the table of keys. */
export function Help({ scroll, width, height }: HelpProps): ReactNode {
  const inside = insideOf({ width, height });
  const total = KEYS.length + NOTES.length;
  const from = Math.min(scroll, Math.max(0, total - inside.height));
  const lines = [
    ...KEYS.map(({ shown, help }) => (
      <Box key={shown} height={1} flexShrink={0}>
        <Cell width={6} tone="strong">
          {shown}
        </Cell>
        <Cell width={inside.width - 6} tone="plain">
          {help}
        </Cell>
      </Box>
    )),
    ...NOTES.map((note) => (
      <Box key={note} height={1} flexShrink={0}>
        <Tone tone="quiet">{note}</Tone>
      </Box>
    )),
  ];
  return (
    <Panel title="Keys" note="Esc closes" width={width} height={height} isFocused>
      {lines.slice(from, from + inside.height)}
    </Panel>
  );
}
