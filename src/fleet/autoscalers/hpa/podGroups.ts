import type { Pod, PodSamples, ReadinessPeriods } from './types.js';

export interface PodGroups {
  readonly readyPodCount: number;
  readonly unreadyPods: ReadonlySet<string>;
  readonly missingPods: ReadonlySet<string>;
  readonly ignoredPods: ReadonlySet<string>;
}

/**
 * Sorts pods into ready, unready, missing a sample, and ignored (deleted or failed).
 *
 * Readiness counts for CPU only. For any other metric a running pod that exports a sample counts as capacity even while
 * it loads weights. Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go, groupPods (master, 2026).
 */
export function groupPods(
  pods: readonly Pod[],
  samples: PodSamples,
  resource: string,
  readiness: ReadinessPeriods,
  nowS: number,
): PodGroups {
  const unreadyPods = new Set<string>();
  const missingPods = new Set<string>();
  const ignoredPods = new Set<string>();
  let readyPodCount = 0;
  for (const pod of pods) {
    const sample = Object.hasOwn(samples, pod.name) ? samples[pod.name] : undefined;
    if (pod.deleted === true || pod.phase === 'Failed') ignoredPods.add(pod.name);
    else if (pod.phase === 'Pending') unreadyPods.add(pod.name);
    else if (sample === undefined) missingPods.add(pod.name);
    else if (resource === 'cpu' && !cpuSampleCounts(pod, sample, readiness, nowS)) unreadyPods.add(pod.name);
    else readyPodCount += 1;
  }
  return { readyPodCount, unreadyPods, missingPods, ignoredPods };
}

function cpuSampleCounts(
  pod: Pod,
  sample: { readonly timestamp: number; readonly window: number },
  readiness: ReadinessPeriods,
  nowS: number,
): boolean {
  const condition = pod.readyCondition;
  if (condition === null || pod.startTime === null) return false;
  const isNotReady = condition.status === 'False';
  if (pod.startTime + readiness.cpuInitializationPeriodS > nowS) {
    return !(isNotReady || sample.timestamp < condition.lastTransitionTime + sample.window);
  }
  // Not ready, and its readiness never changed after the first moments: it has never been ready.
  return !(isNotReady && pod.startTime + readiness.initialReadinessDelayS > condition.lastTransitionTime);
}
