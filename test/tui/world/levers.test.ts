/** The sliders of the shipped scenarios, and of a few that are not shipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBeside } from '../../../src/scenario/files.js';
import { editScenario, parseScenario } from '../../../src/scenario/load.js';
import type { Edit } from '../../../src/scenario/types.js';
import { atStart } from '../../../src/simulate/drivers.js';
import { buildWorld } from '../../../src/simulate/world/world.js';
import { numberEdit, stepEdit } from '../../../src/tui/leverValues.js';
import type { WhatIfLever } from '../../../src/tui/session.js';
import { leversOf } from '../../../src/tui/world/levers.js';
import { overlayPath } from '../../../src/tui/world/overlay.js';
import { CHAT, catalog, EMBED, QUEUE } from '../../simulate/worlds.js';

const FOLDER = resolve(import.meta.dirname, '..', '..', '..', 'scenarios');

function loaded(text: string, file = 's.yaml') {
  const read = parseScenario(text, file, { files: filesBeside(file) });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read;
}

const SHIPPED = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => [file, loaded(readFileSync(join(FOLDER, file), 'utf8'), join(FOLDER, file))] as const);

const SCALED = CHAT.replace(
  /replicas: \d+/,
  'replicas: { min: 1, max: 6, initial: 2 }, autoscaler: { policy: hpa, metrics: [{ name: queue_length, target: 4 }] }',
);

const OTHERS = [
  [
    'users',
    loaded(
      `${CHAT.replace('rate: 2 /s', 'users: { concurrent: 7, think_time: 20 s }')}growth: { users: 5 % / month }\n`,
    ),
  ],
  [
    'owned hardware',
    loaded(CHAT.replace('instance: aws/g6e.xlarge, region: us-east-1', 'accelerator: A100-80GB, price: 2 USD/h')),
  ],
  ['no region', loaded(CHAT.replace(', region: us-east-1', ''))],
  ['a waiting room', loaded(QUEUE.replace('    traffic', '    capacity: 5\n    traffic'))],
  ['limited sharing', loaded(QUEUE.replace('    traffic', '    discipline: ps\n    sharing_limit: 4\n    traffic'))],
  ['several services', loaded(CHAT.replace('pools:\n', `${QUEUE.slice(QUEUE.indexOf('  desk:'))}pools:\n`))],
  ['every growth', loaded(`${CHAT}growth: { users: 5 % / month, data: 3 % / month, model: -1 % / month }\n`)],
  ['cpu', loaded(EMBED)],
  ['an autoscaler', loaded(SCALED)],
] as const;

const ALL = [...SHIPPED, ...OTHERS].map(([name, read]) => ({ name, read, levers: leversOf(read.scenario, catalog) }));

/** Every edit that a lever offers: its ends, a step to each side, and each choice. */
function editsOf(lever: WhatIfLever): readonly Edit[] {
  if (lever.kind === 'choice')
    return lever.options.map(({ value }) => ({ path: lever.path, from: lever.value, to: value }));
  const steps = ([-1, 1] as const).map((direction) => stepEdit(lever, [], direction)).filter((edit) => edit !== null);
  return [...steps, numberEdit(lever, lever.min), numberEdit(lever, lever.max), numberEdit(lever, lever.value)];
}

describe('levers', () => {
  it('exist for every shipped scenario', () => {
    expect(SHIPPED.length).toBeGreaterThanOrEqual(4);
    for (const { name, levers } of ALL) expect(levers.length, name).toBeGreaterThan(1);
  });

  it.each(ALL)('of $name have ranges that hold their value, and steps that lead somewhere', ({ levers }) => {
    for (const lever of levers) {
      if (lever.kind === 'choice') {
        expect(lever.options.length).toBeGreaterThan(1);
        expect(lever.options.map(({ value }) => value)).toContain(lever.value);
        expect(new Set(lever.options.map(({ label }) => label)).size).toBe(lever.options.length);
        continue;
      }
      expect(Number.isFinite(lever.min) && Number.isFinite(lever.max)).toBe(true);
      expect(lever.min).toBeLessThanOrEqual(lever.value);
      expect(lever.max).toBeGreaterThan(lever.value);
      if (lever.format === 'count') expect(Number.isInteger(lever.min) && lever.min >= 1).toBe(true);
      expect(stepEdit(lever, [], 1)).not.toBeNull();
    }
  });

  it('of a pool with an autoscaler set the most that it may start, not a number that it would change', () => {
    const paths = leversOf(loaded(SCALED).scenario, catalog).map(({ path }) => path);
    expect(paths).toContain('pools.gpu.replicas.max');
    expect(paths).not.toContain('pools.gpu.replicas');
  });

  it.each(ALL)('of $name have ids and paths of their own, and labels that fit the screen', ({ levers }) => {
    for (const of of ['id', 'path', 'label'] as const)
      expect(new Set(levers.map((lever) => lever[of])).size, of).toBe(levers.length);
    if (!levers.some(({ label }) => /desk|chat/.test(label)))
      for (const { label } of levers) expect(label.length).toBeLessThanOrEqual(14);
  });

  it.each(ALL)('of $name write edits that the scenario accepts, one by one and all together', ({ read, levers }) => {
    for (const lever of levers) {
      for (const edit of editsOf(lever)) {
        const edited = editScenario(read.source, [edit]);
        expect(edited.ok ? [] : edited.problems.map(({ message }) => `${edit.path}=${edit.to}: ${message}`)).toEqual(
          [],
        );
      }
    }
    const ups = levers.map((lever) => editsOf(lever)[1] ?? editsOf(lever)[0]!);
    expect(editScenario(read.source, ups).ok).toBe(true);
  });

  it.each(ALL)('of $name change what they say, and nothing when set to their own value', ({ read, levers }) => {
    for (const lever of levers) {
      const differing = editsOf(lever).find(({ to, from }) => JSON.stringify(to) !== JSON.stringify(from));
      const changed = editScenario(read.source, [differing!]);
      expect(changed.ok && changed.scenario).not.toEqual(read.scenario);
      const same = editsOf(lever).filter(({ to, from }) => JSON.stringify(to) === JSON.stringify(from));
      for (const edit of same) {
        const kept = editScenario(read.source, [edit]);
        if (lever.id.startsWith('growth-')) continue;
        expect(kept.ok && kept.scenario).toEqual(read.scenario);
      }
    }
  });

  it.each(ALL)('of $name offer machines that the catalog knows', async ({ read, levers }) => {
    for (const lever of levers.filter(({ path }) => path.endsWith('.instance'))) {
      for (const edit of editsOf(lever)) {
        const edited = editScenario(read.source, [edit]);
        if (!edited.ok) throw new Error(edited.problems[0]?.message);
        const built = await buildWorld(edited.scenario, catalog, atStart);
        // A model may not fit on a smaller machine; the machine itself must exist.
        const unknown = built.ok ? [] : built.findings.filter(({ path }) => path[0] === 'pools');
        expect(unknown.map(({ message }) => message)).toEqual([]);
      }
    }
  });
});

describe('the overlay', () => {
  it.each([
    ['scenarios/chat.yaml', 'scenarios/chat.whatif.yaml'],
    ['chat.yml', 'chat.whatif.yml'],
    ['dir.d/chat', 'dir.d/chat.whatif.yaml'],
  ])('of %s is saved beside it as %s', (path, overlay) => {
    expect(overlayPath(path)).toBe(overlay);
  });
});
