/** How often each of many things is asked for, by Zipf's law: the kth most popular k^−exponent times as often as the first. */

/** Things that are asked for alike: the probability of each, and how many they are. */
export interface PopularityClass {
  readonly probability: number;
  readonly members: number;
}

/** Ranks that have a class of their own; beyond, ranks within 5 % of each other share one at their mean. */
const apart = 128;
const width = 1.05;

/**
 * @param count things
 * @param exponent 0: all alike
 * @returns classes whose members' probabilities sum to one, most popular first
 */
export const zipf = (count: number, exponent: number): readonly PopularityClass[] => {
  const classes: { weight: number; members: number }[] = [];
  for (let rank = 1; rank <= count; ) {
    const next = rank <= apart ? rank + 1 : Math.min(count + 1, Math.ceil(rank * width));
    let weight = 0;
    for (let each = rank; each < next; each += 1) weight += each ** -exponent;
    classes.push({ weight, members: next - rank });
    rank = next;
  }
  const all = classes.reduce((sum, { weight }) => sum + weight, 0);
  return classes.map(({ weight, members }) => ({ probability: weight / members / all, members }));
};

/** Different things among `draws` independent ones, on average: Σ 1 − (1 − p)^draws. */
export const expectedDistinct = (popularity: readonly PopularityClass[], draws: number): number =>
  popularity.reduce(
    (sum, { probability, members }) => sum + members * -Math.expm1(draws * Math.log1p(-probability)),
    0,
  );

/**
 * Share of independent requests that find what they want among the `places` used last (LRU), by Che's approximation: a thing stays for
 * about the time in which `places` different ones are asked for (Che, Tung and Wang, IEEE JSAC 2002).
 */
export const lruHitRate = (popularity: readonly PopularityClass[], places: number): number => {
  const count = popularity.reduce((sum, { members }) => sum + members, 0);
  if (places >= count) return 1;
  const held = (time: number): number =>
    popularity.reduce((sum, { probability, members }) => sum + members * -Math.expm1(-probability * time), 0);
  let [low, high] = [0, places];
  while (held(high) < places) high *= 2;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (held(middle) < places) low = middle;
    else high = middle;
  }
  return popularity.reduce(
    (sum, { probability, members }) => sum + members * probability * -Math.expm1(-probability * high),
    0,
  );
};
