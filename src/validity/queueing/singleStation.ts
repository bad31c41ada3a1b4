import { stationEngine } from '../../fleet/stations/engine.js';
import type { ArrivalSource, StationSpec } from '../../fleet/stations/types.js';
import type { Uniform } from '../../kernel/random.js';
import { type KeyContext, type KeyedValues, needsLevels, planValues, sizeOf } from './keys.js';
import type { PlannedValue } from './plan.js';
import { type KnownMeans, type Plan, runOf } from './plan.js';

/** Numbers in the system up to which time is kept apart, for keys that ask for their distribution. */
const LEVELS = 4096;

export type Streams = (name: string) => Uniform;

/** A single station in the terms of a reference model. */
export interface StationModel {
  readonly station: (streams: Streams) => StationSpec;
  readonly arrivals: (streams: Streams) => ArrivalSource;
  readonly servers: number;
  readonly load: number;
  readonly means: KnownMeans;
  readonly memoryArrivals: number;
}

export interface PlannedCase {
  readonly plans: readonly Plan[];
  readonly unknown: readonly string[];
}

/** What keys mean for a station of so many servers. */
export function contextOf(expected: Readonly<Record<string, unknown>>, servers: number): KeyContext {
  const keys = Object.keys(expected);
  return {
    servers,
    sizes: keys.map(sizeOf).filter((size) => size !== undefined),
    levels: keys.some(needsLevels) ? LEVELS : 0,
  };
}

/** One plan that answers every scalar expectation of a case with one station. */
export function planStation(
  name: string,
  model: StationModel,
  expected: Readonly<Record<string, unknown>>,
): PlannedCase {
  const context = contextOf(expected, model.servers);
  const { values, unknown }: KeyedValues = planValues(expected, context);
  return { plans: values.length > 0 ? [stationPlan(name, model, values, context)] : [], unknown };
}

export function stationPlan(
  name: string,
  model: StationModel,
  values: readonly PlannedValue[],
  context: KeyContext,
): Plan {
  return {
    name,
    values,
    load: model.load,
    means: model.means,
    memoryArrivals: model.memoryArrivals,
    start: (streams, kept) =>
      runOf(
        stationEngine(model.station(streams), model.arrivals(streams), {
          ...kept,
          sizes: context.sizes,
          levels: context.levels,
        }),
      ),
  };
}
