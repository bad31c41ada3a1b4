/** One worker thread of the conformance runner: evaluates the cases that it is sent. */
import { parentPort } from 'node:worker_threads';
import { evaluateCase } from './conformance/evaluateCase.js';
import type { Answer, Job } from './conformance/pool.js';

parentPort?.on('message', ({ at, one, seed }: Job) => {
  const answer: Answer = { at, verdict: evaluateCase(one, seed) };
  parentPort?.postMessage(answer);
});
