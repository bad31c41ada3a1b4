import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { type Compared, compare } from '../plan/compare.js';
import { renderCompare } from '../report/text/compare.js';
import { InvalidInput, inputProblem } from './base.js';
import { ScenarioCommand } from './scenarioCommand.js';

export default class Compare extends ScenarioCommand {
  static override summary = 'scenarios side by side with paired intervals; also variants of one file';
  static override examples = [
    '<%= config.bin %> compare a.yaml b.yaml',
    '<%= config.bin %> compare a.yaml --variant pools.gpu.replicas=3 --variant pools.gpu.replicas=4',
  ];
  static override strict = false;
  static override args = {
    scenario: Args.file({ description: 'scenario files (YAML), the base first', required: true }),
  };
  static override flags = {
    variant: Flags.string({
      description: 'the first scenario with this change (path=value), as one more scenario (repeatable)',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    replications: Flags.integer({ description: 'replications of each', min: 2, default: 10 }),
  };

  async run(): Promise<void> {
    const { argv, flags: given } = await this.parse(Compare);
    this.begin(given);
    const files = argv as string[];
    // One file with nothing but changes: each of them is a variant to compare it with.
    const isVariants = files.length === 1 && given.variant.length === 0;
    const flags = isVariants ? { ...given, set: [], variant: given.set } : given;
    if (files.length + flags.variant.length < 2) {
      throw new InvalidInput([
        inputProblem('there is nothing to compare with', {
          hint: 'give two scenarios, or --set path=value for a variant of one',
        }),
      ]);
    }
    const compared: Compared[] = [];
    for (const [index, file] of files.entries()) {
      compared.push({ name: file, world: await this.world(await this.read(file, flags, index > 0)) });
    }
    for (const variant of flags.variant) {
      const read = await this.read(files[0]!, { ...flags, set: [...flags.set, variant] }, true);
      compared.push({ name: variant, world: await this.world(read) });
    }
    const result = await compare(compared, {
      seed: flags.seed ?? compared[0]!.world.scenario.seed,
      replications: flags.replications,
      simulator: this.simulator,
    });
    await this.answer({ json: result, text: () => renderCompare(result, this.look) });
  }
}
