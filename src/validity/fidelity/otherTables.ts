/** Tables that are not about serving language models: each kind has its own answer, or a reason why there is none. */
import type { Catalog } from '../../catalog/open.js';
import type { MeasurementTable, Row } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { answerColdStart } from './coldStart.js';

/** Answers one row of a table that is not a serving table. */
export const answerOtherRow = (table: MeasurementTable, row: Row, catalog: Catalog): Answer => {
  switch (table.kind) {
    case 'cold-start':
      return answerColdStart(row, catalog);
    case 'training':
      return { kind: 'unanswered', reason: 'training is not supported yet' };
    default:
      return { kind: 'unanswered', reason: 'this kind of table is not supported yet' };
  }
};
