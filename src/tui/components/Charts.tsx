import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { ForecastResult } from '../../plan/results.js';
import { type ChartData, type ChartTone, drawChart } from '../chart.js';
import { monthYear, shortMoney, statedDuration } from '../format.js';
import { editsKey } from '../leverValues.js';
import { courseOf, type Objective, objectivesByUrgency } from '../objectives.js';
import { BASE_KEY, type Figures, type State } from '../state.js';
import { insideOf, Panel } from './Panel.js';
import { Tone, type ToneName } from './Tone.js';

const TONES: Readonly<Record<ChartTone, ToneName>> = {
  axis: 'quiet',
  line: 'accent',
  band: 'quiet',
  base: 'plain',
  limit: 'warn',
  over: 'bad',
};
/** A latency that explodes would flatten everything else: values beyond this multiple of the limit are cut off. */
const CAP_OVER_LIMIT = 2.5;

interface ChartProps {
  readonly data: ChartData;
  readonly width: number;
  readonly height: number;
  readonly isDim: boolean;
  readonly format: (value: number) => string;
}

/** A chart's lines with their tones. */
function Chart({ data, width, height, isDim, format }: ChartProps): ReactNode {
  return drawChart(data, width, height, format).map((spans, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line of a chart is its row.
    <Box key={row} height={1} flexShrink={0}>
      <Text>
        {spans.map(({ text, tone }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place.
          <Tone key={index} tone={TONES[tone]} isDim={isDim || tone === 'base'}>
            {text}
          </Tone>
        ))}
      </Text>
    </Box>
  ));
}

interface Shown {
  readonly figures: Figures;
  readonly forecast: ForecastResult;
  /** The base's forecast where another one is shown. */
  readonly base: ForecastResult | null;
  readonly isStale: boolean;
}

function shownForecast(state: State): Shown | null {
  const figures = state.isAtBase ? state.base : state.figures;
  if (!figures?.forecast) return null;
  const wanted = state.isAtBase ? BASE_KEY : editsKey(state.edits);
  const isStale = figures.forecastKey !== wanted || (state.problem !== null && !state.isAtBase);
  const base = figures.forecastKey === BASE_KEY ? null : (state.base?.forecast ?? null);
  return { figures, forecast: figures.forecast, base, isStale };
}

interface ChartPanelProps {
  readonly state: State;
  readonly width: number;
  readonly height: number;
}

/** Panel 3: monthly cost, its P10–P90 band, and the budget. */
export function CostChart({
  state,
  budgetUsd,
  width,
  height,
}: ChartPanelProps & { readonly budgetUsd: number | null }): ReactNode {
  const shown = shownForecast(state);
  const inside = insideOf({ width, height });
  return (
    <Panel
      title="3 Monthly cost · P10–P90"
      note={shown?.base ? '⋯ base' : ''}
      width={width}
      height={height}
      isFocused={state.focus === 'cost'}
    >
      {shown && isFree(shown) ? (
        <Tone tone="quiet">nothing that this scenario uses has a price</Tone>
      ) : shown ? (
        <Chart data={costData(shown, budgetUsd)} {...inside} isDim={shown.isStale} format={shortMoney} />
      ) : (
        <Tone tone="quiet">…</Tone>
      )}
    </Panel>
  );
}

const isFree = ({ forecast, base }: Shown): boolean =>
  [forecast, base].every((one) => one === null || one.periods.every(({ cost_usd: { p90 } }) => p90 === 0));

const latencyTitle = (objective: Objective | undefined): string => {
  if (!objective) return '4 Latency';
  return `4 Latency · ${objective.label}${objective.limitMs === null ? '' : ` ≤ ${statedDuration(objective.limitMs)}`}`;
};

function costData({ forecast, base }: Shown, budgetUsd: number | null): ChartData {
  const budget = forecast.budget_monthly_usd ?? budgetUsd;
  const crossed = budget === null ? undefined : forecast.periods.find(({ cost_usd: { p50 } }) => p50 > budget);
  return {
    starts: forecast.periods.map(({ start }) => start),
    line: forecast.periods.map(({ cost_usd: { p50 } }) => p50),
    band: forecast.periods.map(({ cost_usd: { p10, p90 } }) => ({ low: p10, high: p90 })),
    ...(base ? { base: base.periods.map(({ cost_usd: { p50 } }) => p50) } : {}),
    ...(budget === null
      ? {}
      : {
          limit: {
            value: budget,
            labels: [
              ...(crossed ? [`budget ${shortMoney(budget)}, crossed ${monthYear(crossed.start)}`] : []),
              `budget ${shortMoney(budget)}`,
            ],
          },
        }),
  };
}

/** Panel 4: the latency objective that runs out of room first (↑↓ the others) against its limit. */
export function LatencyChart({ state, width, height }: ChartPanelProps): ReactNode {
  const shown = shownForecast(state);
  const objectives = shown ? objectivesByUrgency(shown.figures.simulation, shown.forecast) : [];
  const index = Math.min(state.objective, objectives.length - 1);
  const objective = objectives[index];
  const inside = insideOf({ width, height });
  const note = [objectives.length > 1 ? `${index + 1} of ${objectives.length}` : '', shown?.base ? '⋯ base' : '']
    .filter(Boolean)
    .join(' · ');
  return (
    <Panel
      title={latencyTitle(objective)}
      note={note}
      width={width}
      height={height}
      isFocused={state.focus === 'latency'}
    >
      {shown && objective ? (
        <Chart
          data={{
            starts: shown.forecast.periods.map(({ start }) => start),
            line: courseOf(shown.forecast, objective),
            ...(shown.base ? { base: courseOf(shown.base, objective) } : {}),
            ...(objective.limitMs === null
              ? {}
              : {
                  limit: { value: objective.limitMs, labels: [`SLO ${statedDuration(objective.limitMs)}`] },
                  cap: objective.limitMs * CAP_OVER_LIMIT,
                }),
          }}
          {...inside}
          isDim={shown.isStale}
          format={statedDuration}
        />
      ) : (
        <Tone tone="quiet">…</Tone>
      )}
    </Panel>
  );
}
