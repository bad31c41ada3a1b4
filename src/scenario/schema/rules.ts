import * as z from 'zod';
import { either, optional, strict, text } from './primitives.js';

/** A limit: a number in the metric's own unit, or a number with a unit. The rule's metric decides what the unit is worth. */
const limit = () =>
  either('expected a number in the unit of the metric, or a number with a unit', [
    z.number().describe('in the unit of the metric'),
    text().describe('with a unit, for example 800 ms, 200_000 USD, 10 %'),
  ]);

/** One gate rule as written; limits are made canonical afterwards, when the metric is known. */
const rule = () =>
  strict({
    metric: text().describe(
      'path in the JSON result, for example services.chat.ttft_ms.p95 or forecast.cost.peak_month_usd',
    ),
    max: optional(() => limit().describe('the metric may not exceed this')),
    min: optional(() => limit().describe('the metric may not fall below this')),
    level: optional(() => z.enum(['error', 'warn', 'info']).describe('what a failure means')),
    decide: optional(() =>
      z.enum(['point', 'upper95', 'lower95']).describe('which end of the 95 % interval is held against the limit'),
    ),
    ignore_below: optional(() => limit().describe('differences smaller than this are ignored')),
  });

export const rules = () => z.array(rule());

/** A file of rules for the gate. */
export const gateFile = () => strict({ rules: rules().min(1).describe('rules of the gate') });

export type RuleInput = z.output<ReturnType<typeof rule>>;
