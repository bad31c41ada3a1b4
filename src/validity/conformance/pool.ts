import { Worker } from 'node:worker_threads';
import type { Verdict } from './evaluateCase.js';
import type { AnyCase } from './referenceFile.js';

/** What a worker is asked, and what it answers. */
export interface Job {
  readonly at: number;
  readonly one: AnyCase;
  readonly seed: number;
}

export interface Answer {
  readonly at: number;
  readonly verdict: Verdict;
}

/**
 * Evaluates jobs on worker threads, in the given order, as workers become free. Each verdict depends on its job alone, so the number of
 * workers changes nothing but the time.
 */
export function evaluateOnWorkers(
  jobs: readonly Job[],
  workers: number,
  script: URL,
  done: (answer: Answer) => void,
): Promise<void> {
  let next = 0;
  const runWorker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script);
      const ask = (): void => {
        const job = jobs[next++];
        if (job !== undefined) worker.postMessage(job);
        else void worker.terminate().then(() => resolve(), reject);
      };
      worker.on('message', (answer: Answer) => {
        done(answer);
        ask();
      });
      worker.on('error', reject);
      ask();
    });
  return Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, runWorker)).then(() => undefined);
}
