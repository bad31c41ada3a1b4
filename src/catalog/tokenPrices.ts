import { known, numberIn, provenanceOf } from './fields.js';
import { matchesWords } from './lookup.js';
import type { Catalog } from './open.js';
import type { Row } from './table.js';
import type { Provenance } from './types.js';

/** What a token API charges, USD per 10⁶ tokens. */
export interface TokenPrice extends Provenance {
  readonly model: string;
  readonly provider: string;
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
  readonly cachedInputUsdPerMillion?: number;
  readonly batchInputUsdPerMillion?: number;
  readonly batchOutputUsdPerMillion?: number;
  readonly contextTokens?: number;
}

const tokenPriceFrom = (row: Row): TokenPrice | undefined => {
  const input = numberIn(row, 'input_usd_per_1m');
  const output = numberIn(row, 'output_usd_per_1m');
  if (input === undefined || output === undefined) return undefined;
  return known<TokenPrice>({
    ...provenanceOf(row),
    model: row['model'] ?? '',
    provider: row['provider'] ?? '',
    inputUsdPerMillion: input,
    outputUsdPerMillion: output,
    cachedInputUsdPerMillion: numberIn(row, 'cached_input_usd_per_1m'),
    batchInputUsdPerMillion: numberIn(row, 'batch_input_usd_per_1m'),
    batchOutputUsdPerMillion: numberIn(row, 'batch_output_usd_per_1m'),
    contextTokens: numberIn(row, 'context_window'),
  });
};

/** Token API prices whose `provider/model` contains the words of `text`; rows without both prices are left out. */
export const listTokenPrices = (catalog: Catalog, text = ''): readonly TokenPrice[] =>
  catalog
    .rows('token_api_prices')
    .filter((row) => matchesWords(`${row['provider']}/${row['model']}`, text))
    .flatMap((row) => tokenPriceFrom(row) ?? []);
