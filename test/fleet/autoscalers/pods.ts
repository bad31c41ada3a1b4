import type { Pod, PodSample } from '../../../src/fleet/autoscalers/hpa/types.js';

/** Time zero of the tests; pods of old started long before. */
export const LONG_AGO = -1e6;

export function readyPod(name: string, requestMilli = 1000): Pod {
  return {
    name,
    phase: 'Running',
    startTime: LONG_AGO,
    readyCondition: { status: 'True', lastTransitionTime: LONG_AGO },
    requestMilli,
  };
}

export function sample(valueMilli: number | bigint): PodSample {
  return { valueMilli, timestamp: 0, window: 30 };
}

export function samples(...values: readonly number[]): Record<string, PodSample> {
  return Object.fromEntries(values.map((value, index) => [`p${index}`, sample(value)]));
}

export function readyPods(count: number, requestMilli = 1000): Pod[] {
  return Array.from({ length: count }, (_, index) => readyPod(`p${index}`, requestMilli));
}
