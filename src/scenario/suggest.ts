import { distance } from 'fastest-levenshtein';

/** The candidate nearest to what was typed, if it is near enough to be a slip of the hand: at most a third of its letters. */
export const nearest = (typed: string, candidates: Iterable<string>): string | undefined => {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ .]/g, '');
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of candidates) {
    const edits = distance(plain(typed), plain(name));
    if (best === undefined || edits < best.edits) best = { name, edits };
  }
  if (best === undefined) return undefined;
  return best.edits <= Math.max(1, Math.floor(Math.max(typed.length, best.name.length) / 3)) ? best.name : undefined;
};

/** `did you mean "count"?`, or the list of what is possible when nothing is near (long lists are cut). */
export const didYouMean = (typed: string, candidates: readonly string[], what = 'known here'): string => {
  const name = nearest(typed, candidates);
  if (name !== undefined) return `did you mean "${name}"?`;
  if (candidates.length === 0) return `nothing is ${what}`;
  const shown = candidates.slice(0, 20);
  return `${what}: ${shown.join(', ')}${candidates.length > shown.length ? ', …' : ''}`;
};
