import type { RunsOn } from './types.js';

/** The pools that a service runs on, in the order in which it names them; none for a queue without one. */
export const poolsOf = ({ runs_on }: { readonly runs_on?: RunsOn }): readonly string[] => {
  if (runs_on === undefined) return [];
  if (typeof runs_on === 'string') return [runs_on];
  return isSplit(runs_on) ? [runs_on.prefill, runs_on.decode] : runs_on;
};

/** Whether prompts are computed in one pool and answers decoded in another. */
export const isSplit = (runsOn: RunsOn): runsOn is { readonly prefill: string; readonly decode: string } =>
  typeof runsOn === 'object' && !Array.isArray(runsOn);
