import type { Lever } from './lever.js';

/** The same machines, as many as the objectives need. */
export const replicas: Lever = {
  name: 'replicas',
  risk: 'less (or more) room for bursts and failures than today',
  check: 'smallest number of replicas that meets every objective, found by simulation',
  propose: () => [{ lever: 'replicas', edits: [] }],
};
