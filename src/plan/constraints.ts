/** What a plan must satisfy, held against a simulation. */
import type { Scenario } from '../scenario/types.js';
import type { HeadroomResult, SimulationResult, SloAttainment } from '../simulate/result.js';
import type { Violation } from './results.js';

/** Share of requests that may be turned away before a plan counts as too small. */
const REJECTED = 0.001;

/** A service and its pool, looked at by themselves. */
export interface Judged {
  readonly service: string;
  readonly pool: string;
}

/**
 * Every constraint that is not met; empty for a feasible plan.
 *
 * @param confidence chance with which each objective must hold, model error included; 0 asks for the predicted value alone
 * @param of only what this service and its pool can help, and the budget
 */
export function violations(scenario: Scenario, result: SimulationResult, confidence = 0, of?: Judged): Violation[] {
  const found: Violation[] = [];
  for (const [name, service] of Object.entries(result.services)) {
    if (of && name !== of.service) continue;
    for (const [objective, slo] of Object.entries(service.slo_attainment)) {
      if (!slo.met || slo.probability < confidence)
        found.push({ what: `services.${name}.slo.${objective}`, limit: limitOf(slo), value: missedBy(slo) });
    }
    const { arrived, rejected } = service.requests;
    const { queue_full = 0, in_flight = 0, rate_limit = 0 } = service.rejections ?? {};
    // What a rate limit turns away is what it is for.
    const turnedAway = { too_large: rejected - queue_full - in_flight - rate_limit, overload: queue_full + in_flight };
    for (const [what, requests] of Object.entries(turnedAway)) {
      if (service.kind === 'queue' || requests <= REJECTED * arrived) continue;
      found.push({
        what: `services.${name}.requests.${what === 'overload' ? 'turned_away' : 'rejected'}`,
        limit: '0.1 %',
        value: `${((100 * requests) / arrived).toFixed(2)} %`,
      });
    }
    if (result.warnings.some((warning) => warning.startsWith(`services.${name}: demand exceeds capacity`))) {
      found.push({ what: `services.${name}.capacity`, limit: 'demand', value: 'the backlog grows' });
    }
  }
  for (const [name, pool] of Object.entries(result.pools)) {
    if (of && name !== of.pool) continue;
    found.push(...withoutHeadroom(pool.headroom, confidence));
    if (pool.quota_used !== null && pool.quota_used > 1) {
      found.push({
        what: `pools.${name}.quota`,
        limit: `${scenario.pools[name]?.quota} accelerators`,
        value: `${(100 * pool.quota_used).toFixed(0)} %`,
      });
    }
  }
  const budget = scenario.budget?.monthly;
  if (budget !== undefined && result.cost.per_month_usd > budget) {
    found.push({
      what: 'budget.monthly',
      limit: `${budget} USD`,
      value: `${result.cost.per_month_usd.toFixed(0)} USD`,
    });
  }
  for (const name of result.cost.unpriced) {
    if (of && !name.startsWith(`pools.${of.pool}:`)) continue;
    found.push({ what: 'cost.unpriced', limit: 'every item priced', value: name });
  }
  return found;
}

/** Objectives that do not hold with the headroom of a pool away. */
function withoutHeadroom(headroom: HeadroomResult | undefined, confidence: number): Violation[] {
  if (headroom === undefined) return [];
  const { asked, replicas_left: left, replicas_away: away, services } = headroom;
  const when = `with ${away} of ${away + left} replicas away`;
  return Object.entries(services).flatMap(([name, { slo_attainment, backlog_grows }]) => [
    ...(left === 0
      ? [{ what: `services.${name}.headroom.replicas`, limit: asked, value: `none is left ${when}` }]
      : backlog_grows
        ? [{ what: `services.${name}.headroom.capacity`, limit: asked, value: `the backlog grows ${when}` }]
        : []),
    ...Object.entries(slo_attainment)
      .filter(([, slo]) => !slo.met || slo.probability < confidence)
      .map(([objective, slo]) => ({
        what: `services.${name}.headroom.${objective}`,
        limit: limitOf(slo),
        value: `${missedBy(slo)} ${when}`,
      })),
  ]);
}

/** What an objective came to, in words. */
function missedBy(slo: SloAttainment): string {
  if (slo.limit_share !== undefined)
    return `${Number((100 * slo.share_within).toPrecision(5))} % answered${unlikely(slo)}`;
  return slo.value_ms === null ? 'no request completed' : `${Number(slo.value_ms.toPrecision(4))} ms${unlikely(slo)}`;
}

/** Constraints that more replicas can mend: anything about speed, nothing about money, quota, or requests too long for any replica. */
export function isTooSmall(found: readonly Violation[]): boolean {
  return found.some(({ what }) => what.startsWith('services.') && !what.endsWith('.requests.rejected'));
}

/** An objective's limit in words: `800 ms`, `99.9 %`. */
export function limitOf({ limit_ms, limit_share }: SloAttainment): string {
  return limit_share === undefined ? `${limit_ms} ms` : `${Number((100 * limit_share).toPrecision(6))} %`;
}

const unlikely = ({ met, probability }: SloAttainment): string =>
  met ? ` (holds with a chance of only ${Math.round(100 * probability)} %)` : '';
