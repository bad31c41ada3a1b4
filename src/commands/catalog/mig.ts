import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { catalogJson } from '../../catalog/asJson.js';
import { listMigProfiles, migAccelerators } from '../../catalog/mig.js';
import { openCatalog } from '../../catalog/open.js';
import { renderCatalog } from '../../report/catalogLayout.js';
import { migTable } from '../../report/catalogTables.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class CatalogMig extends BaseCommand {
  static override description = 'MIG profiles: the slices that accelerators can be cut into, with their shares';
  static override examples = ['<%= config.bin %> catalog mig h100'];
  static override args = {
    filter: Args.string({ description: 'words in the accelerator or the profile', multiple: true, default: [] }),
  };
  static override flags = {
    limit: Flags.integer({ description: 'rows shown as text (0: all)', default: 60, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CatalogMig);
    this.begin(flags);
    const catalog = openCatalog();
    const filter = args.filter.join(' ');
    const rows = listMigProfiles(catalog, filter);
    if (rows.length === 0) {
      const hint = `profiles are known of ${migAccelerators(catalog).join(', ')}`;
      throw new InvalidInput([inputProblem(`no MIG profile "${filter}" in the catalog`, { hint })]);
    }
    await this.answer({
      json: catalogJson('mig', catalog.fingerprint(), rows),
      text: () => renderCatalog(migTable(rows), this.width, flags.limit),
    });
  }
}
