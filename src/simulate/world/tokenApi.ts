/** The token API that takes what a fleet has no room for, with its prices. */
import type { TokenRates } from '../../billing/tokens.js';
import { closest } from '../../catalog/lookup.js';
import type { Catalog } from '../../catalog/open.js';
import { listTokenPrices, type TokenPrice } from '../../catalog/tokenPrices.js';
import type { OverflowTo, Scenario } from '../../scenario/types.js';
import { hintOf, type WorldFinding } from './types.js';

/** Its prices: the scenario's own, or the newest of the catalog; a name that the catalog lacks becomes a finding. */
export function tokenApiOf({ routing }: Scenario, catalog: Catalog, findings: WorldFinding[]): TokenRates | undefined {
  const api = routing.overflow_to;
  if (api === undefined) return undefined;
  if (api.price !== undefined) return ownRates(api.price);
  const all = listTokenPrices(catalog);
  const found = all
    .filter((price) => nameOf(price) === api.api || price.model === api.api)
    .reduce<TokenPrice | undefined>(
      (best, each) => (best === undefined || each.asOf > best.asOf ? each : best),
      undefined,
    );
  if (found === undefined) {
    const path = ['routing', 'overflow_to', 'api'];
    const message = `no token API "${api.api}" in the catalog`;
    findings.push({ path, message, ...hintOf(closest(api.api!, all.map(nameOf))) });
    return undefined;
  }
  return {
    name: nameOf(found),
    inputUsd: found.inputUsdPerMillion,
    outputUsd: found.outputUsdPerMillion,
    source: found.source,
    asOf: found.asOf,
  };
}

const nameOf = ({ provider, model }: TokenPrice): string => `${provider}/${model}`;

const ownRates = ({ input, output }: NonNullable<OverflowTo['price']>): TokenRates => ({
  name: 'token API',
  inputUsd: input,
  outputUsd: output,
  source: 'the scenario',
  asOf: '',
});
