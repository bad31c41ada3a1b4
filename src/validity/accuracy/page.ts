/** The accuracy table as Markdown, and its place in a document. */
import type { BandKind } from '../fidelity/bandKind.js';
import type { DeviceBias } from './bias.js';
import type { LeftOutScore, Score } from './score.js';

/** One line of the table. */
export interface AccuracyRow {
  readonly dataset: string;
  readonly metric: string;
  readonly hardware: string;
  readonly fitted: Score;
  readonly hardwareOut?: LeftOutScore;
  readonly familyOut?: LeftOutScore;
}

/** What was done to get it. */
export interface AccuracyFacts {
  /** Day of the run, `2026-11-24`. */
  readonly date: string;
  readonly tables: number;
  readonly rows: number;
  /** Rows without a prediction. */
  readonly unanswered: number;
  /** Rows whose measurement physics does not allow: in no error. */
  readonly beyondPhysics: number;
  /** Rows that no fit learnt from although they are scored. */
  readonly notFitted: number;
  /** Refits of all coefficients, one for each group left out. */
  readonly refits: number;
}

const begin = '<!-- accuracy: written by npm run accuracy -->';
const end = '<!-- end of accuracy -->';

const percent = (value: number): string => `${value.toFixed(value < 9.95 ? 1 : 0)} %`;
const plain = ({ medianApePct, inBandPct }: Score): string => `${percent(medianApePct)} (${inBandPct.toFixed(0)})`;

/** A dagger where all of it is another era's; both figures where a part is. */
const leftOut = (score: LeftOutScore | undefined): string => {
  if (score === undefined) return '–';
  if (score.eraSeen === undefined) return `${plain(score)} †`;
  if (score.eraSeen.rows === score.rows) return plain(score);
  return `${plain(score)}, era seen ${percent(score.eraSeen.medianApePct)}`;
};

const sentence = ({ date, tables, rows, unanswered, beyondPhysics, notFitted, refits }: AccuracyFacts): string =>
  `${date}: ${rows} rows of ${tables} tables, ${unanswered} without a prediction, ${beyondPhysics} faster than physics allows ` +
  `(in no error), ${notFitted} scored but not learnt from (servers that were not warmed up); ${refits} refits. ` +
  'Cells: median absolute error, and in brackets the percentage of rows inside the band of 80 % that was stated with the prediction.';

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(0)} %`;

const kindNames: Readonly<Record<BandKind, string>> = {
  ttft: 'to the first token',
  tpot: 'per token',
  e2e: 'requests, batches and rates',
};

const biasMarkdown = (biases: readonly DeviceBias[]): readonly string[] =>
  biases.length === 0
    ? []
    : [
        '',
        'Which way the predictions of a device lean: the median of predicted over measured time (of rates, measured over predicted), so that + is too slow.',
        '',
        '| device | times | rows | fitted | this device out |',
        '| --- | --- | ---: | ---: | ---: |',
        ...biases.map(
          ({ hardware, kind, rows, fittedPct, leftOutPct }) =>
            `| ${hardware} | ${kindNames[kind]} | ${rows} | ${signed(fittedPct)} | ${signed(leftOutPct)} |`,
        ),
      ];

/** The table, the biases of devices, and what both rest on. */
export const accuracyMarkdown = (
  rows: readonly AccuracyRow[],
  facts: AccuracyFacts,
  biases: readonly DeviceBias[] = [],
): string => {
  const lines = rows.map(({ dataset, metric, hardware, fitted, hardwareOut, familyOut }) =>
    [dataset, metric, hardware, fitted.rows, plain(fitted), leftOut(hardwareOut), leftOut(familyOut)].join(' | '),
  );
  return [
    '| measurements | metric | device | rows | fitted | hardware out | family out |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: |',
    ...lines.map((line) => `| ${line} |`),
    '',
    sentence(facts),
    ...(rows.some(({ hardwareOut, familyOut }) => [hardwareOut, familyOut].some(isOtherEra))
      ? ['† What was left out was all there is of its engine’s era: the eras around it answer, or the base.']
      : []),
    ...biasMarkdown(biases),
  ].join('\n');
};

const isOtherEra = (score: LeftOutScore | undefined): boolean => score !== undefined && score.eraSeen === undefined;

/** @returns the document with the table between its markers, or undefined where it has none */
export const withAccuracy = (document: string, table: string): string | undefined => {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) return undefined;
  return `${document.slice(0, from + begin.length)}\n\n${table}\n\n${document.slice(to)}`;
};

export const markers = `${begin} … ${end}`;
