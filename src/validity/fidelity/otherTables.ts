/** Tables that are not about serving language models: each kind, told by its header, has its own answer, or a reason why there is none. */
import type { Catalog } from '../../catalog/open.js';
import type { MeasurementTable, Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { answerColdStart } from './coldStart.js';
import { answerMlperfTrainingRow } from './mlperfTraining.js';
import { answerTrainingRow } from './training.js';

type AnswerRow = (row: Row, catalog: Catalog) => Answer;

/** Tables outside INTERFACE §5, by columns that only they have together. */
const byHeader: readonly (readonly [columns: readonly string[], answer: AnswerRow])[] = [
  [['round', 'global_batch', 'n_accelerators', 'model'], answerMlperfTrainingRow],
];

/** Answers one row of a table that is not a serving table. */
export const answerOtherRow = (table: MeasurementTable, row: Row, catalog: Catalog): Answer => {
  if (table.kind === 'cold-start') return answerColdStart(row, catalog);
  if (table.kind === 'training') return answerTrainingRow(row, catalog);
  const known = byHeader.find(([columns]) => columns.every((column) => table.columns.includes(column)));
  if (known !== undefined) return known[1](row, catalog);
  return {
    kind: 'unanswered',
    reason:
      'the header is not one of the tables that are known: serving, training, cold start, MLPerf, vision, classical models',
  };
};
