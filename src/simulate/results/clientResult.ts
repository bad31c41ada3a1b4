/** What the clients of a service did beside asking once. */
import { ratio, sum } from '../arithmetic.js';
import type { ServiceResult } from '../result.js';
import type { PreparedService } from '../world/world.js';
import type { RunCounts, RunRecord } from './record.js';

export function clientOf(prepared: PreparedService, records: readonly RunRecord[]): Pick<ServiceResult, 'client'> {
  const { client } = prepared.service.traffic;
  if (client === undefined) return {};
  const total = (of: keyof RunCounts): number => sum(records.map((record) => record.counts[of]));
  const seconds = sum(records.map(({ fromS, untilS }) => untilS - fromS));
  return {
    client: {
      timeouts: total('timeouts'),
      retries: total('retries'),
      rejected_tries: total('refusals'),
      tries_per_request: 1 + ratio(total('retries'), total('arrived')),
      ...(client.circuit_breaker && {
        circuit_breaker: {
          opened: total('circuitOpened'),
          open_share: ratio(sum(records.map(({ circuitOpenS = 0 }) => circuitOpenS)), seconds),
        },
      }),
      ...(client.hedge && {
        hedges: { sent: total('hedges'), won: total('hedgesWon'), extra_tokens: total('hedgeTokens') },
      }),
    },
  };
}
