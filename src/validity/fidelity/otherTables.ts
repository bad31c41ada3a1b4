/** Tables that are not about serving language models: each kind has its own answer, or a reason why there is none. */
import type { MeasurementTable, Row } from '../measurements/table.js';
import type { Answer } from './answer.js';

/** Answers one row of a table that is not a serving table. */
export const answerOtherRow = (table: MeasurementTable, _row: Row): Answer => ({
  kind: 'unanswered',
  reason:
    table.kind === 'training'
      ? 'training is not supported yet'
      : table.kind === 'cold-start'
        ? 'cold starts are not supported yet'
        : 'this kind of table is not supported yet',
});
