import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAccelerator } from '../../src/catalog/accelerators.js';
import { buildCatalogIndex } from '../../src/catalog/buildIndex.js';
import { findInstance } from '../../src/catalog/instances.js';
import { findModel } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import { packageRoot } from '../../src/catalog/sources.js';
import { decodeKey, decodeTable, encodeTable } from '../../src/catalog/table.js';

const source = packageRoot();
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-catalog-'));
  mkdirSync(join(root, 'scenarios'));
  cpSync(join(source, 'pricing'), join(root, 'pricing'), { recursive: true });
  cpSync(join(source, 'scenarios', 'models'), join(root, 'scenarios', 'models'), { recursive: true });
  buildCatalogIndex(root);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('an encoded table', () => {
  it('decodes to the rows it was made from', () => {
    const rows = [
      { key: 'a', text: 'long repeated text' },
      { key: 'B', text: 'long repeated text' },
      { key: 'a', text: '' },
      { key: 'c', text: 'long repeated text' },
      { key: 'ab', text: 'long repeated text' },
      { key: 'd', text: '' },
      { key: 'e', text: '' },
      { key: 'f', text: '' },
    ];
    const table = encodeTable(['text', 'key'], rows, 'key');
    expect(decodeTable(table)).toEqual(rows);
    expect(decodeKey(table, table.rows.toLowerCase(), 'A')).toEqual([rows[0], rows[2]]);
    expect(decodeKey(table, table.rows.toLowerCase(), 'b')).toEqual([rows[1]]);
    expect(decodeTable(encodeTable(['key'], [], 'key'))).toEqual([]);
  });
});

describe('the built index', () => {
  it('answers as the sources do, with the same fingerprint', () => {
    const built = openCatalog(root);
    const plain = openCatalog(source);
    expect(findInstance(built, 'gcp/a3-highgpu-8g')).toEqual(findInstance(plain, 'gcp/a3-highgpu-8g'));
    expect(findAccelerator(built, 'B200')).toEqual(findAccelerator(plain, 'B200'));
    expect(findModel(built, 'Qwen/Qwen3-32B')).toEqual(findModel(plain, 'Qwen/Qwen3-32B'));
    expect(built.fingerprint()).toBe(plain.fingerprint());
  });

  it('gives way to a file that was edited after the build', () => {
    const file = join(root, 'pricing', 'instances', 'crusoe.csv');
    const before = readFileSync(file, 'utf8');
    const priced = findInstance(openCatalog(root), 'crusoe/l40s-48gb.1x');
    const miss = priced.kind === 'not-found' ? priced.suggestions : [];
    const type = before.split('\n')[1]?.split(',')[1] ?? '';
    expect(miss.every((each) => each.startsWith('crusoe/'))).toBe(true);
    writeFileSync(file, before.replace(`crusoe,${type},`, 'crusoe,renamed-type,'));
    const later = new Date(Date.now() + 60_000);
    utimesSync(file, later, later);
    const edited = openCatalog(root);
    expect(findInstance(edited, 'crusoe/renamed-type').kind).toBe('found');
    expect(findInstance(edited, `crusoe/${type}`).kind).toBe('not-found');
    expect(edited.fingerprint()).not.toBe(openCatalog(source).fingerprint());
  });
});
