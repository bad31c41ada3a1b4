/** The import rule of the house: each room may import the rooms named here and whatever those may import. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', 'src');

/** Rooms a room may import directly; commands and the top files may import all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  catalog: [],
  workload: ['kernel'],
  latency: ['catalog'],
  billing: ['catalog'],
  scenario: ['catalog', 'workload'],
  fleet: ['kernel', 'workload', 'latency', 'billing'],
  simulate: ['scenario', 'fleet'],
  plan: ['simulate'],
  validity: ['simulate'],
  engines: ['simulate'],
  report: ['plan'],
  export: ['plan'],
  import: ['catalog', 'workload'],
  tui: ['plan', 'engines', 'report'],
};

/** Files of types that every room may name (types only). */
const TYPES_FOR_ALL = /^(simulate\/result|plan\/results|latency\/types|catalog\/types|scenario\/types)\.ts$/;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const files = walk(ROOT).filter((file) => /\.tsx?$/.test(file));
const imports = files.flatMap(importsOf);

describe('the import rule', () => {
  it('sees the imports of the house', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(300);
  });

  it('lets data move left to right only', () => {
    const wrong = imports.filter(({ from, to, isTypeOnly }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      if (room === undefined || !(room in MAY_IMPORT) || other === undefined || room === other) return false;
      return !reach(room).has(other) && !(isTypeOnly && TYPES_FOR_ALL.test(to));
    });
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('knows every room', () => {
    const rooms = new Set(files.map((file) => roomOf(relative(ROOT, file))).filter((room) => room !== undefined));
    rooms.delete('commands');
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('has no circles of values', () => {
    const edges = new Map<string, string[]>();
    for (const { from, to, isTypeOnly } of imports) if (!isTypeOnly) edges.set(from, [...(edges.get(from) ?? []), to]);
    expect(circle(edges)).toEqual([]);
  });

  it('lets only the screen import Ink and React', () => {
    const strangers = files.filter(
      (file) => !relative(ROOT, file).startsWith('tui/') && /from '(ink|react)'/.test(readFileSync(file, 'utf8')),
    );
    expect(strangers).toEqual([]);
  });

  it('keeps the clock, chance and the console out of the pure rooms', () => {
    const pure = ['kernel', 'latency', 'fleet', 'billing', 'simulate', 'workload'];
    const impure = files.filter(
      (file) =>
        pure.includes(roomOf(relative(ROOT, file)) ?? '') &&
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bconsole\./.test(readFileSync(file, 'utf8')),
    );
    expect(impure.map((file) => relative(ROOT, file))).toEqual([]);
  });
});

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function roomOf(path: string): string | undefined {
  return path.includes('/') ? path.split('/')[0] : undefined;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern = /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'"]*?)\s*from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => {
    const names = match[3] ?? '';
    const target = match[4] ?? match[5] ?? '';
    const onlyTypes =
      match[2] !== undefined ||
      (/^\{/.test(names) &&
        names
          .replace(/[{}\s]/g, '')
          .split(',')
          .filter(Boolean)
          .every((name) => names.includes(`type ${name.replace(/^type/, '')}`)));
    return {
      from: relative(ROOT, file),
      to: sourceOf(relative(ROOT, resolve(dirname(file), target))),
      isTypeOnly: onlyTypes,
    };
  });
}

function sourceOf(path: string): string {
  const base = path.replace(/\.jsx?$/, '');
  return files.includes(join(ROOT, `${base}.tsx`)) ? `${base}.tsx` : `${base}.ts`;
}

function reach(room: string, seen: Set<string> = new Set()): Set<string> {
  for (const next of MAY_IMPORT[room] ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reach(next, seen);
  }
  return seen;
}

/** The first circle found, as its files in order; empty when there is none. */
function circle(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of edges.get(file) ?? []) {
      const found = visit(next);
      if (found.length > 0) return found;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of edges.keys()) {
    const found = visit(file);
    if (found.length > 0) return found;
  }
  return [];
}
