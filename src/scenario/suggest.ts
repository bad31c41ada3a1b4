import { distance } from 'fastest-levenshtein';

/**
 * The candidates nearest to what was typed, if they are near enough to be a slip of the hand: at most two letters
 * in five changed (swapping two neighbours counts as two), and not all of them.
 */
export const nearest = (typed: string, candidates: Iterable<string>): readonly string[] => {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ .]/g, '');
  let best = Number.POSITIVE_INFINITY;
  let names: string[] = [];
  if (typed.startsWith('__')) return [];
  for (const name of candidates) {
    const edits = distance(plain(typed), plain(name));
    const allowed = Math.max(1, Math.round(0.4 * Math.max(typed.length, name.length)));
    if (edits > allowed || edits >= typed.length || edits > best) continue;
    names = edits < best ? [name] : [...names, name];
    best = edits;
  }
  return names;
};

/** `did you mean "count"?`, or the list of what is possible when nothing or too much is near (long lists are cut). */
export const didYouMean = (typed: string, candidates: readonly string[], what = 'known here'): string => {
  const names = nearest(typed, candidates);
  if (names.length === 1 || names.length === 2) return `did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
  if (candidates.length === 0) return `nothing is ${what}`;
  const shown = candidates.slice(0, 20);
  return `${what}: ${shown.join(', ')}${candidates.length > shown.length ? ', …' : ''}`;
};
