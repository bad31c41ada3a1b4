import { type CommitmentTerm, commitmentDiscount } from '../catalog/commitments.js';
import type { Catalog } from '../catalog/open.js';
import type { Instance } from '../catalog/types.js';
import { onDemandPrice, type Price, priced, spotPrice, unpriced } from './price.js';

/** What one hour of one instance costs under each purchase option. */
export interface InstancePrices {
  /** `aws/p5.48xlarge (us-east-1)`. */
  readonly name: string;
  readonly provider: string;
  readonly type: string;
  readonly onDemand: Price;
  readonly spot: Price;
  readonly committed1y: Price;
  readonly committed3y: Price;
}

const committedPrice = (catalog: Catalog, instance: Instance, onDemand: Price, term: CommitmentTerm): Price => {
  const reserved = term === '1y' ? instance.reserved1yUsdPerHour : instance.reserved3yUsdPerHour;
  const label = `committed ${term}`;
  if (reserved !== undefined) {
    return priced('list', [
      { name: label, usdPerHour: reserved, source: instance.source, asOf: instance.reservedAsOf ?? instance.asOf },
    ]);
  }
  if (onDemand.kind === 'unpriced') return onDemand;
  const discount = commitmentDiscount(catalog, instance, term);
  if (discount === undefined) return unpriced(`no ${term} commitment price or typical discount in the catalog`);
  const source = `estimate: on demand − ${(discount.fraction * 100).toFixed(1)} % (${discount.program}, ${discount.scope}; ${discount.source})`;
  const usdPerHour = onDemand.usdPerHour * (1 - discount.fraction);
  return priced('estimate', [{ name: label, usdPerHour, source, asOf: discount.asOf }]);
};

/**
 * Prices of an instance: on demand and spot from its row, commitments from its reserved prices (no upfront) or else estimated with the
 * typical discount of its family, and named as an estimate.
 */
export const instancePrices = (catalog: Catalog, instance: Instance): InstancePrices => {
  const onDemand = onDemandPrice(instance);
  return {
    name: `${instance.provider}/${instance.type} (${instance.region})`,
    provider: instance.provider,
    type: instance.type,
    onDemand,
    spot: spotPrice(instance),
    committed1y: committedPrice(catalog, instance, onDemand, '1y'),
    committed3y: committedPrice(catalog, instance, onDemand, '3y'),
  };
};
