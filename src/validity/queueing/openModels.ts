import { RenewalArrivals } from '../../fleet/stations/arrivals.js';
import { constant, erlang, exponential } from '../../kernel/variates.js';
import { drawWith, mixedExponential } from './draws.js';
import { memoryArrivals } from './memory.js';
import type { Params } from './referenceCase.js';
import type { StationModel } from './singleStation.js';

/** Mean service time by whichever name a reference gives it. */
export function serviceMean(params: Params): number {
  if (params.has('meanService')) return params.number('meanService');
  if (params.has('D')) return params.number('D');
  if (params.has('service')) return params.number('service');
  return 1 / params.number('mu', 1);
}

interface Options {
  readonly servers?: number;
  readonly capacity?: number;
  /** Squared coefficient of variation of the service time. */
  readonly scv?: number;
  readonly groupSize?: number;
}

/** Poisson arrivals at `lambda` to first-come-first-served servers. */
export function poissonStation(params: Params, options: Options = {}): StationModel {
  const { servers = 1, capacity = Infinity, scv = 1, groupSize = 1 } = options;
  params.ignore('rho', 'offeredLoad', 'a');
  const rate = params.has('batchRate') ? params.number('batchRate') : params.number('lambda');
  const mean = serviceMean(params);
  const load = servers === Infinity ? 0 : (rate * groupSize * mean) / servers;
  const places = capacity < Infinity ? capacity - servers + 2 * Math.sqrt(servers) + 2 : Infinity;
  return {
    station: (streams) => ({
      servers,
      discipline: 'fcfs',
      capacity,
      service: drawWith(streams('service'), mean, scv),
      groupSize,
    }),
    arrivals: (streams) => new RenewalArrivals(exponential(streams('arrivals'), 1 / rate)),
    servers,
    load,
    means: { gap: 1 / rate, service: mean },
    memoryArrivals: memoryArrivals({
      load,
      rate: rate * groupSize,
      gapScv: groupSize,
      serviceScv: scv,
      spanS: mean * (1 + scv),
      places,
    }),
  };
}

/** Renewal arrivals to one exponential server. */
export function renewalStation(params: Params, kind: 'D' | 'E_k' | 'H2'): StationModel {
  params.ignore('rho');
  const rate = params.number('lambda');
  const mean = serviceMean(params);
  const k = kind === 'E_k' ? params.number('k') : 1;
  const mixture = kind === 'H2' ? [params.number('p1'), params.number('rate1'), params.number('rate2')] : [1, 1, 1];
  const scv = kind === 'D' ? 0 : kind === 'E_k' ? 1 / k : params.number('arrivalScv');
  const load = rate * mean;
  return {
    station: (streams) => ({
      servers: 1,
      discipline: 'fcfs',
      capacity: Infinity,
      service: exponential(streams('service'), mean),
    }),
    arrivals: (streams) => {
      const uniform = streams('arrivals');
      if (kind === 'D') return new RenewalArrivals(constant(1 / rate));
      if (kind === 'E_k') return new RenewalArrivals(erlang(uniform, 1 / rate, k));
      return new RenewalArrivals(mixedExponential(uniform, mixture[0]!, mixture[1]!, mixture[2]!));
    },
    servers: 1,
    load,
    means: { gap: 1 / rate, service: mean },
    memoryArrivals: memoryArrivals({ load, rate, gapScv: scv, spanS: mean }),
  };
}
