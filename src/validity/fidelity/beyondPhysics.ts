/** Measurements that one token a step cannot reach: several tokens a step (speculative decoding) would explain them. */
import { leastDecodeStepS } from '../../latency/readBound.js';
import type { ServingConditions } from '../measurements/servingRow.js';
import type { RunConfig } from './runConfig.js';

/**
 * Share of the nominal batch that surely decodes together over a run: users of a closed loop also wait for their first tokens, and the
 * last answers of a run are decoded by few (assumed, on the safe side: fewer sequences need less reading).
 */
const surelyTogether = 0.75;

/** Milliseconds or seconds of one token of one sequence that a metric states. */
const secondsPerToken = (metric: string, value: number, batch: number): number | undefined => {
  if (/^(tpot|itl)_mean_ms$|^token_time_ms$/.test(metric)) return value / 1e3;
  if (metric === 'decode_tokens_per_s') return batch / value;
  return undefined;
};

/**
 * Why a measured time per token cannot be plain decoding: it is shorter than reading the weights, keys and values of its batch takes at
 * the full bandwidth of the datasheet, experts picked at random.
 *
 * @param engines schedulers of one replica, which share its sequences
 * @returns the reason in words, or undefined where the measurement is possible or the metric is not a time per token
 */
export const beyondPhysics = (
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
    `${(1e3 * least).toPrecision(3)} ms at full bandwidth, measured are ${(1e3 * seconds).toPrecision(3)} ms a token`
  );
};
