import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { listAccelerators } from '../../catalog/accelerators.js';
import { catalogJson } from '../../catalog/asJson.js';
import { instanceNames, listInstances } from '../../catalog/instances.js';
import { missHint, missMessage, notFound } from '../../catalog/lookup.js';
import { openCatalog } from '../../catalog/open.js';
import { renderCatalog } from '../../report/catalogLayout.js';
import { instanceTable } from '../../report/catalogTables.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class CatalogInstances extends BaseCommand {
  static override description = 'instance types and their prices, one row a type in the region given or assumed';
  static override examples = [
    '<%= config.bin %> catalog instances p5',
    '<%= config.bin %> catalog instances --accelerator H100-SXM --region us-east-1',
  ];
  static override args = {
    filter: Args.string({ description: 'words in the name or the accelerator', multiple: true, default: [] }),
  };
  static override flags = {
    provider: Flags.string({ description: 'only this provider' }),
    accelerator: Flags.string({ description: 'only with this accelerator' }),
    region: Flags.string({ description: 'this region, or all' }),
    'min-vcpus': Flags.integer({ description: 'at least this many vCPUs', min: 0 }),
    'min-memory': Flags.integer({ description: 'at least this much memory, GiB', min: 0, helpValue: 'GIB' }),
    'min-accelerator-memory': Flags.integer({
      description: 'at least this much on all accelerators, GiB',
      min: 0,
      helpValue: 'GIB',
    }),
    limit: Flags.integer({ description: 'rows shown as text (0: all)', default: 60, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CatalogInstances);
    this.begin(flags);
    const filter = args.filter.join(' ');
    const catalog = openCatalog();
    const rows = listInstances(catalog, {
      text: filter,
      ...(flags.provider === undefined ? {} : { provider: flags.provider }),
      ...(flags.accelerator === undefined ? {} : { accelerator: flags.accelerator }),
      ...(flags.region === undefined ? {} : { region: flags.region }),
      minVcpus: flags['min-vcpus'] ?? 0,
      minMemoryGiB: flags['min-memory'] ?? 0,
      minAcceleratorMemoryGiB: flags['min-accelerator-memory'] ?? 0,
    });
    if (rows.length === 0) {
      const miss = notFound('instance', [filter, flags.accelerator, flags.provider].filter(Boolean).join(' '), [
        ...catalog.providers,
        ...instanceNames(catalog),
        ...listAccelerators(catalog).map((each) => each.name),
      ]);
      throw new InvalidInput([inputProblem(missMessage(miss), missHint(miss))]);
    }
    await this.answer({
      json: catalogJson('instances', catalog.fingerprint(), rows),
      text: () => renderCatalog(instanceTable(rows), this.width, flags.limit),
    });
  }
}
