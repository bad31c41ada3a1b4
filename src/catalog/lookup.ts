import { distance } from 'fastest-levenshtein';

/** A miss, with what was probably meant. Never thrown. */
export interface NotFound {
  readonly kind: 'not-found';
  readonly what: 'accelerator' | 'provider' | 'instance' | 'region' | 'model' | 'storage';
  readonly name: string;
  readonly suggestions: readonly string[];
}

export interface Found<T> {
  readonly kind: 'found';
  readonly value: T;
}

const shown = 4;

/** Edits between two names; a longer name that only goes on after a near match (`H10x`, `H100-SXM`) counts half an edit more. */
const editsBetween = (wanted: string, text: string): number =>
  Math.min(distance(wanted, text), distance(wanted, text.slice(0, wanted.length)) + 0.5);

const best = (scored: readonly (readonly [score: number, name: string])[]): readonly string[] =>
  [...scored]
    .sort(([a, one], [b, other]) => a - b || (one < other ? -1 : 1))
    .slice(0, shown)
    .map(([, name]) => name);

/** The names nearest to `name`, best first: those that contain it, or else those within a third of its length in edits. */
export const closest = (name: string, candidates: Iterable<string>): readonly string[] => {
  const wanted = name.toLowerCase();
  const names = [...new Set(candidates)];
  const containing = wanted.length < 2 ? [] : names.filter((each) => each.toLowerCase().includes(wanted));
  // the earlier the word stands and the shorter the name, the better
  if (containing.length > 0)
    return best(containing.map((each) => [each.toLowerCase().indexOf(wanted) * 1000 + each.length, each]));
  const limit = Math.max(2, wanted.length / 3);
  return best(
    names.map((each) => [editsBetween(wanted, each.toLowerCase()), each] as const).filter(([edits]) => edits <= limit),
  );
};

export const notFound = (what: NotFound['what'], name: string, candidates: Iterable<string>): NotFound => ({
  kind: 'not-found',
  what,
  name,
  suggestions: closest(name, candidates),
});

export const found = <T>(value: T): Found<T> => ({ kind: 'found', value });

const nounFor: Readonly<Record<NotFound['what'], string>> = {
  accelerator: 'accelerator',
  provider: 'provider',
  instance: 'instance type',
  region: 'region',
  model: 'model',
  storage: 'price',
};

/** One sentence for people, without the suggestions: `no accelerator "H10" in the catalog`. */
export const missMessage = (miss: NotFound): string => `no ${nounFor[miss.what]} "${miss.name}" in the catalog`;

/** `did you mean H100-SXM, H100-PCIe?`, or nothing to suggest. */
export const missHint = (miss: NotFound): { readonly hint?: string } =>
  miss.suggestions.length === 0 ? {} : { hint: `did you mean ${miss.suggestions.join(', ')}?` };

/** Does `text` contain every word of `filter`, whatever the case? An empty filter matches everything. */
export const matchesWords = (text: string, filter: string): boolean => {
  const lower = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
};
