/** How fast keys and values go from one pool to another: over the network of their instances, at its rated speed. */
import type { Catalog } from '../../catalog/open.js';
import { roundTrip } from '../../catalog/regionLatency.js';
import { defaultNetworkGBps } from '../../latency/link.js';
import { blockBytesOf } from '../../latency/planLanes.js';
import type { KvLink, Lane, PreparedPool } from './types.js';

/**
 * From the end of a prompt to the first byte of its keys and values at the other engine: the answer to the proxy, its request to the
 * decoder, the set-up of the transfer. Three hops within a region (assumed; region_latency.csv has 1 ms between zones).
 */
const HAND_OVER_S = 0.003;

/** Ranks send side by side, each its share; the slower side sets the pace. */
export function kvLink(
  name: string,
  prefill: Lane,
  decode: Lane,
  pools: Readonly<Record<string, PreparedPool>>,
  catalog: Catalog,
  warnings: string[],
): KvLink {
  const perToken = [prefill, decode].map((lane) => {
    const { config, plan } = lane;
    if (config.networkGBps === undefined)
      warnings.push(
        `services.${name}: the network of pools.${lane.pool} is not known: ${defaultNetworkGBps} GB/s for each accelerator assumed for keys and values`,
      );
    const bytes = blockBytesOf(config, plan) / plan.blockTokens;
    return bytes / (1e9 * (config.networkGBps ?? defaultNetworkGBps));
  });
  const [from, to] = [pools[prefill.pool]!.hardware, pools[decode.pool]!.hardware];
  const provider = from.instance?.provider;
  const isFar = from.region !== to.region || provider !== to.instance?.provider;
  const known = isFar && provider ? roundTrip(catalog, provider, from.region ?? '', to.region ?? '') : undefined;
  if (isFar)
    warnings.push(
      `services.${name}: keys and values go from ${from.region ?? 'no region'} to ${to.region ?? 'no region'} at the rated speed of the instances; between regions it is lower, and traffic is not priced`,
    );
  return { latencyS: HAND_OVER_S + (known?.rttMs ?? 0) / 1000, perTokenS: Math.max(...perToken) };
}
