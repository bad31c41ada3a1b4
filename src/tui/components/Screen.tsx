import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { layoutFor, MIN_COLUMNS, MIN_ROWS, type Size } from '../layout.js';
import { outcomeRows } from '../outcome.js';
import type { WhatIfWorld } from '../session.js';
import { type Panel, type State, shownEdits } from '../state.js';
import { Bottleneck } from './Bottleneck.js';
import { CostChart, LatencyChart } from './Charts.js';
import { Costs } from './Costs.js';
import { Footer } from './Footer.js';
import { Header } from './Header.js';
import { Help } from './Help.js';
import { Levers } from './Levers.js';
import { Outcome } from './Outcome.js';
import { SuggestionPanel } from './SuggestionPanel.js';

interface ScreenProps {
  readonly world: WhatIfWorld;
  readonly state: State;
  readonly columns: number;
  readonly rows: number;
}

/** The whole screen, one row lower than the terminal. */
export function Screen({ world, state, columns, rows }: ScreenProps): ReactNode {
  const figures = state.isAtBase ? state.base : state.figures;
  const others = shownEdits(state).filter(({ path }) => !world.levers.some((lever) => lever.path === path)).length;
  const wanted = {
    levers: world.levers.length + others,
    outcome: figures ? outcomeRows(figures, null, null).length : 8,
  };
  const { kind, screen, bands, hasBottleneckLine } = layoutFor(columns, rows, state.focus, wanted);
  if (kind === 'too-small') return <TooSmall {...screen} />;
  const overlay = { width: screen.width, height: screen.height - 2 };
  return (
    <Box flexDirection="column" {...screen} overflow="hidden">
      <Header world={world} state={state} width={screen.width} />
      {state.overlay === 'help' && <Help scroll={state.scroll} {...overlay} />}
      {state.overlay === 'costs' && <Costs state={state} {...overlay} />}
      {state.overlay === 'none' &&
        bands.map((band) => (
          <Box key={band.map(({ panel }) => panel).join()} flexShrink={0}>
            {band.map(({ panel, width, height }) => (
              <OnePanel key={panel} panel={panel} world={world} state={state} width={width} height={height} />
            ))}
          </Box>
        ))}
      {state.overlay === 'none' && hasBottleneckLine && <Bottleneck state={state} width={screen.width} />}
      <Footer state={state} width={screen.width} />
    </Box>
  );
}

interface OnePanelProps extends Size {
  readonly panel: Panel;
  readonly world: WhatIfWorld;
  readonly state: State;
}

function OnePanel({ panel, world, state, ...size }: OnePanelProps): ReactNode {
  switch (panel) {
    case 'levers':
      return <Levers state={state} {...size} />;
    case 'outcome':
      return <Outcome state={state} budgetUsd={world.budgetMonthlyUsd} {...size} />;
    case 'cost':
      return <CostChart state={state} budgetUsd={world.budgetMonthlyUsd} {...size} />;
    case 'latency':
      return <LatencyChart state={state} {...size} />;
    case 'suggestion':
      return <SuggestionPanel state={state} {...size} />;
  }
}

function TooSmall({ width, height }: Size): ReactNode {
  return (
    <Box
      width={width}
      height={Math.max(1, height)}
      flexDirection="column"
      justifyContent="center"
      alignItems="center"
      overflow="hidden"
    >
      <Text wrap="truncate-end">A little more room, please</Text>
      <Text
        wrap="truncate-end"
        dimColor
      >{`at least ${MIN_COLUMNS} × ${MIN_ROWS}, now ${width} × ${height + 1} · q quits`}</Text>
    </Box>
  );
}
