/** Measurements that no calibration within the datasheet could reach. */
import { leastDecodeStepS, leastRequestS } from '../../latency/leastTimes.js';
import type { ServingConditions } from '../measurements/servingRow.js';
import type { RunConfig } from './runConfig.js';

/**
 * Share of the nominal batch that surely decodes together over a run: users of a closed loop also wait for their first tokens, and the
 * last answers of a run are decoded by few (assumed, on the safe side: fewer sequences need less reading).
 */
const surelyTogether = 0.75;

/** Seconds of one token of one sequence that a metric states. */
const secondsPerToken = (metric: string, value: number, batch: number): number | undefined => {
  if (/^(tpot|itl)_mean_ms$|^token_time_ms$/.test(metric)) return value / 1e3;
  if (metric === 'decode_tokens_per_s') return batch / value;
  return undefined;
};

/** Seconds of a request's share of all accelerators that a throughput states. */
const secondsPerRequest = (
  metric: string,
  value: number,
  outputTokens: number,
  accelerators: number,
): number | undefined => {
  if (metric === 'output_tokens_per_s') return outputTokens / value;
  return metric === 'output_tokens_per_s_per_accelerator' ? outputTokens / (value * accelerators) : undefined;
};

const milliseconds = (seconds: number): string => `${(1e3 * seconds).toPrecision(3)} ms`;

/**
 * Why a measurement cannot be plain decoding, or cannot be at all: a time per token shorter than reading the weights, keys and values of
 * its batch takes at the full bandwidth of the datasheet (experts picked at random), or a throughput above its arithmetic at the full peak.
 *
 * @param engines schedulers of one replica, which share its sequences
 * @returns the reason in words, or undefined where the measurement is possible or neither bound says anything of the metric
 */
export const beyondPhysics = (
  metric: string,
  measured: number,
  conditions: ServingConditions,
  run: RunConfig,
  engines: number,
): string | undefined =>
  fasterThanReading(metric, measured, conditions, run, engines) ??
  fasterThanArithmetic(metric, measured, conditions, run);

const fasterThanReading = (
  metric: string,
  measured: number,
  conditions: ServingConditions,
  { config, replicas }: RunConfig,
  engines: number,
): string | undefined => {
  const nominal = conditions.batchSize ?? conditions.concurrency;
  if (nominal === undefined) return undefined;
  const seconds = secondsPerToken(metric, measured, nominal);
  if (seconds === undefined) return undefined;
  const together = conditions.load === 'static_batch' ? 1 : surelyTogether;
  const sequences = Math.max(1, Math.floor((together * nominal) / (engines * replicas)));
  const context = (conditions.promptTokens ?? 0) + (conditions.outputTokens ?? 0) / 2;
  const least = leastDecodeStepS(config, sequences, context);
  if (least === undefined || seconds >= least) return undefined;
  return (
    `measured faster than physics allows without speculative decoding: a step of ${sequences} sequences reads for ` +
    `${milliseconds(least)} at full bandwidth, measured are ${milliseconds(seconds)} a token`
  );
};

const fasterThanArithmetic = (
  metric: string,
  measured: number,
  { promptTokens = 0, outputTokens, sharedPrefixTokens, uniquePrompts }: ServingConditions,
  { config, replicas, accelerators }: RunConfig,
): string | undefined => {
  // Found prompts cost no arithmetic; how many are found is not known here.
  if (outputTokens === undefined || sharedPrefixTokens > 0 || uniquePrompts !== undefined) return undefined;
  const seconds = secondsPerRequest(metric, measured, outputTokens, accelerators);
  const least = leastRequestS(config, promptTokens, outputTokens);
  if (seconds === undefined || least === undefined || seconds >= least / replicas) return undefined;
  return (
    `measured faster than physics allows: the arithmetic of a request takes ${milliseconds(least / replicas)} of all accelerators at their ` +
    `full peak, measured are ${milliseconds(seconds)}; the devices or the precision are perhaps not those stated`
  );
};
