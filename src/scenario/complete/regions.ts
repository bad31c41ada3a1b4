import type { ScenarioInput } from '../schema/scenario.js';
import type { OverflowTo, Region, Traffic } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';

const HOUR_S = 3600;

/** Where users are, by the name of the region. */
export const completeRegions = (input: ScenarioInput['regions'], context: Context): readonly Region[] | undefined =>
  input &&
  Object.entries(input).map(([name, { share, utc_offset, residency, rtt }]) => ({
    name,
    share,
    utc_offset:
      utc_offset ?? context.assume(`regions.${name}.utc_offset`, 0, 'the weekly shape is in UTC', { shown: '0 h' }),
    ...given({ residency, rtt }),
  }));

/**
 * Traffic as the sun goes round: each region has the weekly shape in its own local time, and the service sees their sum. Whole hours:
 * offsets of half an hour are rounded down.
 */
export const followingTheSun = (traffic: Traffic, regions: readonly Region[] | undefined): Traffic => {
  if (regions === undefined || traffic.users !== undefined || traffic.trace !== undefined) return traffic;
  const { weights } = traffic.shape;
  const n = weights.length;
  const origins = regions.map(({ utc_offset }) => {
    const ahead = Math.floor(utc_offset / HOUR_S);
    return weights.map((_, hour) => weights[(((hour + ahead) % n) + n) % n]!);
  });
  const total = weights.map((_, hour) =>
    regions.reduce((sum, { share }, origin) => sum + share * origins[origin]![hour]!, 0),
  );
  return { ...traffic, shape: { ...traffic.shape, weights: total }, origins };
};

/** Requests that wait when a token API is asked instead, unless said. */
const OVERFLOW_WAITING = 20;

/** The token API that takes what a fleet has no room for. */
export const completeOverflowTo = (input: ScenarioInput, { assume }: Context): OverflowTo | undefined => {
  const api = input.routing?.overflow_to;
  if (api === undefined) return undefined;
  const why = 'a line that is longer than what one step lets in';
  const waiting = api.when?.waiting ?? assume('routing.overflow_to.when.waiting', OVERFLOW_WAITING, why);
  return { ...api, when: { waiting } };
};
