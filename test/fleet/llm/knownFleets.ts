/** Fleets on which the engine and its twin once disagreed, as the random search had shrunk them. */
import type { FleetSpec } from './randomFleets.js';

const plainModel = { knee: 1, context: 0, window: 0, windowCost: 0, pair: 0, prefill: 0, floor: 0, host: 0 };
const plain = {
  seed: 0,
  model: plainModel,
  perReplica: 1,
  weights: [],
  speculative: null,
  swap: null,
  levels: 1,
  acts: [],
  client: null,
  maxModelTokens: 60,
  rejectTooLong: false,
  overhead: { fixed: 0, perToken: 0 },
  warmup: 0,
  until: null,
  batches: 1,
};

export const KNOWN_FLEETS: readonly FleetSpec[] = [
  // A router asks for cached blocks that a stretch under way has overwritten.
  {
    ...plain,
    limits: {
      maxSequences: 1,
      maxBatchedTokens: 1,
      blockTokens: 16,
      kvTokens: 60,
      prefixCaching: true,
      reservesAnswers: false,
    },
    engines: 2,
    policy: 'prefix-aware',
    prompt: { min: 15, max: 18 },
    output: { min: 1, max: 35 },
    shared: 1,
    requests: 14,
    traffic: { kind: 'open', process: 'poisson', gap: 0.99, uniquePrompts: 2 },
  },
  // All that decode come back from host memory in the same step: none has a gap as long as the step.
  {
    ...plain,
    seed: 438_330,
    model: { ...plainModel, context: 0.001, window: 1 },
    limits: {
      maxSequences: 256,
      maxBatchedTokens: 2048,
      blockTokens: 1,
      kvTokens: 60,
      prefixCaching: false,
      reservesAnswers: false,
    },
    engines: 1,
    policy: 'least-outstanding',
    swap: { hostTokens: 23, cost: 0 },
    prompt: { min: 6, max: 6 },
    output: { min: 24, max: 57 },
    shared: 1,
    requests: 8,
    traffic: { kind: 'trace', gap: 0, together: 0 },
  },
  // A conversation's last token comes from the step that ends a recomputation: its drafts have no places in memory.
  {
    ...plain,
    model: { ...plainModel, window: 1, floor: 0.5 },
    limits: {
      maxSequences: 256,
      maxBatchedTokens: 20,
      blockTokens: 1,
      kvTokens: 100,
      prefixCaching: true,
      reservesAnswers: false,
    },
    engines: 1,
    policy: 'least-outstanding',
    speculative: { tokens: 1, acceptance: 0.027, cost: 0 },
    prompt: { min: 2, max: 2 },
    output: { min: 15, max: 52 },
    shared: 0,
    requests: 27,
    traffic: { kind: 'closed', users: 5, think: 0, turns: 2, startTogether: false },
    until: 0,
  },
  // A replica fails, and its requests join a line in which others wait that arrived later.
  {
    ...plain,
    model: { ...plainModel, floor: 0.5 },
    limits: {
      maxSequences: 1,
      maxBatchedTokens: 20,
      blockTokens: 1,
      kvTokens: 60,
      prefixCaching: false,
      reservesAnswers: false,
    },
    engines: 2,
    policy: 'least-outstanding',
    acts: [{ at: 0.001, what: 'remove', which: 0, start: 0 }],
    prompt: { min: 1, max: 1 },
    output: { min: 3, max: 40 },
    shared: 1,
    requests: 42,
    traffic: { kind: 'trace', gap: 0, together: 0 },
    until: 0.045,
  },
];
