/** Closed forms of queueing theory, written down as in the textbooks (Gross, Shortle, Thompson & Harris, "Fundamentals of queueing theory"). */

/** Erlang's delay probability: c servers, offered load a = λ/μ < c. */
export function erlangC(c: number, a: number): number {
  const b = erlangB(c, a);
  return (c * b) / (c - a * (1 - b));
}

/** Erlang's loss probability by his recursion. */
export function erlangB(c: number, a: number): number {
  let b = 1;
  for (let k = 1; k <= c; k++) b = (a * b) / (k + a * b);
  return b;
}

/** Mean wait in M/G/1 (Pollaczek, Khinchine) with unit mean service. */
export function pollaczekKhinchine(rho: number, scv: number): number {
  return (rho * (1 + scv)) / (2 * (1 - rho));
}

/** Stationary probabilities of a birth-death process up to `top`. */
export function birthDeath(top: number, birth: (n: number) => number, death: (n: number) => number): number[] {
  const weights = [1];
  for (let n = 1; n <= top; n++) weights.push((weights[n - 1]! * birth(n - 1)) / death(n));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Mean of a distribution on 0, 1, 2, …, through `value`. */
export function meanOf(probabilities: readonly number[], value: (n: number) => number = (n) => n): number {
  return probabilities.reduce((sum, p, n) => sum + p * value(n), 0);
}
