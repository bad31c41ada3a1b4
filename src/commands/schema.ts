import * as Args from '@oclif/core/args';
import { gateJsonSchema, scenarioJsonSchema } from '../scenario/jsonSchema.js';
import { resultJsonSchema } from '../simulate/results/resultSchema.js';
import { BaseCommand } from './base.js';

const SCHEMAS = { scenario: scenarioJsonSchema, result: resultJsonSchema, gate: gateJsonSchema };

export default class Schema extends BaseCommand {
  static override summary = 'JSON Schema (draft-07) of scenarios, results and gate files, for editors and checks';
  static override args = {
    what: Args.string({ description: 'which one', required: true, options: Object.keys(SCHEMAS) }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Schema);
    this.begin(flags);
    const schema = SCHEMAS[args.what as keyof typeof SCHEMAS]();
    await this.answer({ json: schema, text: () => JSON.stringify(schema, null, 2) });
  }
}
