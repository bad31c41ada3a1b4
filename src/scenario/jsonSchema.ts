import * as z from 'zod';
import { gateFile } from './schema/rules.js';
import { scenarioSchema } from './schema/scenario.js';

type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (draft-07, which editors' YAML servers understand) of a scenario file as typed. */
export const scenarioJsonSchema = (): JsonSchema => ({
  ...z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' }),
  title: 'Plimsoll scenario',
});

/** JSON Schema (draft-07) of a file of gate rules. */
export const gateJsonSchema = (): JsonSchema => ({
  ...z.toJSONSchema(gateFile(), { target: 'draft-7', io: 'input' }),
  title: 'Plimsoll gate rules',
});
