import type { RateLimitInput } from '../schema/admission.js';
import type { LlmInput } from '../schema/services.js';
import type { Admission, RateLimit, Tenant } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';

/** Limits at the gateway with their defaults. */
export const completeAdmission = (
  input: LlmInput['admission'],
  path: string,
  context: Context,
): Admission | undefined =>
  input &&
  given({
    max_queue: input.max_queue,
    max_in_flight: input.max_in_flight,
    fairness: input.fairness,
    rate_limit: completeRateLimit(input.rate_limit, `${path}.rate_limit`, context),
  });

export const completeTenants = (
  input: LlmInput['traffic']['tenants'],
  path: string,
  context: Context,
): readonly Tenant[] | undefined =>
  input?.map(({ name, share, weight, rate_limit }, i) => ({
    name,
    share,
    ...given({ weight, rate_limit: completeRateLimit(rate_limit, `${path}[${i}].rate_limit`, context) }),
  }));

const completeRateLimit = (
  input: RateLimitInput | undefined,
  path: string,
  { assume }: Context,
): RateLimit | undefined =>
  input && {
    rate: input.rate,
    burst: input.burst ?? assume(`${path}.burst`, Math.max(1, input.rate), 'what comes in a second'),
    of: input.of ?? assume(`${path}.of`, 'requests' as const, 'requests are counted, whatever their length'),
  };
