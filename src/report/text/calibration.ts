/** The text of `calibrate`: errors before and after, and what moved. */
import { plural } from '../view/labels.js';
import { label, number, type Table } from '../view/table.js';
import { joinFacts } from './layout.js';
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

/** Rows of one run are much alike, so that leaving some out tells little about another load. */
const fewRuns = [
  'too few runs to leave one out: rows were, which flatters',
  'the fit keeps close to its parent',
  'the band stays the built-in one',
];

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

/** What each coefficient is, in a few words: the longer ones stand with the coefficients themselves. */
const meanings: Readonly<Record<string, string>> = {
  gemmCompute: 'share of peak compute that matrix products reach',
  gemmMemory: 'share of bandwidth that reading weights reaches',
  decodeAttention: 'share of bandwidth that decode attention reaches',
  attentionCompute: 'share of peak compute that attention reaches',
  launchPerLayerS: 'launch time of a layer',
  allReduceFloorS: 'least time of an all-reduce',
  allReduceLink: 'share of link bandwidth that collectives reach',
  hostPerStepS: 'time of the host a step',
  hostPerSequenceS: 'time of the host a sequence and step',
  requestS: 'fixed time of a request',
  requestPerPromptTokenS: 'time of a request a prompt token',
  prefillPerLayerS: 'fixed time of a prompt a layer',
  moeFloorS: 'least time of an expert layer',
  moeCompute: 'share of peak compute that experts reach',
  moeMemory: 'share of bandwidth that reading experts reaches',
};

/** Factors within this of 1 did not move. */
const still = 0.02;

const moves = (view: CalibrationView): Table => ({
  columns: [
    label('coefficient', 14),
    number('parent'),
    number('now'),
    number('factor'),
    { header: 'what it is', dropOrder: 1 },
  ],
  rows: view.moved
    .filter(({ factor }) => Math.abs(factor - 1) > still)
    .map(({ coefficient, from, to, factor }) => [
      coefficient,
      value(coefficient, from),
      value(coefficient, to),
      `×${factor.toFixed(2)}`,
      meanings[coefficient] ?? '',
    ]),
});

export const renderCalibration = (view: CalibrationView, layout: Layout): string => {
  const { theme } = layout;
  const moved = moves(view);
  const skipped = view.unanswered === 0 ? '' : `, ${view.unanswered} rows have no prediction`;
  return [
    theme.heading(`Calibrated on ${plural(view.rows, 'row')} of ${plural(view.runs, 'run')}${skipped}`),
    ...alignTable(errors(view), layout),
    ...(view.left_out.some(({ by }) => by === 'row') ? joinFacts(fewRuns, layout.width, 2) : []),
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
