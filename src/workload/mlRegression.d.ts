/** What we use of ml-regression, which ships without types. */
declare module 'ml-regression' {
  /** A line whose slope is the median of the slopes between all pairs of points. */
  export class TheilSenRegression {
    constructor(x: readonly number[], y: readonly number[]);
    readonly slope: number;
    readonly intercept: number;
    predict(x: number): number;
  }
}
