import { renderValidation } from '../report/text/validation.js';
import { validationOf } from '../report/view/validationFacts.js';
import { ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

export default class Validate extends ScenarioCommand {
  static override summary = 'is the scenario valid, does it fit in memory, what is assumed';
  static override args = scenarioArgs;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Validate);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const world = await this.world(read);
    const report = validationOf(args.scenario, world, read.assumptions, read.warnings);
    await this.answer({
      json: { schema_version: '1', valid: true, ...report },
      text: () => renderValidation(report, this.look),
    });
  }
}
