import type { Uniform } from '../../kernel/random.js';
import { categorical } from '../../kernel/variates.js';
import type { QueueService } from '../../scenario/types.js';
import { drawOf } from '../../workload/draws.js';
import type { StationSpec } from './types.js';

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
