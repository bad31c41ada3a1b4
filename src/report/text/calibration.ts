/** The text of `calibrate`: errors before and after, and what moved. */
import { label, number, type Table } from '../view/table.js';
import { alignTable, type Layout } from './table.js';

interface ErrorPair {
  readonly before_pct: number;
  readonly after_pct: number;
}

/** What this text needs of a calibration. */
export interface CalibrationView {
  readonly runs: number;
  readonly rows: number;
  readonly unanswered: number;
  readonly helps: boolean;
  readonly moved: readonly {
    readonly coefficient: string;
    readonly factor: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly in_sample: ErrorPair;
  readonly left_out: readonly (ErrorPair & { readonly by: string; readonly groups: number })[];
}

const errors = (view: CalibrationView): Table => ({
  columns: [label('median error', 20), number('before %'), number('after %')],
  rows: [
    ['rows that were fitted', view.in_sample.before_pct.toFixed(1), view.in_sample.after_pct.toFixed(1)],
    ...view.left_out.map(({ by, groups, before_pct, after_pct }) => [
      `left out, by ${by} (${groups} groups)`,
      before_pct.toFixed(1),
      after_pct.toFixed(1),
    ]),
  ],
});

const value = (coefficient: string, size: number): string => {
  if (!coefficient.endsWith('S')) return size.toFixed(3);
  return size >= 1e-3 ? `${(size * 1e3).toPrecision(3)} ms` : `${(size * 1e6).toPrecision(3)} µs`;
};

/** Factors within this of 1 did not move. */
const still = 0.02;

const moves = (view: CalibrationView): Table => ({
  columns: [label('coefficient', 14), number('parent'), number('now'), number('factor')],
  rows: view.moved
    .filter(({ factor }) => Math.abs(factor - 1) > still)
    .map(({ coefficient, from, to, factor }) => [
      coefficient,
      value(coefficient, from),
      value(coefficient, to),
      `×${factor.toFixed(2)}`,
    ]),
});

export const renderCalibration = (view: CalibrationView, layout: Layout): string => {
  const { theme } = layout;
  const moved = moves(view);
  const skipped = view.unanswered === 0 ? '' : `, ${view.unanswered} rows have no prediction`;
  return [
    theme.heading(`Calibrated on ${view.rows} rows of ${view.runs} runs${skipped}`),
    ...alignTable(errors(view), layout),
    '',
    ...(view.helps
      ? [
          theme.heading('What moved'),
          ...(moved.rows.length > 0 ? alignTable(moved, layout) : ['  nothing by more than 2 %']),
        ]
      : [
          theme.caution(
            'No fit predicted left-out rows better than the built-in profiles do: the profile changes nothing.',
          ),
        ]),
  ].join('\n');
};
