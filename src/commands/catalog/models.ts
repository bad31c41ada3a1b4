import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { catalogJson } from '../../catalog/asJson.js';
import { missHint, missMessage, notFound } from '../../catalog/lookup.js';
import { listModels, modelNames } from '../../catalog/models.js';
import { openCatalog } from '../../catalog/open.js';
import { renderCatalog } from '../../report/catalogLayout.js';
import { modelTable } from '../../report/catalogTables.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class CatalogModels extends BaseCommand {
  static override description = 'model cards: size, architecture, and where each was read';
  static override examples = ['<%= config.bin %> catalog models llama-3.1'];
  static override args = {
    filter: Args.string({
      description: 'words in the name, the aliases, the family or the kind',
      multiple: true,
      default: [],
    }),
  };
  static override flags = {
    verified: Flags.boolean({ description: 'only cards read from a primary source' }),
    limit: Flags.integer({ description: 'rows shown as text (0: all)', default: 60, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CatalogModels);
    this.begin(flags);
    const filter = args.filter.join(' ');
    const catalog = openCatalog();
    const rows = listModels(catalog, { text: filter, verifiedOnly: flags.verified });
    if (rows.length === 0) {
      const miss = notFound('model', filter, modelNames(catalog));
      throw new InvalidInput([inputProblem(missMessage(miss), missHint(miss))]);
    }
    await this.answer({
      json: catalogJson('models', catalog.fingerprint(), rows),
      text: () => renderCatalog(modelTable(rows), this.width, flags.limit),
    });
  }
}
