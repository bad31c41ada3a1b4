import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { findInstance } from '../../src/catalog/instances.js';
import { findModel } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import { loadScenario } from '../../src/scenario/load.js';

const FILES = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));
const catalog = openCatalog();

describe.each(FILES)('scenarios/%s', (name) => {
  it('is valid without a warning', async () => {
    const loaded = await loadScenario(`scenarios/${name}`);
    expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
  });

  it('names models and instances that the catalog knows', async () => {
    const loaded = await loadScenario(`scenarios/${name}`);
    if (!loaded.ok) throw new Error('not valid');
    for (const service of Object.values(loaded.scenario.services)) {
      if (service.kind !== 'queue' && typeof service.model === 'string')
        expect(findModel(catalog, service.model).kind).toBe('found');
    }
    for (const pool of Object.values(loaded.scenario.pools)) {
      if (pool.instance !== undefined) expect(findInstance(catalog, pool.instance, pool.region).kind).toBe('found');
    }
  });

  it('tells editors its schema in the first line, and explains itself', async () => {
    const text = await readFile(`scenarios/${name}`, 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./plimsoll.schema.json');
    expect(text.split('\n').filter((line) => line.includes('#')).length).toBeGreaterThan(3);
  });
});
