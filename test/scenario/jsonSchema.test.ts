import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { gateJsonSchema, scenarioJsonSchema } from '../../src/scenario/jsonSchema.js';
import { BASE, load, withLine } from './base.js';
import { violations } from './draft7.js';

const schema = scenarioJsonSchema();
const FILES = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));

/** Every property in a schema, with its own path. */
const properties = (
  node: unknown,
  path: string,
): readonly { readonly path: string; readonly property: Readonly<Record<string, unknown>> }[] => {
  if (typeof node !== 'object' || node === null) return [];
  const own = Object.entries((node as { readonly properties?: object }).properties ?? {}).flatMap(([key, property]) => [
    { path: `${path}.${key}`, property: property as Readonly<Record<string, unknown>> },
    ...properties(property, `${path}.${key}`),
  ]);
  const rest = ['items', 'anyOf', 'oneOf', 'additionalProperties'] as const;
  return [
    ...own,
    ...rest.flatMap((key) =>
      [(node as Record<string, unknown>)[key]].flat().flatMap((inner) => properties(inner, path)),
    ),
  ];
};

describe('the JSON Schema', () => {
  it('is draft-07', () => {
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
  });

  it.each(FILES)('accepts scenarios/%s', (name) => {
    expect(violations(schema, parse(readFileSync(`scenarios/${name}`, 'utf8')))).toEqual([]);
  });

  it('accepts what the loader accepts', () => {
    for (const text of [
      BASE,
      withLine(17, 'seed: 10_000'),
      withLine(17, 'growth: { users: 9%/month, data: { rate: 1 % / year } }'),
      withLine(10, '    servers: infinite\n    capacity: unlimited'),
      withLine(5, '    model: m\n    batching: { gpu_memory_utilization: 90 % }'),
      withLine(
        7,
        '    traffic: { rate: 10 req/s, arrivals: { process: gamma, cv: 2 }, prompt_tokens: { p50: 3, p99: 9 } }',
      ),
    ]) {
      expect(load(text).ok, text).toBe(true);
      expect(violations(schema, parse(text))).toEqual([]);
    }
  });

  it.each([
    ['a slip in a key', withLine(16, '    replicsa: 2')],
    ['a bare number', withLine(17, 'window: 3600')],
    ['a wrong unit', withLine(17, 'window: 4 GB')],
    ['an unknown engine', withLine(5, '    model: m\n    engine: vlm')],
    ['no replicas', withLine(16, '    replicas: 0')],
    ['no services', withLine(2, 'servces:')],
    ['a name with a space', withLine(8, '  help desk:')],
  ])('refuses %s, as the loader does', (_name, text) => {
    expect(load(text).ok).toBe(false);
    expect(violations(schema, parse(text))).not.toEqual([]);
  });

  it('describes every property, for the help of editors', () => {
    const silent = [...properties(schema, ''), ...properties(gateJsonSchema(), 'gate')].filter(
      ({ property }) => !property['description'],
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});
