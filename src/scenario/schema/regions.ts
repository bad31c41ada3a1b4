import * as z from 'zod';
import { duration, tokenPrice } from '../quantities.js';
import {
  anyDuration,
  count,
  fraction,
  number,
  optional,
  positiveDuration,
  quantity,
  strict,
  text,
} from './primitives.js';

/** Users of one region. */
const region = () =>
  strict({
    share: fraction({ above: 0, max: 1 }).describe('share of the requests that come from here, for example 60 %'),
    utc_offset: optional(() =>
      quantity(duration, { min: -50_400, max: 50_400 }).describe(
        'local time minus UTC: the weekly shape follows local time, for example -5 h',
      ),
    ),
    residency: optional(() =>
      z.array(text()).min(1).describe('regions whose pools may serve these requests; all unless given'),
    ),
    rtt: optional(() =>
      z
        .record(z.string(), anyDuration())
        .describe('round trip to the pools of a region, where the catalog has none or another'),
    ),
  });

/** Where users are. Names are regions of the pools' provider. */
export const regions = () => z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/), region());

export const responseBytes = () => count(1, 1_000_000).describe('bytes that a streamed token takes on its way out');

/** How requests choose a replica. */
export const weights = () =>
  z.union(
    [
      z
        .array(number({ above: 0, max: 1e6 }))
        .min(1)
        .describe('shares of the replicas, in order'),
      z.record(z.string(), number({ above: 0, max: 1e6 })).describe('share of each replica of a pool, by pool'),
    ],
    {
      error: (issue) =>
        issue.code === 'invalid_union'
          ? 'expected a list of weights, or a map of weights by pool such as { fast: 2, cheap: 1 }'
          : undefined,
    },
  );

/** A managed token API that takes what a fleet has no room for. */
export const overflowTo = () =>
  strict({
    api: optional(() => text().describe('provider/model of the catalog, for example openai/gpt-4o-mini')),
    price: optional(() =>
      strict({
        input: quantity(tokenPrice).describe('of prompts, for example 0.15 USD/Mtok'),
        output: quantity(tokenPrice).describe('of answers'),
      }).describe('its prices, where the catalog has none or others'),
    ),
    ttft: positiveDuration().describe('its time to first token'),
    tpot: positiveDuration().describe('its time per output token'),
    when: optional(() =>
      strict({ waiting: optional(() => count(0).describe('requests that wait when it is asked instead')) }).describe(
        'when it is asked; always where admission would reject because the fleet is full',
      ),
    ),
  });
