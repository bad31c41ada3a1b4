import * as z from 'zod';
import type { Pod } from '../../fleet/autoscalers/hpa/types.js';
import { milli } from './case.js';

const pod = z
  .strictObject({
    name: z.string(),
    phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']),
    startTime: z.number().nullable(),
    readyCondition: z
      .strictObject({ status: z.enum(['True', 'False', 'Unknown']), lastTransitionTime: z.number() })
      .nullable(),
    requestMilli: milli.nullable().optional(),
    deleted: z.boolean().optional(),
    deletionTimestamp: z.union([z.number(), z.string(), z.boolean()]).nullable().optional(),
  })
  .transform(
    ({ deletionTimestamp, deleted, ...rest }): Pod => ({
      ...rest,
      requestMilli: rest.requestMilli ?? null,
      deleted: deleted === true || ![undefined, null, false].some((absent) => absent === deletionTimestamp),
    }),
  );

export const pods = z.array(pod);
export const podMetrics = z.record(
  z.string(),
  z.strictObject({ valueMilli: milli, timestamp: z.number(), window: z.number() }),
);
export const tolerance = z.strictObject({ scaleDown: z.number(), scaleUp: z.number() });

export const rules = z.strictObject({
  stabilizationWindowSeconds: z.number(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']),
  policies: z.array(
    z.strictObject({ type: z.enum(['Pods', 'Percent']), value: z.number(), periodSeconds: z.number() }),
  ),
});

export const events = z.array(z.strictObject({ change: z.number(), at: z.number(), outdated: z.boolean().optional() }));
export const recommendations = z.array(z.strictObject({ replicas: z.number(), at: z.number() }));

/** Times are relative to now. */
export const NOW_S = 0;

/** Upstream's tests run with these instead of the controller's defaults, so they hold where a case names none. */
export const TEST_READINESS = { cpuInitializationPeriodS: 120, initialReadinessDelayS: 10 };

export function toEvents(list: z.output<typeof events>): { change: number; atS: number; outdated: boolean }[] {
  return list.map((event) => ({ change: event.change, atS: event.at, outdated: event.outdated ?? false }));
}

export function toRecommendations(list: z.output<typeof recommendations>): { replicas: number; atS: number }[] {
  return list.map(({ replicas, at }) => ({ replicas, atS: at }));
}
