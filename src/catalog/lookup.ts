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

/**
 * The names nearest to `name`, best first: those that it starts or that contain it, then those within a third of its length in edits.
 */
export const closest = (name: string, candidates: Iterable<string>): readonly string[] => {
  const wanted = name.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const text = candidate.toLowerCase();
    // a longer candidate that contains the whole word beats any misspelling
    const contains = wanted.length > 1 ? text.indexOf(wanted) : -1;
    const edits = contains >= 0 ? 0 : distance(wanted, text);
    if (edits > limit) continue;
    scored.push({ name: candidate, score: contains >= 0 ? contains / 1000 + text.length / 1e6 : edits });
  }
  scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1));
  return scored.slice(0, shown).map((each) => each.name);
};

export const notFound = (what: NotFound['what'], name: string, candidates: Iterable<string>): NotFound => ({
  kind: 'not-found',
  what,
  name,
  suggestions: closest(name, candidates),
});

export const found = <T>(value: T): Found<T> => ({ kind: 'found', value });

/** One sentence for people: `no accelerator "H10"; did you mean H100-SXM, H100-PCIe?` */
export const explainMiss = (miss: NotFound): string =>
  `no ${miss.what} "${miss.name}"${miss.suggestions.length > 0 ? `; did you mean ${miss.suggestions.join(', ')}?` : ''}`;
