import type { Uniform } from '../../kernel/random.js';
import {
  categorical,
  constant,
  type Draw,
  erlang,
  exponential,
  gamma,
  hyperexponential,
  lognormal,
  weibull,
} from '../../kernel/variates.js';
import type { Distribution, QueueService } from '../../scenario/types.js';
import type { StationSpec } from './types.js';

/** Draws (seconds) from a distribution of the scenario. */
export function drawOf(distribution: Distribution, uniform: Uniform): Draw {
  switch (distribution.distribution) {
    case 'deterministic':
      return constant(distribution.mean);
    case 'exponential':
      return exponential(uniform, distribution.mean);
    case 'lognormal':
      return lognormal(uniform, distribution.mean, distribution.cv);
    case 'gamma':
      return gamma(uniform, distribution.mean, distribution.cv);
    case 'hyperexponential':
      return hyperexponential(uniform, distribution.mean, distribution.cv);
    case 'weibull':
      return weibull(uniform, distribution.mean, distribution.cv);
    case 'erlang':
      return erlang(uniform, distribution.mean, distribution.k);
    case 'empirical': {
      const { values } = distribution;
      return () => values[Math.floor(uniform() * values.length)]!;
    }
  }
}

/**
 * The station of a `kind: queue` service. `streamOf` gives a random stream by name; each source of randomness asks for its own, so that a
 * change in one leaves the others' draws alone.
 */
export function stationFromService(service: QueueService, streamOf: (name: string) => Uniform): StationSpec {
  const { classes, patience, setup_time: setup, batching } = service;
  return {
    servers: service.servers,
    discipline: service.discipline,
    capacity: service.capacity,
    service: drawOf(service.service_time, streamOf('service')),
    groupSize: service.traffic.batch_size,
    ...(patience && { patience: drawOf(patience, streamOf('patience')) }),
    ...(setup && { setup: drawOf(setup, streamOf('setup')) }),
    ...(service.feedback > 0 && {
      feedback: {
        probability: service.feedback,
        uniform: streamOf('feedback'),
        service: drawOf(service.service_time, streamOf('further service')),
      },
    }),
    ...(classes && {
      classes: {
        count: classes.length,
        pick: categorical(
          streamOf('class'),
          classes.map((one) => one.share),
        ),
      },
    }),
    ...(batching && { batching: { maxBatch: batching.max_batch, perItem: batching.per_item } }),
  };
}
