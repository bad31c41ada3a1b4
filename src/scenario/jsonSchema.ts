import { z } from 'zod';
import { scenarioSchema } from './schema/scenario.js';

/** JSON Schema (draft-07, which editors' YAML servers understand) of a scenario file as typed. */
export const scenarioJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' }),
  title: 'Plimsoll scenario',
});
