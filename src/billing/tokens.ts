/** What a token API charges: prompts and answers by the million tokens. */
import { type Bill, billOf } from './meterInstance.js';

export interface TokenRates {
  /** As the bill calls it. */
  readonly name: string;
  /** USD for 10⁶ tokens. */
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly source: string;
  readonly asOf: string;
}

export interface TokenUse {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export const meterTokens = (owner: string, use: TokenUse, rates: TokenRates): Bill => {
  const item = (what: string, tokens: number, usdPerMillion: number) => ({
    item: `${owner}: ${rates.name} ${what}`,
    quantity: tokens / 1e6,
    unit: '1M tokens',
    unit_price_usd: usdPerMillion,
    usd: (tokens / 1e6) * usdPerMillion,
    source: rates.source,
    as_of: rates.asOf,
  });
  return billOf([item('input', use.inputTokens, rates.inputUsd), item('output', use.outputTokens, rates.outputUsd)]);
};
