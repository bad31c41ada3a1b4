import { Box } from 'ink';
import type { ReactNode } from 'react';
import { percent } from '../format.js';
import { editsKey } from '../leverValues.js';
import { type State, shownEdits } from '../state.js';
import { Tone } from './Tone.js';

/** One line: what limits the system, and why. */
export function Bottleneck({ state, width }: { readonly state: State; readonly width: number }): ReactNode {
  const figures = state.isAtBase ? state.base : state.figures;
  const bottleneck = figures?.simulation.bottleneck ?? null;
  const isStale = figures !== null && figures.simulationKey !== editsKey(shownEdits(state));
  const text = !figures
    ? '…'
    : bottleneck
      ? `${bottleneck.resource.replace(/^(pools|services)\./, '')} ${percent(bottleneck.utilization)} · ${bottleneck.why}`
      : 'none: every resource has room';
  return (
    <Box width={width} height={1} paddingX={2} gap={2} flexShrink={0}>
      <Box flexShrink={0}>
        <Tone tone="quiet">bottleneck</Tone>
      </Box>
      <Tone tone="plain" isDim={isStale}>
        {text}
      </Tone>
    </Box>
  );
}
