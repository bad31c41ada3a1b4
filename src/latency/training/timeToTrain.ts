import type { Optimizer, TrainingConfig, TrainingPlan } from './config.js';
import { deviceHoursFor, type WallClock, wallClock } from './reliability.js';

/** A run: how long it trains and what stops it. */
export interface TrainingRun {
  /** Tokens to train on, or `epochs` of a data set of `datasetTokens`. */
  readonly tokens: number;
  /** Device-hours between failures of one accelerator; that of the device's published fleet where absent. */
  readonly deviceHoursPerFailure?: number;
  /** Bytes per second at which all ranks write a checkpoint together; 2 GB/s an accelerator's host port unless given (assumed). */
  readonly checkpointBytesPerS?: number;
  /** Seconds between checkpoints; Young and Daly's best unless given. */
  readonly checkpointIntervalS?: number;
  /** Seconds from a failure to the first step: detection, a spare, loading, compilation. */
  readonly restartS?: number;
}

export interface TimeToTrain extends WallClock {
  readonly steps: number;
  readonly acceleratorHours: number;
  readonly checkpointBytes: number;
}

/** Bytes of a checkpoint per parameter: 16-bit weights and what the optimiser keeps, master weights included. */
const checkpointBytesPerParameter: Readonly<Record<Optimizer, number>> = {
  adamw: 14,
  'adamw-8bit': 8,
  lion: 10,
  'sgd-momentum': 10,
  adafactor: 6.1,
};

/** Llama 3 reports most of its 466 interruptions restarted by automation; minutes a restart at that scale (assumed 10 min). */
const defaultRestartS = 600;
const portBytesPerS = 2e9;

/**
 * Wall clock of a run: steps, checkpoints at the best interval, failures at the rate of the devices, restarts.
 *
 * @returns means; a run of hours on thousands of devices meets failures, one of minutes on eight does not
 */
export const timeToTrain = (config: TrainingConfig, plan: TrainingPlan, run: TrainingRun): TimeToTrain => {
  const steps = Math.ceil(run.tokens / plan.tokensPerStep);
  const trainingS = steps * plan.stepSeconds;
  const hours = run.deviceHoursPerFailure ?? deviceHoursFor(config.accelerator.name);
  const mtbfS = (hours * 3600) / config.accelerators;
  const { bytes: checkpointBytes, writeS } = checkpointOf(config, run.checkpointBytesPerS);
  const clock = wallClock(trainingS, mtbfS, writeS, run.restartS ?? defaultRestartS, run.checkpointIntervalS);
  return { ...clock, steps, checkpointBytes, acceleratorHours: (clock.wallS / 3600) * config.accelerators };
};

/** Bytes of a checkpoint (of adapters: a hundredth of the weights) and seconds that writing it stops the step. */
export const checkpointOf = (
  { model, method, optimizer, accelerators }: TrainingConfig,
  bytesPerS: number = portBytesPerS * Math.max(1, accelerators / 8),
): { readonly bytes: number; readonly writeS: number } => {
  const parameters = method === undefined || method === 'full' ? model.paramsTotal : model.paramsTotal * 0.01;
  const bytes = parameters * checkpointBytesPerParameter[optimizer ?? 'adamw'];
  return { bytes, writeS: bytes / bytesPerS };
};
