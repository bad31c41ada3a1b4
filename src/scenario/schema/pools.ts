import * as z from 'zod';
import { duration, hourlyPrice, percent } from '../quantities.js';
import { autoscaler, parallelism, replicas } from './deployment.js';
import { anyDuration, count, either, named, positiveDuration, quantity, strict, text } from './primitives.js';

const automatic = () =>
  either('expected a duration or auto', [
    quantity(duration),
    z.literal('auto').describe('from the model size and the hardware'),
  ]);

const stockOuts = () =>
  strict({
    mean_time_between: positiveDuration().describe('mean time from the end of a stock-out to the next'),
    mean_duration: positiveDuration().describe('mean time that one lasts'),
  });

/** A set of equal machines and how they are bought. */
const pool = () =>
  strict({
    instance: text().describe('provider/type, for example aws/g6e.xlarge').exactOptional(),
    accelerator: text().describe('accelerator of owned or unlisted hardware, for example A100-80GB').exactOptional(),
    price: quantity(hourlyPrice).describe('price of one accelerator-hour, for example 3.20 USD/h').exactOptional(),
    region: text().describe('region of the provider').exactOptional(),
    fallback: z
      .array(text())
      .min(1)
      .max(8)
      .describe('instance types that are started, in this order, where instance cannot be had')
      .exactOptional(),
    stock_outs: either('expected { mean_time_between, mean_duration }, or these by instance type', [
      stockOuts(),
      z.record(z.string(), stockOuts()).describe('by instance type, for example { aws/p5.48xlarge: { … } }'),
    ])
      .describe('how often a machine cannot be had')
      .exactOptional(),
    parallelism: parallelism()
      .describe('how one replica is spread over accelerators: it occupies the product')
      .exactOptional(),
    replicas: replicas().describe('copies of the service').exactOptional(),
    autoscaler: autoscaler().describe('what changes the number of replicas').exactOptional(),
    metrics: strict({
      scrape: positiveDuration().describe('time between two readings of the metrics').exactOptional(),
      window: anyDuration().describe('time over which readings are averaged and rates counted').exactOptional(),
    })
      .describe('how the autoscaler gets its metrics')
      .exactOptional(),
    purchase: strict({
      committed_1y: count(0).describe('instances under a one-year commitment').exactOptional(),
      committed_3y: count(0).describe('instances under a three-year commitment').exactOptional(),
      spot: quantity(percent, { min: 0, max: 1 })
        .describe('share of the rest that runs on spot capacity, for example 30 %')
        .exactOptional(),
    })
      .describe('how capacity is bought; the rest is on demand')
      .exactOptional(),
    startup: strict({
      provision: anyDuration().describe('until the node is up').exactOptional(),
      pull: anyDuration().describe('image pull').exactOptional(),
      load: automatic().describe('loading the weights').exactOptional(),
      init: automatic().describe('engine start and graph capture').exactOptional(),
      storage: z
        .enum(['nvme', 'block-volume', 'object-store', 'memory'])
        .describe('where the weights are read from, for load: auto')
        .exactOptional(),
      loader: z.enum(['page-cache', 'streaming']).describe('how the weights are read, for load: auto').exactOptional(),
      warm_nodes: count(0, 100_000).describe('nodes kept ready, with the image, beyond those in use').exactOptional(),
      keep_nodes: anyDuration().describe('how long an empty node is kept').exactOptional(),
    })
      .describe('cold start of later replicas')
      .exactOptional(),
    failures: strict({
      mtbf: positiveDuration().describe('mean time that a machine serves until it fails').exactOptional(),
      repair: anyDuration()
        .describe(
          'time until a machine of a fixed pool is back; pools with an autoscaler or spot start another at once',
        )
        .exactOptional(),
      spot: strict({
        interrupted: quantity(percent, { min: 0, max: 0.99 })
          .describe('share of spot machines that are taken back within a month, for example 10 %')
          .exactOptional(),
        notice: anyDuration().describe('from the notice to the end').exactOptional(),
      })
        .describe('interruptions of spot machines; published figures unless given')
        .exactOptional(),
    })
      .describe('failures and repair')
      .exactOptional(),
    zones: count(1, 16).describe('zones of the region over which machines are spread evenly').exactOptional(),
    quota: count(1).describe('accelerators that may be held at once').exactOptional(),
  });

export const pools = () => named(pool());

export type PoolInput = z.output<ReturnType<typeof pool>>;
