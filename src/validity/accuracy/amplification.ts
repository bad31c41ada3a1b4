/** How much a run makes of an error of its steps: near capacity a line grows many times as fast as what each step takes. */
import { type CoefficientName, type Coefficients, clampCoefficient } from '../../latency/coefficients.js';

/** Shares of the datasheet that carry the time of a step; all other times are coefficients in seconds. */
const shares: readonly CoefficientName[] = [
  'gemmCompute',
  'gemmMemory',
  'decodeAttention',
  'attentionCompute',
  'elementwiseMemory',
  'allReduceLink',
  'pcieLink',
  'moeCompute',
  'moeMemory',
];
const isTime = (name: string): boolean => name.endsWith('S');
/** Step of the numeric derivative, in logarithms. */
const step = 0.03;

/** The same engine with everything taking `factor` times as long. */
const slowed = (coefficients: Coefficients, factor: number): Coefficients => {
  const result: Record<CoefficientName, number> = { ...coefficients };
  for (const name of Object.keys(result) as CoefficientName[]) {
    if (isTime(name)) result[name] = clampCoefficient(name, result[name] * factor);
  }
  for (const name of shares) result[name] = clampCoefficient(name, result[name] / factor);
  return result;
};

/**
 * Per cent that a prediction moves for one per cent on all times, at least 1: an ordinary latency or rate moves by one, the wait in an
 * overload by many. An error of a step shows as many times in the measurement, so that much less it says of the step.
 *
 * @param logErrors of the run's measurements under coefficients
 */
export const amplifications = (
  logErrors: (coefficients: Coefficients) => readonly number[],
  at: Coefficients,
): readonly number[] => {
  const before = logErrors(at);
  return logErrors(slowed(at, Math.exp(step))).map((error, index) => {
    const elasticity = Math.abs(error - before[index]!) / step;
    return Number.isFinite(elasticity) ? Math.max(1, elasticity) : 1;
  });
};
