import { size, storagePrice } from '../quantities.js';
import { count, named, quantity, strict, text } from './primitives.js';

const store = () =>
  strict({
    stored: quantity(size).describe('bytes stored at the start, for example 4 TB'),
    storage: text().describe('provider/service/item of the storage catalog').exactOptional(),
    region: text().describe('region of the provider').exactOptional(),
    price: quantity(storagePrice)
      .describe('price instead of the catalog, for example 0.023 USD/GB-month')
      .exactOptional(),
    replication: count(1, 100).describe('copies of every byte').exactOptional(),
  });

/** Stores of data by name. */
export const data = () => named(store());
