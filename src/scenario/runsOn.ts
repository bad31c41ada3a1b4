import type { Service } from './types.js';

/** The pools that a service runs on, in the order in which it names them; none for a queue without one. */
export const poolsOf = ({ runs_on }: Pick<Service, 'runs_on'>): readonly string[] =>
  runs_on === undefined ? [] : typeof runs_on === 'string' ? [runs_on] : runs_on;
