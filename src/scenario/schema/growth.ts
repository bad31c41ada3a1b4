import * as z from 'zod';
import { monthlyShare } from '../quantities.js';
import { isoDate } from './dates.js';
import { either, growthRate, number, optional, quantity, strict, text } from './primitives.js';

const factor = () => number({ above: 0, max: 1e6 });
const rate = () => growthRate().describe('for example 9 % / month or 50 % / year');

const model = () =>
  z.discriminatedUnion('model', [
    strict({
      model: z.literal('exponential').optional().describe('compound growth; understood when only rate is given'),
      rate: rate(),
    }),
    strict({
      model: z.literal('linear').describe('the same amount every month'),
      add: quantity(monthlyShare, {}).describe('share of the start value added every month, for example 5 % / month'),
    }),
    strict({
      model: z.literal('step').describe('changes at dates'),
      steps: z
        .array(
          strict({
            at: isoDate().describe('date of the change'),
            factor: factor().describe('multiplies the driver from then on'),
          }),
        )
        .min(1)
        .describe('changes in order of date'),
    }),
    strict({
      model: z.literal('logistic').describe('growth towards a ceiling'),
      rate: rate(),
      capacity: factor().describe('ceiling as a multiple of the start value'),
    }),
    strict({
      model: z.literal('history').describe('fitted to a recorded series'),
      file: text().describe('CSV with a date column, relative to this file'),
      column: optional(() => text().describe('column of the series')),
    }),
  ]);

const curve = () =>
  either('expected a growth rate such as 9 % / month, or { model: exponential | linear | step, … }', [
    growthRate().describe('compound growth, for example 9 % / month'),
    model(),
  ]);

/** Growth by driver. */
export const growth = () =>
  strict({
    users: optional(() => curve().describe('multiplies rates, concurrent users and trace intensity')),
    data: optional(() => curve().describe('multiplies stored data')),
    model: optional(() => curve().describe('multiplies model depth')),
    prompt_tokens: optional(() => curve().describe('multiplies prompt lengths')),
    output_tokens: optional(() => curve().describe('multiplies answer lengths')),
  });

export type CurveInput = z.output<ReturnType<typeof curve>>;
