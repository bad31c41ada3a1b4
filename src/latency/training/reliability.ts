/** Failures and checkpoints of long runs: how much of the wall clock trains. */

/** Unexpected interruptions of training fleets. */
export interface FailureRate {
  readonly accelerators: number;
  readonly days: number;
  readonly interruptions: number;
  readonly source: string;
  readonly asOf: string;
}

/** Published counts; device-hours per interruption follow. Grade: vendor. */
export const failureRates = {
  'H100-SXM': {
    accelerators: 16_384,
    days: 54,
    interruptions: 419,
    source: 'The Llama 3 Herd of Models, arXiv:2407.21783, table 5: unexpected interruptions',
    asOf: '2024-07',
  },
  B200: {
    accelerators: 504,
    days: 55,
    interruptions: 10,
    source: 'technical report on a 63-node B200 cluster: XID failures (abstract)',
    asOf: '2026-01',
  },
} as const satisfies Readonly<Record<string, FailureRate>>;

/** Device-hours between two unexpected interruptions of a device: 50,677 for the Llama 3 fleet. */
export const deviceHoursPerFailure = ({ accelerators, days, interruptions }: FailureRate): number =>
  (accelerators * days * 24) / interruptions;

/** Device-hours for a device: its own published rate, or that of H100, which has by far the most hours. */
export const deviceHoursFor = (accelerator: string): number =>
  deviceHoursPerFailure(accelerator === 'B200' ? failureRates.B200 : failureRates['H100-SXM']);

/**
 * Checkpoint interval that loses least (Young 1974 with Daly's 2006 correction), seconds: √(2·C·M)·(1 + √(C/2M)/3 + C/2M/9) − C for
 * a write of C and a mean time between failures of M; M where a write takes longer than 2·M.
 */
export const checkpointIntervalS = (writeS: number, mtbfS: number): number => {
  if (writeS >= 2 * mtbfS) return mtbfS;
  const ratio = writeS / (2 * mtbfS);
  return Math.sqrt(2 * writeS * mtbfS) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - writeS;
};

export interface WallClock {
  readonly trainingS: number;
  /** Wall-clock seconds in the mean, writes, lost work and restarts included. */
  readonly wallS: number;
  readonly failures: number;
  readonly checkpoints: number;
  readonly intervalS: number;
  readonly mtbfS: number;
  /** trainingS / wallS. */
  readonly goodput: number;
}

/**
 * Mean wall clock of `trainingS` seconds of work under memoryless failures, exactly for an interval τ, write C, restart R and mean time
 * between failures M: each segment takes (M·e^(R/M))·(e^((τ+C)/M) − 1) (Daly 2006, eq. 13).
 *
 * @param writeS seconds that a checkpoint stops the step (0: asynchronous or none needed)
 */
export const wallClock = (
  trainingS: number,
  mtbfS: number,
  writeS: number,
  restartS: number,
  intervalS: number = checkpointIntervalS(Math.max(writeS, 1), mtbfS),
): WallClock => {
  const interval = Math.min(Math.max(intervalS, 1), Math.max(trainingS, 1));
  const segments = trainingS / interval;
  const wallS = segments * mtbfS * Math.exp(restartS / mtbfS) * Math.expm1((interval + writeS) / mtbfS);
  return {
    trainingS,
    wallS,
    failures: wallS / mtbfS,
    checkpoints: segments,
    intervalS: interval,
    mtbfS,
    goodput: trainingS / wallS,
  };
};
