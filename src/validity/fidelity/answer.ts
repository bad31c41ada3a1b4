/** What a row of a measurement table gets: a prediction with the calibration behind it, or the reason why there is none. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly predicted: number;
      readonly profile: string;
      /** Factor that contains 80 % of measured/predicted by the profile's cross-validation. */
      readonly band80: number;
      readonly grade: string;
      readonly notes: readonly string[];
      /** Offered load over capacity, where the whole run was simulated; endless for a backlog that never empties. */
      readonly offeredLoad?: number;
      /** The measurement is faster than physics allows one token a step: it tells nothing of plain decoding. */
      readonly beyondPhysics?: true;
    }
  | { readonly kind: 'unanswered'; readonly reason: string };
