/** Finished requests as CSV rows, handed on in pieces so that memory does not grow with the run. */
import type { RequestSink } from '../fleet/llm/metrics.js';

export const REQUEST_COLUMNS = [
  'arrived_at_s',
  'prompt_tokens',
  'output_tokens',
  'queued_s',
  'ttft_s',
  'e2e_s',
  'replica',
  'outcome',
] as const;

const PIECE = 1 << 16;

/** NaN is an empty cell. */
const cell = (value: number): string => (Number.isNaN(value) ? '' : String(value));

export interface RequestRows {
  /** The sink of one service. */
  readonly sink: (service: string) => RequestSink;
  /** Hands on what is left. */
  readonly end: () => void;
}

/**
 * Rows in order of completion; with several services each row ends with its service's name.
 *
 * @param write receives pieces of text of about 64 kB
 */
export function requestRows(services: readonly string[], write: (piece: string) => void): RequestRows {
  const several = services.length > 1;
  let text = `${[...REQUEST_COLUMNS, ...(several ? ['service'] : [])].join(',')}\n`;
  return {
    sink: (service) => (row) => {
      const { arrivedAtS, promptTokens, outputTokens, queuedS, ttftS, e2eS, replica, outcome } = row;
      const cells = [arrivedAtS, promptTokens, outputTokens, queuedS, ttftS, e2eS, replica].map(cell);
      text += `${[...cells, outcome, ...(several ? [service] : [])].join(',')}\n`;
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
