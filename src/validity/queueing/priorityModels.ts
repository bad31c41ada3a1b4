import { RenewalArrivals } from '../../fleet/stations/arrivals.js';
import type { StationDiscipline } from '../../fleet/stations/types.js';
import { categorical, exponential } from '../../kernel/variates.js';
import { drawWith } from './draws.js';
import { classTarget } from './keys.js';
import { memoryArrivals } from './memory.js';
import { serviceMean } from './openModels.js';
import type { Plan, PlannedValue } from './plan.js';
import type { Params } from './referenceCase.js';
import { type PlannedCase, type StationModel, stationPlan } from './singleStation.js';

/** Lists by class: which discipline they are of, and which mean. */
const CLASS_KEYS: Readonly<Record<string, readonly [StationDiscipline, 'Wq' | 'W']>> = {
  nonpreemptive_Wq: ['priority', 'Wq'],
  nonpreemptive_W: ['priority', 'W'],
  preemptiveResume_W: ['preemptive-priority', 'W'],
  preemptiveResume_Wq: ['preemptive-priority', 'Wq'],
  Wq: ['priority', 'Wq'],
  W: ['priority', 'W'],
};

/** Poisson classes, the first served first; one simulation for each discipline that the expectations name. */
export function planPriority(name: string, params: Params, expected: Readonly<Record<string, unknown>>): PlannedCase {
  const lambdas = params.numbers('lambdas');
  const base = { servers: params.number('c', 1), mean: serviceMean(params), scv: params.number('scv', 1) };
  params.ignore('rho');
  const byDiscipline = new Map<StationDiscipline, PlannedValue[]>();
  const unknown: string[] = [];
  for (const [key, list] of Object.entries(expected)) {
    const known = Object.hasOwn(CLASS_KEYS, key) ? CLASS_KEYS[key] : undefined;
    if (known === undefined || !Array.isArray(list) || list.length !== lambdas.length) {
      unknown.push(key);
      continue;
    }
    const [discipline, of] = known;
    const values = byDiscipline.get(discipline) ?? [];
    byDiscipline.set(discipline, values);
    for (const [cls, value] of list.entries()) {
      values.push({ label: `${key}[${cls}]`, expected: Number(value), target: classTarget(cls, of) });
    }
  }
  const plans: Plan[] = [];
  for (const [discipline, values] of byDiscipline) {
    const model = priorityStation(lambdas, base, discipline);
    plans.push(stationPlan(`${name}/${discipline}`, model, values, { servers: base.servers, sizes: [], levels: 0 }));
  }
  return { plans, unknown };
}

interface Base {
  readonly servers: number;
  readonly mean: number;
  readonly scv: number;
}

function priorityStation(lambdas: readonly number[], base: Base, discipline: StationDiscipline): StationModel {
  const rate = lambdas.reduce((sum, lambda) => sum + lambda, 0);
  const load = (rate * base.mean) / base.servers;
  return {
    station: (streams) => ({
      servers: base.servers,
      discipline,
      capacity: Infinity,
      service: drawWith(streams('service'), base.mean, base.scv),
      classes: { count: lambdas.length, pick: categorical(streams('class'), lambdas) },
    }),
    arrivals: (streams) => new RenewalArrivals(exponential(streams('arrivals'), 1 / rate)),
    servers: base.servers,
    load,
    means: { gap: 1 / rate, service: base.mean },
    memoryArrivals: memoryArrivals({ load, rate, serviceScv: base.scv, spanS: base.mean * (1 + base.scv) }),
  };
}
