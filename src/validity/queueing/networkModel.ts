import { RenewalArrivals } from '../../fleet/stations/arrivals.js';
import { FIELD } from '../../fleet/stations/fields.js';
import { NetworkEngine } from '../../fleet/stations/network.js';
import type { StationSpec } from '../../fleet/stations/types.js';
import { exponential } from '../../kernel/variates.js';
import { planValues } from './keys.js';
import { memoryArrivals } from './memory.js';
import type { Plan, PlannedValue, PlanRun, Target } from './plan.js';
import { type Params, UnknownInput } from './referenceCase.js';
import type { PlannedCase, Streams } from './singleStation.js';

interface Stage {
  readonly visits: number;
  readonly mu: number;
  readonly servers: number;
}

/** An open chain of exponential stations; a visit ratio above one is feedback to the same station, below one a chance to be passed by. */
export function planNetwork(name: string, params: Params, expected: Readonly<Record<string, unknown>>): PlannedCase {
  const rate = params.number('lambda');
  const stages = params.objects('stations').map((one): Stage => {
    const stage = { visits: one.number('visits', 1), mu: one.number('mu'), servers: one.number('c', 1) };
    one.finish();
    if (!(stage.visits > 0)) throw new UnknownInput('a station without visits');
    return stage;
  });
  const lists = Object.entries(expected).filter(([, value]) => Array.isArray(value));
  const scalars = Object.fromEntries(Object.entries(expected).filter(([, value]) => !Array.isArray(value)));
  const { values, unknown } = planValues(scalars, { servers: 1, sizes: [], levels: 0 });
  const all = [...values];
  const notKnown = [...unknown];
  for (const [key, list] of lists) {
    const planned = (list as readonly number[]).map((value, at) => stationValue(key, at, value));
    if (planned.length === stages.length && planned.every((value) => value !== undefined)) all.push(...planned);
    else notKnown.push(key);
  }
  const loads = stages.map((stage) => (rate * stage.visits) / (stage.mu * stage.servers));
  const load = Math.max(...loads);
  const spanS = stages.reduce((sum, stage) => sum + stage.visits / stage.mu, 0);
  const plan: Plan = {
    name,
    values: all,
    load,
    means: { gap: 1 / rate },
    memoryArrivals: stages.length * memoryArrivals({ load, rate, spanS }),
    start: (streams, kept) => networkRun(new NetworkEngine(networkSpec(stages, streams), poisson(rate, streams), kept)),
  };
  return { plans: all.length > 0 ? [plan] : [], unknown: notKnown };
}

function poisson(rate: number, streams: Streams): RenewalArrivals {
  return new RenewalArrivals(exponential(streams('arrivals'), 1 / rate));
}

function networkSpec(stages: readonly Stage[], streams: Streams) {
  // From any stage the request goes to the next one that does not pass it by.
  const onward = (from: number): number[] => {
    const row = stages.map(() => 0);
    let left = 1;
    for (let to = from + 1; to < stages.length; to++) {
      const enters = Math.min(1, stages[to]!.visits);
      row[to] = left * enters;
      left -= row[to]!;
    }
    return row;
  };
  return {
    stations: stages.map(
      (stage, at): StationSpec => ({
        servers: stage.servers,
        discipline: 'fcfs',
        capacity: Infinity,
        service: exponential(streams(`service ${at}`), 1 / stage.mu),
      }),
    ),
    entry: onward(-1),
    routing: stages.map((stage, at) => {
      const again = Math.max(0, 1 - 1 / stage.visits);
      const row = onward(at).map((share) => share * (1 - again));
      row[at] = again;
      return row;
    }),
    uniform: streams('routing'),
  };
}

/** The network's record followed by each station's. */
function networkRun(engine: NetworkEngine): PlanRun {
  const { statistics, stations } = engine;
  return {
    next(arrivals) {
      engine.advance(Infinity, statistics.arrived + arrivals);
      const whole = statistics.take();
      const records = [whole.record, ...stations.map((station) => station.statistics.take().record)];
      const record = new Float64Array(records.reduce((sum, one) => sum + one.length, 0));
      let at = 0;
      for (const one of records) {
        record.set(one, at);
        at += one.length;
      }
      return { record, histograms: whole.histograms };
    },
  };
}

function stationValue(key: string, at: number, expected: number): PlannedValue | undefined {
  const base = (at + 1) * FIELD.length;
  const length = (record: Float64Array): number => record[base + FIELD.inSystem]! / record[base + FIELD.duration]!;
  const stay = (record: Float64Array): number => record[base + FIELD.sojournSum]! / record[base + FIELD.completed]!;
  const wait = (record: Float64Array): number => record[base + FIELD.waitSum]! / record[base + FIELD.completed]!;
  const queue = (record: Float64Array): number => record[base + FIELD.waiting]! / record[base + FIELD.duration]!;
  const targets: Readonly<Record<string, Target>> = {
    L_station: { kind: 'sums', of: length, scale: length },
    Lq_station: { kind: 'sums', of: queue, scale: length },
    // A station's W is of one visit.
    W_station: { kind: 'sums', of: stay, scale: stay },
    Wq_station: { kind: 'sums', of: wait, scale: stay },
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined ? undefined : { label: `${key}[${at}]`, expected, target };
}
