/** Results of parts of a service's requests: by origin, by tenant, by reason of rejection. */
import { REJECTIONS } from '../../fleet/llm/admissionControl.js';
import { sum } from '../arithmetic.js';
import type { PartResult, ServiceResult } from '../result.js';
import type { PreparedService } from '../world/world.js';
import type { PartRecord, RunRecord } from './record.js';
import { summarise } from './summary.js';

/** What is told apart of a language model's requests; nothing of other services. */
export function partsOf(
  prepared: PreparedService,
  records: readonly RunRecord[],
): Pick<ServiceResult, 'rejections' | 'regions' | 'tenants'> {
  if (prepared.kind !== 'llm') return {};
  const rejected = REJECTIONS.map((why) => [why, sum(records.map((record) => record.rejections![why]))] as const);
  const some = rejected.filter(([, times]) => times > 0);
  const { tenants } = prepared.service.traffic;
  const api = records[0]?.api === undefined ? [] : ['token API'];
  const pools = [...prepared.lanes.map(({ pool }) => pool), ...api];
  return {
    ...(some.length > 0 && { rejections: Object.fromEntries(some) }),
    ...(prepared.origins && {
      regions: Object.fromEntries(
        prepared.origins.map(({ name }, i) => {
          const parts = records.map((record) => record.origins![i]!);
          const answeredBy = pools.map((pool, lane) => [pool, sum(parts.map((part) => part.answeredBy[lane]!))]);
          return [
            name,
            { ...partResult(parts), answered_by: Object.fromEntries(answeredBy) as Record<string, number> },
          ];
        }),
      ),
    }),
    ...(tenants && {
      tenants: Object.fromEntries(
        tenants.map(({ name }, i) => [name, partResult(records.map((record) => record.tenants![i]!))]),
      ),
    }),
  };
}

function partResult(parts: readonly PartRecord[]): PartResult {
  const total = (of: 'arrived' | 'completed' | 'rejected'): number => sum(parts.map((part) => part[of]));
  const summaryOf = (quantity: 'ttft' | 'e2e') =>
    summarise(
      parts.map((part) => [part[quantity]]),
      1000,
    );
  return {
    requests: { arrived: total('arrived'), completed: total('completed'), rejected: total('rejected') },
    ttft_ms: summaryOf('ttft'),
    e2e_ms: summaryOf('e2e'),
  };
}
