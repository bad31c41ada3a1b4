import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { listAccelerators } from '../../catalog/accelerators.js';
import { catalogJson } from '../../catalog/asJson.js';
import { missHint, missMessage, notFound } from '../../catalog/lookup.js';
import { openCatalog } from '../../catalog/open.js';
import { renderCatalog } from '../../report/catalogLayout.js';
import { acceleratorTable } from '../../report/catalogTables.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class CatalogAccelerators extends BaseCommand {
  static override description = 'accelerators and processors: dense datasheet peaks, memory, links';
  static override examples = ['<%= config.bin %> catalog accelerators hopper'];
  static override args = {
    filter: Args.string({
      description: 'words in the name, vendor, kind or architecture',
      multiple: true,
      default: [],
    }),
  };
  static override flags = {
    'min-memory': Flags.integer({ description: 'at least this much memory, GiB', min: 0, helpValue: 'GIB' }),
    limit: Flags.integer({ description: 'rows shown as text (0: all)', default: 60, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CatalogAccelerators);
    this.begin(flags);
    const filter = args.filter.join(' ');
    const catalog = openCatalog();
    const rows = listAccelerators(catalog, { text: filter, minMemoryGiB: flags['min-memory'] ?? 0 });
    if (rows.length === 0) {
      const miss = notFound(
        'accelerator',
        filter,
        listAccelerators(catalog).map((each) => each.name),
      );
      throw new InvalidInput([inputProblem(missMessage(miss), missHint(miss))]);
    }
    await this.answer({
      json: catalogJson('accelerators', catalog.fingerprint(), rows),
      text: () => renderCatalog(acceleratorTable(rows), this.width, flags.limit),
    });
  }
}
