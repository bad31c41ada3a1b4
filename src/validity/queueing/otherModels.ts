import { ClosedArrivals, RenewalArrivals } from '../../fleet/stations/arrivals.js';
import { exponential } from '../../kernel/variates.js';
import { drawWith } from './draws.js';
import { memoryArrivals } from './memory.js';
import { poissonStation, serviceMean } from './openModels.js';
import { type Params, UnknownInput } from './referenceCase.js';
import type { StationModel } from './singleStation.js';

/** Processor sharing by c servers, each request at most at full speed. */
export function sharingStation(params: Params): StationModel {
  const servers = params.number('c', 1);
  const scv = params.number('scv', 1);
  const base = poissonStation(params, { servers, scv });
  return { ...base, station: (streams) => ({ ...base.station(streams), discipline: 'ps' }) };
}

/** Birth–death batching: up to B share, each served at rate 1/(alpha + beta·sharing); the rest wait; K places. */
export function stateDependentStation(params: Params): StationModel {
  params.word('serviceTime(n)', ['alpha+beta*min(n,B)']);
  params.ignore('capacity', 'rho');
  const alpha = params.number('alpha');
  const beta = params.number('beta');
  const limit = params.number('maxBatch');
  const capacity = params.number('K');
  const rate = params.number('lambda');
  const longest = alpha + beta * limit;
  const load = (rate * longest) / limit;
  return {
    station: (streams) => ({
      servers: 1,
      discipline: 'ps',
      capacity,
      service: exponential(streams('service'), 1),
      sharing: { limit, speed: (sharing) => 1 / (alpha + beta * sharing) },
    }),
    arrivals: (streams) => new RenewalArrivals(exponential(streams('arrivals'), 1 / rate)),
    servers: 1,
    load,
    means: { gap: 1 / rate, service: 1 },
    memoryArrivals: memoryArrivals({ load, rate, spanS: longest, places: capacity - limit + 2 * Math.sqrt(limit) + 2 }),
  };
}

/** Erlang A: Poisson arrivals, c exponential servers, exponential patience at rate theta. */
export function impatientStation(params: Params): StationModel {
  const servers = params.number('c');
  const theta = params.number('theta');
  const base = poissonStation(params, { servers });
  const { gap } = base.means;
  const rate = 1 / gap!;
  return {
    ...base,
    station: (streams) => ({ ...base.station(streams), patience: exponential(streams('patience'), 1 / theta) }),
    memoryArrivals: memoryArrivals({
      load: base.load,
      rate,
      spanS: base.means.service!,
      patienceS: Math.max(1 / theta, base.means.service!),
    }),
  };
}

/** Poisson arrivals; after each service the request joins the tail again with `retryProbability`. */
export function feedbackStation(params: Params): StationModel {
  const servers = params.number('c', 1);
  const base = poissonStation(params, { servers });
  const probability = params.number('retryProbability');
  const load = base.load / (1 - probability);
  const mean = base.means.service!;
  return {
    ...base,
    station: (streams) => ({
      ...base.station(streams),
      feedback: { probability, uniform: streams('feedback'), service: exponential(streams('further service'), mean) },
    }),
    load,
    memoryArrivals: memoryArrivals({ load, rate: 1 / base.means.gap!, serviceScv: 3, spanS: mean / (1 - probability) }),
  };
}

/** One server that goes cold when it empties and wakes for the next arrival. */
export function coldServer(params: Params): StationModel {
  const scv = params.number('scv', 1);
  const setupMean = params.number('setupMean');
  const setupScv = params.word('setupDist', ['deterministic', 'exponential']) === 'exponential' ? 1 : 0;
  const base = poissonStation(params, { scv });
  return withSetup(base, setupMean, setupScv);
}

/** k servers with exponential setup, off as soon as idle; a setup for each waiting request while cold servers are left. */
export function coldServers(params: Params): StationModel {
  const servers = params.number('k');
  return withSetup(poissonStation(params, { servers }), 1 / params.number('setupRate'), 1);
}

function withSetup(base: StationModel, setupMean: number, setupScv: number): StationModel {
  return {
    ...base,
    station: (streams) => ({ ...base.station(streams), setup: drawWith(streams('setup'), setupMean, setupScv) }),
    means: { ...base.means, setup: setupMean },
    memoryArrivals: base.memoryArrivals + (2 * setupMean) / base.means.gap! / (1 - base.load),
  };
}

/** Bulk service: one exponential server takes up to b; arrivals may join the batch in service. */
export function joinableStation(params: Params): StationModel {
  params.ignore('rho');
  const maxBatch = params.number('batchMax');
  const rate = params.number('lambda');
  const mean = 1 / params.number('mu_batch');
  const load = (rate * mean) / maxBatch;
  return {
    station: (streams) => ({
      servers: 1,
      discipline: 'fcfs',
      capacity: Infinity,
      service: exponential(streams('service'), mean),
      batching: { maxBatch, perItem: 0, joinable: true },
    }),
    arrivals: (streams) => new RenewalArrivals(exponential(streams('arrivals'), 1 / rate)),
    servers: 1,
    load,
    means: { gap: 1 / rate, service: mean },
    memoryArrivals: memoryArrivals({ load, rate, serviceScv: maxBatch, spanS: mean }),
  };
}

/** Dynamic batching: whoever waits, up to B, for t0 + t1·b. */
export function batchingStation(params: Params): StationModel {
  params.word('serviceTime', ['t0+t1*b (deterministic)']);
  params.ignore('capacity', 'rho');
  const maxBatch = params.number('maxBatch');
  const rate = params.number('lambda');
  const fixed = params.number('t0');
  const perItem = params.number('t1');
  const longest = fixed + perItem * maxBatch;
  const load = (rate * longest) / maxBatch;
  return {
    station: () => ({
      servers: 1,
      discipline: 'fcfs',
      capacity: Infinity,
      service: () => fixed,
      batching: { maxBatch, perItem },
    }),
    arrivals: (streams) => new RenewalArrivals(exponential(streams('arrivals'), 1 / rate)),
    servers: 1,
    load,
    means: { gap: 1 / rate },
    memoryArrivals: memoryArrivals({ load, rate, spanS: longest }),
  };
}

/** A fixed population that thinks and asks; exponential think and service times. */
export function closedStation(params: Params): StationModel {
  const users = params.number('users');
  const think = params.number('thinkTime');
  const servers = params.number('c', 1);
  const mean = serviceMean(params);
  if (!Number.isInteger(users) || users < 1) throw new UnknownInput('parameter users is not a positive whole number');
  return {
    station: (streams) => ({
      servers,
      discipline: 'fcfs',
      capacity: Infinity,
      service: exponential(streams('service'), mean),
    }),
    arrivals: (streams) => new ClosedArrivals(users, exponential(streams('think'), think)),
    servers,
    load: 0,
    means: { service: mean },
    memoryArrivals: 10 * users,
  };
}
