/** Stored data joined with the storage catalog. */
import type { Catalog } from '../../catalog/open.js';
import { findStorage } from '../../catalog/storage.js';
import type { Scenario } from '../../scenario/types.js';
import type { Drivers } from '../drivers.js';
import { hintOf, type PreparedData, type WorldFinding } from './types.js';

/** Stored data with its price, grown by `drivers`; a name that the catalog lacks becomes a finding. */
export function preparedData(
  scenario: Scenario,
  catalog: Catalog,
  drivers: Drivers,
  findings: WorldFinding[] = [],
): PreparedData[] {
  const prepared: PreparedData[] = [];
  for (const [name, { stored, storage, region, price, replication }] of Object.entries(scenario.data)) {
    const common = { name, bytes: stored * drivers.data, replication };
    if (price !== undefined) {
      prepared.push({ ...common, price });
      continue;
    }
    const found = findStorage(catalog, storage ?? '', region);
    if (found.kind === 'found') prepared.push({ ...common, price: found.value });
    else {
      findings.push({
        path: ['data', name, found.what === 'region' ? 'region' : 'storage'],
        message: `no ${found.what} "${found.name}" in the catalog`,
        ...hintOf(found.suggestions),
      });
    }
  }
  return prepared;
}
