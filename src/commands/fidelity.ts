import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../catalog/open.js';
import { renderFidelity } from '../report/text/fidelity.js';
import { readProfile } from '../simulate/world/profileFile.js';
import { fidelity } from '../validity/fidelity/fidelity.js';
import { BaseCommand, InvalidInput } from './base.js';
import { progress } from './progress.js';

export default class Fidelity extends BaseCommand {
  static override summary = 'prediction error by metric and group, each run simulated as it was measured';
  static override examples = [
    '<%= config.bin %> fidelity measurements.csv',
    '<%= config.bin %> fidelity measurements.csv --profile calibrated.yaml --json',
  ];
  static override args = { table: Args.file({ description: 'measurement table (CSV)', required: true }) };
  static override flags = {
    profile: Flags.string({ description: 'a calibration laid over the built-in ones', helpValue: 'FILE' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Fidelity);
    this.begin(flags);
    const profile = flags.profile === undefined ? undefined : readProfile(flags.profile);
    if (profile && !profile.ok) throw new InvalidInput(profile.problems);
    const shown = progress('runs', this.quiet);
    const startedAt = process.hrtime.bigint();
    const read = await fidelity(args.table, {
      catalog: openCatalog(),
      seed: flags.seed ?? 1,
      onRun: shown.update,
      ...(profile && { profile: profile.profile }),
    });
    shown.stop();
    if (!read.ok) throw new InvalidInput(read.problems);
    await this.answer({ json: read.result, text: () => renderFidelity(read.result, this.look) });
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    this.note(`${read.result.rows.length} rows in ${seconds.toFixed(1)} s`);
  }
}
