/** Who pays for machines that several services share: each in proportion to the accelerators that its replicas hold over time. */
import { ratio, sum } from '../arithmetic.js';
import type { CostShare } from '../result.js';
import { partOn, type Tenant, unitsOf } from './jointUse.js';

export class ServiceShares {
  /** By service, in the order in which they come. */
  readonly shares: Record<string, CostShare> = {};

  /** @param machines what the pool's machines cost · @param egress what its answers cost, by the bytes sent */
  add(tenants: readonly Tenant[], machines: CostShare, egress: CostShare): void {
    const held = tenants.map(({ use }) => use.replicas.mean * unitsOf(use));
    const ofWeek = tenants.map((tenant, i) => heldOverWeek(tenant) ?? held[i]!);
    const sent = tenants.map(({ use }) => use.egressBytes ?? 0);
    tenants.forEach(({ service }, i) => {
      const known = this.shares[service.name] ?? { total_usd: 0, per_month_usd: 0 };
      const bytes = ratio(sent[i]!, sum(sent));
      this.shares[service.name] = {
        total_usd: known.total_usd + machines.total_usd * ratio(held[i]!, sum(held)) + egress.total_usd * bytes,
        per_month_usd:
          known.per_month_usd + machines.per_month_usd * ratio(ofWeek[i]!, sum(ofWeek)) + egress.per_month_usd * bytes,
      };
    });
  }
}

/** Mean accelerators over the load levels of the week. */
function heldOverWeek({ run: { week }, use }: Tenant): number | undefined {
  if (!week) return undefined;
  const hours = sum(week.map((part) => part.hours));
  return sum(week.map((part) => part.hours * partOn(part.run, use.pool).replicas.mean * unitsOf(use))) / hours;
}
