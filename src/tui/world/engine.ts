/** The screen's engine: simulations in a worker thread of this machine. */
import { startWorker } from '../../engines/workerClient.js';
import type { RecommendResult } from '../../plan/results.js';
import type { WhatIfAnswer, WhatIfEngine } from '../session.js';
import type { ScenarioPayload } from './tasks.js';

/** @param entry the built worker entry (`dist/whatifWorker.js`) */
export function localEngine(entry: URL, scenario: Omit<ScenarioPayload, 'edits'>): WhatIfEngine {
  const client = startWorker(entry);
  return {
    evaluate: (edits, onAnswer, signal) =>
      client.call<WhatIfAnswer>('evaluate', { ...scenario, edits }, onAnswer, signal),
    async recommend(edits, signal) {
      let answer: RecommendResult | undefined;
      await client.call<RecommendResult>('recommend', { ...scenario, edits }, (value) => (answer = value), signal);
      if (!answer) throw new Error('stopped before there was a recommendation');
      return answer;
    },
    close: () => client.close(),
  };
}
