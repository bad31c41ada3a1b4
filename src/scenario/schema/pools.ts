import * as z from 'zod';
import { duration, hourlyPrice, percent } from '../quantities.js';
import { consolidation } from './consolidation.js';
import { autoscaler, parallelism, replicas } from './deployment.js';
import { headroom } from './headroom.js';
import { anyDuration, count, either, named, optional, positiveDuration, quantity, strict, text } from './primitives.js';

const automatic = () =>
  either('expected a duration or auto', [
    quantity(duration),
    z.literal('auto').describe('from the model size and the hardware'),
  ]);

const stockOuts = () =>
  strict(
    {
      mean_time_between: positiveDuration().describe('mean time from the end of a stock-out to the next'),
      mean_duration: positiveDuration().describe('mean time that one lasts'),
    },
    '{ mean_time_between: 12 h, mean_duration: 40 min }, or these by instance type',
  );

/** A set of equal machines and how they are bought. */
const pool = () =>
  strict({
    instance: optional(() => text().describe('provider/type, for example aws/g6e.xlarge')),
    accelerator: optional(() => text().describe('accelerator of owned or unlisted hardware, for example A100-80GB')),
    fraction: optional(() =>
      text().describe(
        'a slice of an accelerator for each replica: a MIG profile such as 3g.40gb, or its share such as 3/7',
      ),
    ),
    price: optional(() => quantity(hourlyPrice).describe('price of one accelerator-hour, for example 3.20 USD/h')),
    region: optional(() => text().describe('region of the provider')),
    fallback: optional(() =>
      z
        .array(text())
        .min(1)
        .max(8)
        .describe('instance types that are started, in this order, where instance cannot be had'),
    ),
    stock_outs: optional(() =>
      either('expected { mean_time_between, mean_duration }, or these by instance type', [
        stockOuts(),
        z.record(z.string(), stockOuts()).describe('by instance type, for example { aws/p5.48xlarge: { … } }'),
      ]).describe('how often a machine cannot be had'),
    ),
    parallelism: optional(() =>
      parallelism().describe('how one replica is spread over accelerators: it occupies the product'),
    ),
    replicas: optional(() => replicas().describe('copies of the service')),
    autoscaler: optional(() => autoscaler().describe('what changes the number of replicas')),
    metrics: optional(() =>
      strict({
        scrape: optional(() => positiveDuration().describe('time between two readings of the metrics')),
        window: optional(() => anyDuration().describe('time over which readings are averaged and rates counted')),
      }).describe('how the autoscaler gets its metrics'),
    ),
    purchase: optional(() =>
      strict({
        committed_1y: optional(() => count(0).describe('instances under a one-year commitment')),
        committed_3y: optional(() => count(0).describe('instances under a three-year commitment')),
        spot: optional(() =>
          quantity(percent, { min: 0, max: 1 }).describe(
            'share of the rest that runs on spot capacity, for example 30 %',
          ),
        ),
      }).describe('how capacity is bought; the rest is on demand'),
    ),
    startup: optional(() =>
      strict({
        provision: optional(() => anyDuration().describe('until the node is up')),
        pull: optional(() => anyDuration().describe('image pull')),
        load: optional(() => automatic().describe('loading the weights')),
        init: optional(() => automatic().describe('engine start and graph capture')),
        storage: optional(() =>
          z
            .enum(['nvme', 'block-volume', 'object-store', 'memory'])
            .describe('where the weights are read from, for load: auto'),
        ),
        loader: optional(() =>
          z.enum(['page-cache', 'streaming']).describe('how the weights are read, for load: auto'),
        ),
        warm_nodes: optional(() => count(0, 100_000).describe('nodes kept ready, with the image, beyond those in use')),
        keep_nodes: optional(() => anyDuration().describe('how long an empty node is kept')),
      }).describe('cold start of later replicas'),
    ),
    failures: optional(() =>
      strict({
        mtbf: optional(() => positiveDuration().describe('mean time that a machine serves until it fails')),
        repair: optional(() =>
          anyDuration().describe(
            'time until a machine of a fixed pool is back; pools with an autoscaler or spot start another at once',
          ),
        ),
        spot: optional(() =>
          strict({
            interrupted: optional(() =>
              quantity(percent, { min: 0, max: 0.99 }).describe(
                'share of spot machines that are taken back within a month, for example 10 %',
              ),
            ),
            notice: optional(() => anyDuration().describe('from the notice to the end')),
          }).describe('interruptions of spot machines; published figures unless given'),
        ),
      }).describe('failures and repair'),
    ),
    consolidation: optional(() =>
      consolidation().describe(
        'how nodes that are empty or little used are taken out; startup.keep_nodes says unless given',
      ),
    ),
    zones: optional(() => count(1, 16).describe('zones of the region over which machines are spread evenly')),
    headroom: optional(() =>
      headroom().describe('what may be away while objectives hold: n+1, n+zone, 2 machines or 20 %'),
    ),
    quota: optional(() => count(1).describe('accelerators that may be held at once')),
  });

export const pools = () => named(pool());

export type PoolInput = z.output<ReturnType<typeof pool>>;
