/** Which load of a measurement table a client's way of sending is, and which statistics mean the same under it. */
import type { Metrics, Sent } from './types.js';

export interface Load {
  readonly conditions: Readonly<Record<string, string | number>>;
  readonly keeps: (metric: string) => boolean;
  readonly notes: readonly string[];
}

/** A cap that answers less than this share of the offered rate has become the load: users that wait for their turn. */
const throttled = 0.9;

const everything = (): boolean => true;
const isThroughput = (metric: string): boolean => metric === 'output_tokens_per_s';

const closedLoop = (concurrency: number, requests: number | undefined, notes: readonly string[]): Load => ({
  conditions: { load: 'closed_loop', concurrency: Math.min(concurrency, requests ?? concurrency) },
  keeps: everything,
  notes,
});

const openLoop = (sent: Sent, rate: number): Load => {
  const { concurrency, requests, answeredPerS, arrivals } = sent;
  if (concurrency !== undefined && answeredPerS !== undefined && answeredPerS < throttled * rate) {
    const why = `${answeredPerS.toPrecision(3)} of ${rate} requests/s were answered: the cap of ${concurrency} at once was the load`;
    return closedLoop(concurrency, requests, [why]);
  }
  return {
    conditions: {
      load: 'open_loop',
      request_rate: rate,
      arrivals: arrivals ?? 'poisson',
      ...(requests === undefined ? {} : { duration_s: Number((requests / rate).toPrecision(6)) }),
    },
    keeps: everything,
    notes: concurrency === undefined ? [] : [`the cap of ${concurrency} at once did not bind and is left out`],
  };
};

/**
 * The load of a run: a finite rate is an open loop, a cap on requests under way a closed one. All at once without a cap is a static batch
 * where the engine can hold it, else a saturated engine; there, times that include waiting for the others are left out.
 *
 * @param maxSequences requests that the engine computes at once
 * @returns undefined when the file does not say how requests were sent
 */
export const loadOf = (sent: Sent, maxSequences: number): Load | undefined => {
  const { requestRate, concurrency, requests, isEndless } = sent;
  if (requestRate !== undefined && Number.isFinite(requestRate)) return openLoop(sent, requestRate);
  if (concurrency !== undefined) return closedLoop(concurrency, isEndless ? undefined : requests, []);
  if (requestRate === undefined) return undefined;
  if (!isEndless && requests !== undefined && requests <= maxSequences) {
    return {
      conditions: { load: 'static_batch', batch_size: requests },
      keeps: (metric) => !metric.startsWith('ttft_'),
      notes: [
        'all requests came at once: a static batch; times to first token are left out, a table counts them to the first of the batch',
      ],
    };
  }
  return {
    conditions: { load: 'saturated' },
    keeps: isThroughput,
    notes: [
      'requests came faster than they could be computed: a saturated engine; only the throughput is kept, times are mostly waiting',
    ],
  };
};

export const keptMetrics = (metrics: Metrics, load: Load): Metrics =>
  Object.fromEntries(Object.entries(metrics).filter(([metric]) => load.keeps(metric)));
