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
    }
  | { readonly kind: 'unanswered'; readonly reason: string };
