import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { catalogJson } from '../../catalog/asJson.js';
import { listRegions } from '../../catalog/listRegions.js';
import { missHint, missMessage, notFound } from '../../catalog/lookup.js';
import { openCatalog } from '../../catalog/open.js';
import { renderCatalog } from '../../report/catalogLayout.js';
import { regionTable } from '../../report/catalogTables.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class CatalogRegions extends BaseCommand {
  static override description = 'regions: instance types on offer, grid carbon, and which one is assumed';
  static override examples = ['<%= config.bin %> catalog regions aws'];
  static override args = {
    filter: Args.string({
      description: 'words in the provider, the region or its location',
      multiple: true,
      default: [],
    }),
  };
  static override flags = {
    limit: Flags.integer({ description: 'rows shown as text (0: all)', default: 60, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CatalogRegions);
    this.begin(flags);
    const filter = args.filter.join(' ');
    const catalog = openCatalog();
    const rows = listRegions(catalog, filter);
    if (rows.length === 0) {
      const miss = notFound(
        'region',
        filter,
        listRegions(catalog).map((each) => each.region),
      );
      throw new InvalidInput([inputProblem(missMessage(miss), missHint(miss))]);
    }
    await this.answer({
      json: catalogJson('regions', catalog.fingerprint(), rows),
      text: () => renderCatalog(regionTable(rows), this.width, flags.limit),
    });
  }
}
