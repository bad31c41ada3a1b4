import { writeFileSync } from 'node:fs';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../catalog/open.js';
import { bounds, type CoefficientName } from '../latency/coefficients.js';
import { renderCalibration } from '../report/text/calibration.js';
import { didYouMean } from '../scenario/suggest.js';
import { profileText } from '../simulate/world/profileFile.js';
import { calibrate } from '../validity/calibrate/calibrate.js';
import { BaseCommand, InvalidInput, inputProblem } from './base.js';
import { progress } from './progress.js';

export default class Calibrate extends BaseCommand {
  static override summary = 'fit a latency profile to measurements; says what moved and by how much the error fell';
  static override examples = [
    '<%= config.bin %> calibrate measurements.csv --write calibrated.yaml',
    '<%= config.bin %> fidelity other.csv --profile calibrated.yaml',
  ];
  static override args = { table: Args.file({ description: 'measurement table (CSV)', required: true }) };
  static override flags = {
    write: Flags.string({ description: 'write the profile to a file', helpValue: 'FILE.yaml' }),
    name: Flags.string({ description: 'name of the profile', default: 'calibrated' }),
    only: Flags.string({ description: 'coefficients to move, separated by commas', helpValue: 'NAME,…' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Calibrate);
    this.begin(flags);
    const coefficients = flags.only === undefined ? undefined : namesOf(flags.only);
    const shown = progress('fits', this.quiet);
    const read = await calibrate(args.table, {
      catalog: openCatalog(),
      seed: flags.seed ?? 1,
      name: flags.name,
      asOf: new Date().toISOString().slice(0, 7),
      onStep: shown.update,
      ...(coefficients && { coefficients }),
    });
    shown.stop();
    if (!read.ok) throw new InvalidInput(read.problems);
    const { result } = read;
    if (flags.write !== undefined) {
      const text = profileText(result.profile, [`fitted by plimsoll calibrate ${args.table}`, result.profile.errors]);
      try {
        writeFileSync(flags.write, text);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        throw new InvalidInput([inputProblem(`cannot write ${flags.write}: ${code}`)]);
      }
      this.note(`written to ${flags.write}; use it with --profile ${flags.write}`);
    }
    await this.answer({ json: result, text: () => renderCalibration(result, this.look) });
  }
}

/** @throws InvalidInput naming every coefficient that does not exist */
function namesOf(list: string): readonly CoefficientName[] {
  const known = Object.keys(bounds);
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new InvalidInput(
      unknown.map((name) => inputProblem(`no coefficient "${name}"`, { hint: didYouMean(name, known) })),
    );
  }
  return names as CoefficientName[];
}
