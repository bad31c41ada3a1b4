import { confidence, scaleAmount, withConfidence, withMargin } from './estimators.js';
import { Histogram } from './histogram.js';
import { CPU_CORES_OPTIONS, MEMORY_BYTES_OPTIONS } from './histogramOptions.js';

export interface Resources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export interface Recommendation {
  readonly lowerBound: Resources;
  readonly target: Resources;
  readonly upperBound: Resources;
  /** Days of history. */
  readonly confidence: number;
}

export interface VpaSettings {
  readonly percentiles: { readonly lower: number; readonly target: number; readonly upper: number };
  readonly marginShare: number;
  readonly halfLifeS: number;
  readonly min: Resources;
}

/** Defaults of the recommender (vertical-pod-autoscaler flags, read 2026). */
export const VPA_DEFAULTS: VpaSettings = {
  percentiles: { lower: 0.5, target: 0.9, upper: 0.95 },
  marginShare: 0.15,
  halfLifeS: 86_400,
  min: { cpuMilli: 25, memoryBytes: 250 * 1024 * 1024 },
};

export interface UsageHistory {
  readonly cpu: readonly { readonly timeS: number; readonly cores: number }[];
  /** Highest use of each day. */
  readonly memoryPeaks: readonly { readonly timeS: number; readonly bytes: number }[];
  readonly cpuSampleWeight: number;
  readonly memorySampleWeight: number;
}

/** Requests for one container from its usage. Bounds narrow as history grows. */
export function recommend(history: UsageHistory, settings: VpaSettings = VPA_DEFAULTS): Recommendation {
  const cpu = new Histogram(CPU_CORES_OPTIONS, settings.halfLifeS);
  for (const { timeS, cores } of history.cpu) cpu.add({ value: cores, weight: history.cpuSampleWeight, timeS });
  const memory = new Histogram(MEMORY_BYTES_OPTIONS, settings.halfLifeS);
  for (const { timeS, bytes } of history.memoryPeaks)
    memory.add({ value: bytes, weight: history.memorySampleWeight, timeS });

  const days = confidence(lifespanS(history), history.cpu.length);
  const at = (percentile: number, widen: (amount: number) => number): Resources => ({
    cpuMilli: Math.max(
      settings.min.cpuMilli,
      widen(withMargin(scaleAmount(cpu.percentile(percentile), 1000), settings.marginShare)),
    ),
    memoryBytes: Math.max(
      settings.min.memoryBytes,
      widen(withMargin(scaleAmount(memory.percentile(percentile), 1), settings.marginShare)),
    ),
  });
  return {
    lowerBound: at(settings.percentiles.lower, (amount) => withConfidence(amount, 0.001, -2, days)),
    target: at(settings.percentiles.target, (amount) => amount),
    upperBound: at(settings.percentiles.upper, (amount) => withConfidence(amount, 1, 1, days)),
    confidence: days,
  };
}

/** From the first to the last CPU sample. */
function lifespanS(history: UsageHistory): number {
  const times = history.cpu.map((sample) => sample.timeS);
  return times.length === 0 ? 0 : times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b));
}
