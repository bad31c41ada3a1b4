import * as Args from '@oclif/core/args';
import { EXPLAINABLE, explain, whyNot } from '../plan/explain.js';
import { renderExplanation } from '../report/text/explain.js';
import { CODES, type ProblemCode } from '../scenario/codes.js';
import { InvalidInput, inputProblem } from './base.js';
import { ScenarioCommand } from './scenarioCommand.js';

export default class Explain extends ScenarioCommand {
  static override summary =
    'the tree of terms behind a number (step time, first token, cost, capacity), or the rule behind an error code';
  static override examples = [
    '<%= config.bin %> explain services.chat.tpot scenarios/support-assistant.yaml',
    '<%= config.bin %> explain E1203',
  ];
  static override args = {
    metric: Args.string({ description: `${EXPLAINABLE.join(', ')}, or an error code`, required: true }),
    scenario: Args.file({ description: 'scenario file (YAML)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    this.begin(flags);
    if (/^[EW]\d+$/.test(args.metric)) return this.explainCode(args.metric);
    if (args.scenario === undefined) {
      throw new InvalidInput([inputProblem('which scenario?', { hint: `plimsoll explain ${args.metric} SCENARIO` })]);
    }
    const read = await this.read(args.scenario, flags);
    const world = await this.world(read);
    const explanation = explain(args.metric, world, await this.simulator(world));
    if (!explanation) {
      const { message, hint } = whyNot(args.metric, world);
      throw new InvalidInput([inputProblem(message, { hint })]);
    }
    await this.answer({ json: explanation, text: () => renderExplanation(explanation, this.look) });
  }

  private async explainCode(code: string): Promise<void> {
    const rule = CODES[code as ProblemCode];
    if (rule === undefined) {
      throw new InvalidInput([
        inputProblem(`there is no code ${code}`, { hint: `codes: ${Object.keys(CODES).join(', ')}` }),
      ]);
    }
    await this.answer({ json: { code, rule }, text: () => `${code}  ${rule}` });
  }
}
