import type { CardProblem } from './cardFields.js';
import { type Found, found, matchesWords, type NotFound, notFound } from './lookup.js';
import { type ReadCard, readCard } from './modelCard.js';
import type { Catalog } from './open.js';
import type { CardRecord } from './sources.js';
import type { ModelCard } from './types.js';

const namesOf = (record: CardRecord): readonly string[] => [
  String(record['name'] ?? ''),
  ...((record['aliases'] as readonly string[] | undefined) ?? []),
];

/** `Llama 3.1 8B` and `meta-llama/Llama-3.1-8B` come to the same: no organisation, no difference of separators. */
const loose = (name: string): string =>
  name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '-');

/**
 * A model card by its name or an alias (Hugging Face names included), whatever the case; then by the name without its organisation,
 * where only one card has it.
 */
export const findModel = (catalog: Catalog, name: string): Found<ModelCard> | NotFound => {
  const wanted = name.trim().toLowerCase();
  const records = catalog.cards();
  const exact =
    records.find((record) => String(record['name']).toLowerCase() === wanted) ??
    records.find((record) => namesOf(record).some((each) => each.toLowerCase() === wanted));
  if (exact !== undefined) return found(readCard(exact).card);
  const near = records.filter((record) => namesOf(record).some((each) => loose(each) === loose(wanted)));
  if (near[0] !== undefined && near.length === 1) return found(readCard(near[0]).card);
  if (near.length > 1) {
    return { kind: 'not-found', what: 'model', name, suggestions: near.map((record) => String(record['name'])) };
  }
  return suggestModels(name, records);
};

const suggestModels = (name: string, records: readonly CardRecord[]): NotFound => {
  const whole = notFound('model', name, records.flatMap(namesOf));
  if (whole.suggestions.length > 0) return whole;
  // the organisation may be wrong: compare the last parts, show the whole names
  const byLoose = new Map(records.flatMap((record) => namesOf(record).map((each) => [loose(each), each] as const)));
  const { suggestions } = notFound('model', loose(name), byLoose.keys());
  return { ...whole, suggestions: suggestions.map((each) => byLoose.get(each) ?? each) };
};

/** Every name and alias. */
export const modelNames = (catalog: Catalog): readonly string[] => catalog.cards().flatMap(namesOf);

/** An inline architecture that can be used, or all that is wrong with it. */
export type InlineModel =
  | { readonly kind: 'found'; readonly value: ModelCard; readonly assumed: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly CardProblem[] };

const needed = ['layers', 'hidden', 'heads', 'vocab'] as const;

const missing = ({ card, problems }: ReadCard): readonly CardProblem[] => {
  if (card.gflopPerItem !== undefined) return [];
  const faulty = new Set(problems.map((each) => each.field));
  return needed
    .filter((field) => card[field] === 0 && !faulty.has(field))
    .map((field) => ({ field, message: `an inline model needs ${field} (or gflop_per_item and item)` }));
};

/**
 * A model from an architecture written in the scenario, with the same keys as a card's YAML (and those of Hugging Face's `config.json`).
 * Needs `layers`, `hidden`, `heads` and `vocab`, or `gflop_per_item` for anything but transformers; `assumed` lists the defaults taken.
 */
export const modelFromInline = (record: CardRecord): InlineModel => {
  const read = readCard(record);
  const problems = [...read.problems, ...missing(read)];
  if (problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'found', value: read.card, assumed: read.assumed };
};

export interface ModelFilter {
  /** Words that the name, the aliases, the family and the kind contain. */
  readonly text?: string;
  readonly verifiedOnly?: boolean;
}

/** Cards that pass every given filter, by file name. */
export const listModels = (catalog: Catalog, filter: ModelFilter = {}): readonly ModelCard[] => {
  return catalog
    .cards()
    .filter((record) =>
      matchesWords([...namesOf(record), record['family'], record['kind']].join(' '), filter.text ?? ''),
    )
    .map((record) => readCard(record).card)
    .filter((card) => filter.verifiedOnly !== true || card.verified === 'yes');
};
