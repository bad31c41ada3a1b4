/** Who still waits when a run ends, and for how long: an answer that does not come has no latency, and is late all the same. */
import { Histogram } from '../../kernel/histogram.js';
import type { RequestTable } from './requestTable.js';
import { AT_API } from './tokenApi.js';

/** Ages of requests without a first token, and of all that are not answered, in seconds at `endS`. What its client gave up is not waited for. */
export function pendingOf(table: RequestTable, endS: number): { ttft: Histogram; e2e: Histogram } {
  const ages = { ttft: new Histogram(), e2e: new Histogram() };
  for (let id = 0; id < table.capacity; id++) {
    if (table.active[id] === 0 || table.unseen[id] === 1) continue;
    const age = endS - table.arrivedAt[id]!;
    ages.e2e.add(age);
    const isBegun = table.engine[id] === AT_API ? table.firstTokenAt[id]! <= endS : table.done[id]! > 0;
    if (!isBegun) ages.ttft.add(age);
  }
  return ages;
}
