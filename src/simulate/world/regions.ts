/** Users in regions joined with the catalogs: how far they are from each pool, which pools may serve them, what answers cost to send. */

import { listRegions } from '../../catalog/listRegions.js';
import type { Catalog } from '../../catalog/open.js';
import { measuredRegions, roundTrip } from '../../catalog/regionLatency.js';
import { sameRegion } from '../../catalog/regions.js';
import { findStorage } from '../../catalog/storage.js';
import { nearest } from '../../scenario/suggest.js';
import type { Region, Scenario } from '../../scenario/types.js';
import type { PreparedOrigin, PreparedPool, PreparedService, WorldFinding } from './types.js';

/** Between two regions whose distance nobody measured: the median of the AWS pairs in region_latency.csv is about this (assumed). */
const FAR_S = 0.15;
/** Within a region, where nobody measured it: between availability zones (region_latency.csv, order of magnitude). */
const NEAR_S = 0.001;

/** The service with its origins; as it is where the scenario has no regions. */
export function withOrigins(
  prepared: PreparedService,
  { regions }: Scenario,
  pools: Readonly<Record<string, PreparedPool>>,
  catalog: Catalog,
  findings: WorldFinding[],
  warnings: string[],
): PreparedService {
  if (prepared.kind !== 'llm' || regions === undefined) return prepared;
  for (const region of regions)
    findings.push(
      ...unknownPlace(
        region,
        prepared.lanes.map(({ pool }) => pools[pool]!),
        catalog,
      ),
    );
  const laneRegions = prepared.lanes.map(({ pool }) => pools[pool]!.hardware.region);
  const origins = regions.map((region): PreparedOrigin => {
    const allowed = laneRegions.map((at) => region.residency === undefined || region.residency.includes(at ?? ''));
    const path = ['regions', region.name, 'residency'];
    if (!allowed.includes(true)) {
      const here = [...new Set(laneRegions.map((at) => at ?? 'no region'))].join(', ');
      const message = `none of the pools of services.${prepared.name} is where requests from ${region.name} may be served`;
      findings.push({ path, message, hint: `its pools are in: ${here}` });
    }
    const rttS = prepared.lanes.map(({ pool }) => roundTripS(region, pools[pool]!, catalog, warnings));
    return { name: region.name, share: region.share, rttS, allowed };
  });
  return { ...prepared, origins };
}

/** A region that nobody knows may be a slip of the hand: it needs a round trip that the scenario gives. */
function unknownPlace(region: Region, pools: readonly PreparedPool[], catalog: Catalog): WorldFinding[] {
  const unstated = pools.filter(({ name, hardware }) => statedRtt(region, name, hardware.region) === undefined);
  const [first] = unstated;
  if (first === undefined) return [];
  const of = (regions: readonly string[]): boolean => regions.some((known) => sameRegion(known, region.name));
  if (of(pools.flatMap(({ hardware }) => hardware.region ?? []))) return [];
  const providers = [...new Set(pools.flatMap(({ hardware }) => hardware.instance?.provider ?? []))];
  if (of(providers.flatMap((provider) => measuredRegions(catalog, provider)))) return [];
  const known = listRegions(catalog)
    .filter(({ provider }) => providers.includes(provider))
    .map((each) => each.region);
  if (of(known)) return [];
  const near = nearest(region.name, known);
  const give = `give its round trip: rtt: { ${first.hardware.region ?? first.name}: 80 ms }`;
  return [
    {
      path: ['regions', region.name],
      message: `no region "${region.name}" of ${providers.join(' or ') || 'the pools'} is known`,
      hint:
        near.length > 0 && near.length <= 2
          ? `did you mean ${near.map((each) => `"${each}"`).join(' or ')}? Or ${give}`
          : give,
    },
  ];
}

const statedRtt = ({ rtt }: Region, pool: string, at: string | undefined): number | undefined =>
  rtt?.[at ?? ''] ?? rtt?.[pool];

/** Seconds from a region's users to a pool and back. */
function roundTripS(region: Region, { name, hardware }: PreparedPool, catalog: Catalog, warnings: string[]): number {
  const at = hardware.region ?? '';
  const stated = statedRtt(region, name, hardware.region);
  if (stated !== undefined) return stated;
  const provider = hardware.instance?.provider ?? '';
  const known = roundTrip(catalog, provider, region.name, at);
  if (known !== undefined) return known.rttMs / 1000;
  const assumed = region.name === at ? NEAR_S : FAR_S;
  warnings.push(
    `regions.${region.name}: no measured round trip to ${at === '' ? `pool ${name}, which has no region` : `${provider} ${at}`.trim()}: ${1000 * assumed} ms assumed (give rtt: { ${at === '' ? name : at}: … })`,
  );
  return assumed;
}

/** What answers cost to send out of the pool's region to the internet. */
export function egressOf({ hardware }: PreparedPool, catalog: Catalog): NonNullable<PreparedPool['egress']> {
  const { instance } = hardware;
  if (instance === undefined) return 'unpriced';
  const found = findStorage(catalog, `${instance.provider}/data_transfer/internet_egress`, instance.region);
  return found.kind === 'found' ? found.value : 'unpriced';
}
