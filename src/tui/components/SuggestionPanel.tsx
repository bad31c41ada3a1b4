import { Box } from 'ink';
import type { ReactNode } from 'react';
import { duration, interval, money, percent, rate, shortMoney } from '../format.js';
import { editsKey } from '../leverValues.js';
import type { State } from '../state.js';
import { type SuggestedChange, suggestionsOf } from '../suggestions.js';
import { shown } from './Levers.js';
import { Panel } from './Panel.js';
import { Tone } from './Tone.js';

/** A metric's value in its unit, told by the metric's name. */
export function effectValue(metric: string, value: number | null): string {
  if (/usd/.test(metric)) return money(value);
  if (/_per_s$/.test(metric)) return rate(value);
  if (/_ms\b/.test(metric)) return duration(value);
  if (/utili[sz]ation|availability|share|attainment|probability/.test(metric)) return percent(value);
  return value === null ? '–' : String(Number(value.toPrecision(3)));
}

/** A metric's path in a few words: `services.chat.ttft_ms.p95` → `TTFT p95`. */
export function effectName(metric: string): string {
  const words = metric.replace(/^(services|pools)\.[^.]+\./, '').replaceAll(/_(per_s|ms|usd)\b/g, '');
  return words
    .replace('ttft', 'TTFT')
    .replace('tpot', 'TPOT')
    .replace('utilization', 'utilisation')
    .replace(/\.mean$/, '')
    .replaceAll(/[._]/g, ' ');
}

const editText = ({ path, from, to }: SuggestedChange['edits'][number]): string =>
  `${path} ${shown(from)} → ${shown(to)}`;

function savingText({ saving, ci95 }: SuggestedChange): string {
  const range = interval(ci95, shortMoney);
  return saving >= 0 ? `saves ${money(saving)} / month ${range}` : `costs ${money(-saving)} / month more ${range}`;
}

function Change({ change, isOld }: { readonly change: SuggestedChange; readonly isOld: boolean }): ReactNode {
  // The saving is said already.
  const others = Object.entries(change.effect).filter(([metric]) => metric !== 'cost.per_month_usd');
  const effects = others.map(
    ([metric, { before, after }]) =>
      `${effectName(metric)} ${effectValue(metric, before)} → ${effectValue(metric, after)}`,
  );
  return (
    <>
      <Box height={1} flexShrink={0} justifyContent="space-between" gap={2}>
        <Box flexShrink={1} gap={2}>
          <Tone tone="strong" isDim={isOld}>
            {change.name}
          </Tone>
          <Box flexShrink={0}>
            <Tone tone={change.saving >= 0 ? 'good' : 'warn'} isDim={isOld}>
              {savingText(change)}
            </Tone>
          </Box>
        </Box>
        <Box flexShrink={0}>
          <Tone tone={isOld ? 'quiet' : 'accent'}>{isOld ? 'of earlier levers · o again' : '⏎ apply'}</Tone>
        </Box>
      </Box>
      <Tone tone="plain" isDim={isOld}>
        {change.edits.map(editText).join(' · ')}
      </Tone>
      <Tone tone="quiet">{[...effects, change.risk && `risk: ${change.risk}`].filter(Boolean).join(' · ')}</Tone>
    </>
  );
}

interface SuggestionProps {
  readonly state: State;
  readonly width: number;
  readonly height: number;
}

/** Panel 5: one change that helps. */
export function SuggestionPanel({ state, width, height }: SuggestionProps): ReactNode {
  const { suggestion } = state;
  const changes = suggestion.status === 'found' ? suggestionsOf(suggestion.result) : [];
  const index = suggestion.status === 'found' ? suggestion.shown : 0;
  const change = changes[index];
  const isOld = suggestion.status === 'found' && suggestion.key !== editsKey(state.edits);
  const note = changes.length > 1 ? `${index + 1} of ${changes.length} ↑↓` : '';
  return (
    <Panel
      title="5 One change that helps"
      note={note}
      width={width}
      height={height}
      isFocused={state.focus === 'suggestion'}
    >
      {suggestion.status === 'none' && (
        <Tone tone="quiet">o looks for it: every change is simulated before it is proposed</Tone>
      )}
      {suggestion.status === 'searching' && <Tone tone="accent">▸ looking for it …</Tone>}
      {suggestion.status === 'failed' && <Tone tone="bad">{`✗ ${suggestion.reason}`}</Tone>}
      {suggestion.status === 'found' && !change && (
        <Tone tone="plain">{`none found in ${suggestion.result.search.candidates} candidates, ${suggestion.result.search.simulated} of them simulated`}</Tone>
      )}
      {change && <Change change={change} isOld={isOld} />}
    </Panel>
  );
}
