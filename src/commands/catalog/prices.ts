import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { catalogJson } from '../../catalog/asJson.js';
import { missHint, missMessage, notFound } from '../../catalog/lookup.js';
import { openCatalog } from '../../catalog/open.js';
import { listPrices, priceKinds } from '../../catalog/prices.js';
import { renderCatalog } from '../../report/catalogLayout.js';
import { priceTable } from '../../report/catalogTables.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class CatalogPrices extends BaseCommand {
  static override description = 'prices of storage, network, token APIs, managed services and commitments';
  static override examples = [
    '<%= config.bin %> catalog prices s3',
    '<%= config.bin %> catalog prices gpt --kind token',
  ];
  static override args = {
    filter: Args.string({ description: 'words in the name, the kind or the region', multiple: true, default: [] }),
  };
  static override flags = {
    kind: Flags.option({
      description: 'only these lists',
      options: priceKinds,
      multiple: true,
      multipleNonGreedy: true,
    })(),
    limit: Flags.integer({ description: 'rows shown as text (0: all)', default: 60, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CatalogPrices);
    this.begin(flags);
    const filter = args.filter.join(' ');
    const catalog = openCatalog();
    const rows = listPrices(catalog, filter, flags.kind ?? priceKinds);
    if (rows.length === 0) {
      const miss = notFound(
        'storage',
        filter,
        listPrices(catalog, '', flags.kind ?? priceKinds).map((each) => each.name),
      );
      throw new InvalidInput([inputProblem(missMessage(miss), missHint(miss))]);
    }
    await this.answer({
      json: catalogJson('prices', catalog.fingerprint(), rows),
      text: () => renderCatalog(priceTable(rows), this.width, flags.limit),
    });
  }
}
