import type { CompareResult } from '../../plan/results.js';
import { plural } from '../view/labels.js';
import { compareTables } from '../view/planView.js';
import { headline, layoutOf, type TextOptions, textOf } from './layout.js';
import { alignTable } from './table.js';
import { wrap } from './width.js';

/** Cells that the metric, the change and the margins take, and those that one scenario takes at least. */
const OTHER_CELLS = 38;
const SCENARIO_CELLS = 11;

/** The answer of `compare` for the terminal, one metric a line; `●` marks a change whose paired interval excludes zero. */
export function renderCompare(result: CompareResult, options: TextOptions): string {
  const layout = layoutOf(options);
  const groupSize = Math.max(1, Math.floor((layout.width - OTHER_CELLS) / SCENARIO_CELLS));
  const significant = result.differences.filter((difference) => difference.significant).length;
  const legend = `● the paired 95 % interval excludes zero (${significant} of ${plural(result.differences.length, 'metric')})`;
  const tables = compareTables(result, groupSize).map((table) => alignTable(table, layout));
  return textOf([
    ...headline(`compare: ${result.scenarios.join(' ⟷ ')}`, [], layout),
    ...(result.differences.length === 0 ? ['', '  nothing to compare'] : tables.flatMap((lines) => ['', ...lines])),
    '',
    ...wrap(legend, layout.width - 2).map((line) => layout.theme.quiet(`  ${line}`)),
  ]);
}
