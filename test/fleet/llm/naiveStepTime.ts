/** The time of a step, summed token by token from what `StepModel` says. */
import type { StepModel } from '../../../src/latency/types.js';
import type { Work } from './naiveEngine.js';

export function naiveStepTime(model: StepModel, work: readonly Work[]): number {
  const { windowTokens: window } = model;
  let tokens = 0;
  let logits = 0;
  let sampling = 0;
  let context = 0;
  let windowed = 0;
  let pairs = 0;
  let windowPairs = 0;
  let encodeS = 0;
  let prefills = false;
  for (const { request, tokens: chunk } of work) {
    tokens += chunk;
    if (request.decodes) {
      // The model's word on each draft, and on the token after them.
      logits += chunk;
      sampling++;
      context += request.target;
      windowed += Math.min(request.target, window);
      continue;
    }
    prefills = true;
    if (request.computed + chunk === request.target) {
      logits++;
      sampling++;
    }
    // Each token attends to all before it; on average half of its own place counts.
    for (let at = request.computed; at < request.computed + chunk; at++) {
      pairs += at + 0.5;
      windowPairs += at < window ? at + 0.5 : window;
      const { sharedTokens, promptTokens } = request;
      if (at >= sharedTokens && at < promptTokens) encodeS += request.encodeS / (promptTokens - sharedTokens);
    }
  }
  const gpu =
    model.tokens[tokens]! +
    model.head[logits]! +
    (model.draft?.[sampling] ?? 0) +
    model.perContextToken * context +
    model.perWindowToken * windowed +
    model.perPair * pairs +
    model.perWindowPair * windowPairs +
    (prefills ? model.prefillStep : 0) +
    encodeS * (model.encode ?? 1);
  return Math.max(gpu, model.gpuFloor) + model.host[work.length]!;
}
