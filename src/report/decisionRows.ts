/** Looks of autoscalers as CSV rows, handed on as they come. */
import type { DecisionRow } from '../fleet/scaling/poolScaler.js';
import { cell } from './csv/cell.js';

export const DECISION_COLUMNS = [
  'time_s',
  'service',
  'pool',
  'current',
  'ready',
  'starting',
  'pending',
  'waits_for',
  'started',
  'desired',
  'metrics',
  'limit',
  'reason',
] as const;

const PIECE = 1 << 16;

export interface DecisionRows {
  /** The sink of one service's autoscaler. */
  readonly sink: (service: string) => (row: DecisionRow) => void;
  /** Hands on what is left. */
  readonly end: () => void;
}

/** Replicas started since the look before, by instance type: `2 aws/g6e.xlarge; 1 aws/g6e.12xlarge`. */
const startedText = ({ startedByType, types = [] }: DecisionRow): string =>
  Object.entries(startedByType)
    .map(([type, replicas]) => `${replicas} ${types[Number(type)] ?? ''}`.trim())
    .join('; ');

/** One row a look, in order of time, from the start of the run (the warm-up included). */
export function decisionRows(write: (piece: string) => void): DecisionRows {
  let text = `${DECISION_COLUMNS.join(',')}\n`;
  return {
    sink: (service) => (row) => {
      const { proposals, limit, words } = row.explanation;
      const metrics = proposals.map(({ metric, value, target, replicas }) =>
        [
          `${metric} ${value ?? 'unknown'}`,
          target === null ? '' : ` of ${target}`,
          replicas === null ? '' : ` → ${replicas}`,
        ].join(''),
      );
      const values = [
        row.timeS,
        service,
        row.pool ?? '',
        row.current,
        row.ready,
        row.starting,
        row.pending,
        row.pendingFor ?? '',
        startedText(row),
        row.desired,
        metrics.join('; '),
        limit === undefined ? '' : `${limit.name}: ${limit.why}`,
        words,
      ];
      text += `${values.map(cell).join(',')}\n`;
      if (text.length >= PIECE) {
        write(text);
        text = '';
      }
    },
    end: () => {
      write(text);
      text = '';
    },
  };
}
