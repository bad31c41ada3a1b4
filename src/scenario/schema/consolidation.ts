import * as z from 'zod';
import { percent } from '../quantities.js';
import { anyDuration, kindOf, optional, positiveDuration, quantity, reject, strict, text } from './primitives.js';

/** A number of nodes or a whole percentage of them, as Karpenter reads it: `3`, `20%`. */
const nodes = () =>
  z
    .unknown()
    .meta({
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: '^[0-9]+ ?%?$' },
      ],
      examples: [2, '20 %'],
    })
    .transform((input, context): string => {
      if (input === undefined) return reject(context, 'is missing', { code: 'E1201' });
      const [, digits, sign] = /^(\d{1,9}) ?(%?)$/.exec(String(input).trim()) ?? [];
      if (digits === undefined || typeof input === 'object')
        return reject(context, `must be a number of nodes or a whole percentage, got ${kindOf(input)}`, {
          code: 'E1102',
          hint: 'for example 2 or 20 %',
        });
      if (sign === '%' && Number(digits) > 100)
        return reject(context, `must be at most 100 %, got ${digits} %`, { code: 'E1101' });
      return `${Number(digits)}${sign}`;
    });

const budget = () =>
  strict({
    nodes: nodes().describe('nodes that may go at once; a percentage is rounded up'),
    schedule: optional(() => text().describe('cron, UTC: when the budget becomes active; always without one')),
    duration: optional(() => positiveDuration().describe('how long it is active from each hit of the schedule')),
    reasons: optional(() =>
      z
        .array(z.enum(['Empty', 'Underutilized']))
        .min(1)
        .describe('for which it counts; for all unless given'),
    ),
  });

/** How machines that are empty or little used are taken out. */
export const consolidation = () =>
  strict(
    {
      manifest: optional(() =>
        text().describe('Karpenter NodePool, relative to this file; its spec.disruption is read'),
      ),
      policy: optional(() =>
        z
          .enum(['WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced', 'cluster-autoscaler'])
          .describe("Karpenter's consolidation policies, or the Cluster Autoscaler's scale-down"),
      ),
      after: optional(() =>
        anyDuration().describe(
          'time without a replica coming or going before a node is a candidate (consolidateAfter)',
        ),
      ),
      budgets: optional(() => z.array(budget()).describe('disruption budgets; the strictest active one counts')),
      utilization_threshold: optional(() =>
        quantity(percent, { min: 0, max: 1 }).describe(
          'a node that is less used is not needed (policy cluster-autoscaler)',
        ),
      ),
      unneeded: optional(() =>
        anyDuration().describe('time for which a node must not be needed (policy cluster-autoscaler)'),
      ),
      delay_after_add: optional(() =>
        anyDuration().describe('time after the start of a node without scale-down (policy cluster-autoscaler)'),
      ),
    },
    '{ policy, after, budgets }, or { manifest: FILE }',
  );
