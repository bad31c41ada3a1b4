/** Tables that are not about serving language models: each kind, told by its header, has its own answer, or a reason why there is none. */
import type { Catalog } from '../../catalog/open.js';
import { cellOf } from '../measurements/servingRow.js';
import type { MeasurementTable, Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { answerClassicalRow } from './classical.js';
import { answerColdStart } from './coldStart.js';
import { answerMlperfInferenceRow } from './mlperfInference.js';
import { answerMlperfTrainingRow } from './mlperfTraining.js';
import { answerTrainingRow } from './training.js';
import { answerVisionRow, knownWork } from './vision.js';

export type AnswerRow = (row: Row, catalog: Catalog) => Answer;

const visionColumns: readonly string[] = ['img_size', 'params_m', 'gmacs'];

/** Tables outside INTERFACE §5, by columns that only they have together. */
const byHeader: readonly (readonly [columns: readonly string[], prepare: (table: MeasurementTable) => AnswerRow])[] = [
  [['round', 'global_batch', 'n_accelerators', 'model'], () => answerMlperfTrainingRow],
  [['round', 'scenario', 'n_accelerators', 'model'], () => answerMlperfInferenceRow],
  [
    visionColumns,
    (table) => {
      const known = knownWork(table);
      return (row, catalog) => answerVisionRow(row, catalog, known);
    },
  ],
  [['kind', 'input_tokens', 'batch_size', 'model'], () => answerClassicalRow],
];

/** Whether a table is about image networks. */
export const isVision = ({ kind, columns }: MeasurementTable): boolean =>
  kind === 'other' && visionColumns.every((column) => columns.includes(column));

const reason =
  'the header is not one of the tables that are known: serving, training, cold start, MLPerf, image networks, classical models';

/** How the rows of a table that is not a serving table are answered. */
export const otherAnswerer = (table: MeasurementTable): AnswerRow => {
  if (table.kind === 'cold-start') return answerColdStart;
  if (table.kind === 'training') return answerTrainingRow;
  const known = byHeader.find(([columns]) => columns.every((column) => table.columns.includes(column)));
  return known === undefined ? () => ({ kind: 'unanswered', reason }) : known[1](table);
};

/** What a row's error is grouped under: its data set, or the benchmark, or the kind of work and the framework. */
export const datasetOf = (row: Row): string => {
  const [round, model, kind, framework] = ['round', 'model', 'kind', 'framework'].map((column) => cellOf(row, column));
  if (round !== undefined) return `MLPerf ${round} ${model ?? ''}`.trimEnd();
  return cellOf(row, 'dataset') ?? [kind, framework].filter((part) => part !== undefined).join(', ');
};
