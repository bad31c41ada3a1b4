import { size, storagePrice } from '../quantities.js';
import { count, named, optional, quantity, strict, text } from './primitives.js';

const store = () =>
  strict({
    stored: quantity(size).describe('bytes stored at the start, for example 4 TB'),
    storage: optional(() => text().describe('provider/service/item of the storage catalog')),
    region: optional(() => text().describe('region of the provider')),
    price: optional(() =>
      quantity(storagePrice).describe('price instead of the catalog, for example 0.023 USD/GB-month'),
    ),
    replication: optional(() => count(1, 100).describe('copies of every byte')),
  });

/** Stores of data by name. */
export const data = () => named(store());
