/** What a token API answered for a service, and what it would cost to let it answer everything. */
import type { TokenRates } from '../../billing/tokens.js';
import { ratio } from '../arithmetic.js';
import type { Cost, ServiceResult } from '../result.js';
import type { ServiceRun } from './serviceRun.js';

/**
 * @param pools of the service; where it shares them, its share of their cost counts
 * @returns nothing where there is no token API
 */
export function tokenApiResult(
  name: string,
  { api, tokens, inputTokens, completed, windowS }: ServiceRun,
  rates: TokenRates | undefined,
  pools: readonly string[],
  cost: Cost,
): Pick<ServiceResult, 'token_api'> {
  if (api === undefined || rates === undefined) return {};
  const usdOf = (input: number, output: number): number => (input * rates.inputUsd + output * rates.outputUsd) / 1e6;
  const hours = windowS / 3600;
  const itemsUsd = cost.by_item
    .filter(({ item }) => pools.some((pool) => item.startsWith(`pools.${pool}:`)))
    .reduce((sum, { usd }) => sum + usd, 0);
  const ownUsd = cost.by_service?.[name]?.total_usd ?? itemsUsd;
  const perRequest = ratio(usdOf(inputTokens, tokens - inputTokens), completed);
  return {
    token_api: {
      name: rates.name,
      requests: api.calls,
      share: ratio(api.calls, completed),
      usd: usdOf(api.inputTokens, api.outputTokens),
      usd_per_request: perRequest,
      all_by_api_per_hour_usd: usdOf(inputTokens, tokens - inputTokens) / hours,
      own_per_hour_usd: ownUsd / hours,
      break_even_per_s: perRequest > 0 ? ownUsd / hours / perRequest / 3600 : null,
    },
  };
}
