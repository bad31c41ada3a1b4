import { readLimit } from '../limits.js';
import type { RuleInput } from '../schema/rules.js';
import type { GateRule } from '../types.js';
import { given } from './context.js';

/** A gate rule with its limits as numbers in the metric's unit and the place where it stands. */
export const completeRule = (input: RuleInput, location: string): GateRule => {
  const limit = (key: 'max' | 'min' | 'ignore_below'): number | undefined => {
    const stated = input[key];
    const read = stated === undefined ? undefined : readLimit(input.metric, stated, key === 'ignore_below');
    return read?.ok === true ? read.value : undefined;
  };
  return {
    metric: input.metric,
    ...given({ max: limit('max'), min: limit('min'), ignore_below: limit('ignore_below') }),
    level: input.level ?? 'error',
    decide: input.decide ?? 'point',
    location,
  };
};
