import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { CostItem } from '../../simulate/result.js';
import { money, percent, shortNumber } from '../format.js';
import { monthlyCost } from '../outcome.js';
import type { Figures, State } from '../state.js';
import { insideOf, Panel } from './Panel.js';
import { Cell, Tone } from './Tone.js';

/** The month's items, dearest first: the forecast's first month, else the simulated window scaled to a month. */
export function monthlyItems(figures: Figures): readonly CostItem[] {
  const month = figures.forecast?.periods[0]?.cost_usd.by_item ?? [];
  const { by_item: window, total_usd: total, per_month_usd: perMonth } = figures.simulation.cost;
  const scale = total > 0 ? perMonth / total : 0;
  const items = month.length
    ? month
    : window.map((item) => ({ ...item, quantity: item.quantity * scale, usd: item.usd * scale }));
  return items.toSorted((a, b) => b.usd - a.usd);
}

interface ItemProps {
  readonly item: CostItem;
  readonly total: number;
  readonly width: number;
}

function ItemLines({ item, total, width }: ItemProps): ReactNode {
  const share = total > 0 ? item.usd / total : 0;
  const barWidth = Math.max(0, Math.min(20, width - 60));
  const filled = Math.round(share * barWidth);
  return (
    <Box flexDirection="column" flexShrink={0} height={2}>
      <Box height={1}>
        <Cell width={width - barWidth - 22} tone="strong">
          {item.item}
        </Cell>
        <Cell width={12} isRight tone="plain">
          {money(item.usd)}
        </Cell>
        <Cell width={8} isRight tone="plain">
          {percent(share)}
        </Cell>
        <Cell width={2} tone="plain" />
        <Cell width={barWidth} tone="accent">
          {'█'.repeat(filled) + '░'.repeat(barWidth - filled)}
        </Cell>
      </Box>
      <Tone tone="quiet">{`  ${shortNumber(item.quantity)} ${item.unit} × ${money(item.unit_price_usd)} · ${[item.source, item.as_of].filter(Boolean).join(', ')}`}</Tone>
    </Box>
  );
}

interface CostsProps {
  readonly state: State;
  readonly width: number;
  readonly height: number;
}

/** The x overlay: what the month costs, item by item, with the source of each price. */
export function Costs({ state, width, height }: CostsProps): ReactNode {
  const inside = insideOf({ width, height });
  const figures = state.isAtBase ? state.base : state.figures;
  const items = figures ? monthlyItems(figures) : [];
  const total = items.reduce((sum, { usd }) => sum + usd, 0);
  const unpriced = figures?.simulation.cost.unpriced ?? [];
  const room = Math.max(1, Math.floor((inside.height - 1 - (unpriced.length ? 1 : 0)) / 2));
  const from = Math.min(state.scroll, Math.max(0, items.length - room));
  const left = items.length - room - from;
  const title = `Cost of a month · ${figures ? money(monthlyCost(figures)) : '…'}`;
  return (
    <Panel
      title={title}
      note={left > 0 ? `↓ ${left} more · Esc closes` : 'Esc closes'}
      width={width}
      height={height}
      isFocused
    >
      {items.slice(from, from + room).map((item) => (
        <ItemLines key={`${item.item} ${item.unit}`} item={item} total={total} width={inside.width} />
      ))}
      {!items.length && <Tone tone="quiet">{figures ? 'nothing priced is used' : 'no figures yet'}</Tone>}
      {unpriced.length > 0 && <Tone tone="warn">{`not priced: ${unpriced.join(', ')}`}</Tone>}
    </Panel>
  );
}
