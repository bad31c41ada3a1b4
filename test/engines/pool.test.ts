/** The number of threads changes nothing but the time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulationPool, simulationPool } from '../../src/engines/pool.js';
import { recommend } from '../../src/plan/recommend.js';
import { editsOn, parseScenario } from '../../src/scenario/load.js';
import { atStart } from '../../src/simulate/drivers.js';
import { simulateToPrecision } from '../../src/simulate/precision.js';
import { simulate } from '../../src/simulate/simulate.js';
import { simulateWeek } from '../../src/simulate/week/week.js';
import { buildWorld } from '../../src/simulate/world/world.js';
import { CHAT, catalog, EMBED, QUEUE, worldOf } from '../simulate/worlds.js';
import { bundled, discard } from './bundles.js';

let entry: URL;
let one: SimulationPool;
let two: SimulationPool;

beforeAll(async () => {
  entry = await bundled('src/engines/simulateWorker.ts', 'simulateWorker');
  [one, two] = [simulationPool({ threads: 1, entry }), simulationPool({ threads: 2, entry })];
  // Threads start with the first large simulation: this one.
  await two.simulate(
    await worldOf(QUEUE, ['services.desk.traffic.rate=100 /s', 'services.desk.servers=20', 'window=10 min']),
  );
});
afterAll(async () => {
  await one.close();
  await two.close();
  discard(entry);
});

describe('a pool', () => {
  it.each([
    ['llm', CHAT, []],
    ['inference', EMBED, []],
    ['queue', QUEUE, []],
    ['infinite servers', QUEUE, ['services.desk.servers=infinite']],
    [
      'priorities',
      QUEUE,
      ['services.desk.discipline=priority', 'services.desk.classes=[{name: a, share: 0.5}, {name: b, share: 0.5}]'],
    ],
    ['capped', QUEUE, ['services.desk.traffic.requests=2000']],
  ] as const)('of one, of two threads and no pool give identical JSON (%s)', async (_, text, set) => {
    const world = await worldOf(text, [...set]);
    const alone = JSON.stringify(simulate(world));
    expect(JSON.stringify(await one.simulate(world))).toBe(alone);
    expect(JSON.stringify(await two.simulate(world))).toBe(alone);
  });

  it('passes the seed, the number of replications and growth on', async () => {
    const world = await worldOf(CHAT, [], { ...atStart, users: 1.7, promptTokens: 1.2 });
    const options = { seed: 3, replications: 3 };
    expect(JSON.stringify(await two.simulate(world, options))).toBe(JSON.stringify(simulate(world, options)));
  });

  it('takes a calibration along, whose text is part of the scenario', async () => {
    const plain = await worldOf(CHAT);
    const text = 'name: mine\nmultiply: { hostPerStepS: 3 }\nsource: here\nas_of: 2026-11\n';
    const built = await buildWorld({ ...plain.scenario, calibration: [{ file: 'm.yaml', text }] }, catalog, atStart);
    if (!built.ok) throw new Error(built.findings[0]?.message);
    const threaded = await two.simulate(built.world);
    expect(JSON.stringify(threaded)).toBe(JSON.stringify(simulate(built.world)));
    expect(threaded.services['chat']!.tpot_ms!.mean!).toBeGreaterThan(simulate(plain).services['chat']!.tpot_ms!.mean!);
  });

  it('keeps worlds apart that differ in one number', async () => {
    const worlds = await Promise.all([1, 2, 3].map((n) => worldOf(CHAT, [`pools.gpu.replicas=${n}`])));
    const results = await Promise.all(worlds.map((world) => two.simulate(world)));
    expect(results.map((result) => JSON.stringify(result))).toEqual(
      worlds.map((world) => JSON.stringify(simulate(world))),
    );
  });

  it('gives the same weeks', async () => {
    const world = await worldOf(CHAT, ['services.chat.traffic.shape=office-hours']);
    const week = ({ runTasks }: SimulationPool) =>
      simulateWeek(world, { seed: 4, replications: 2, exhaustive: false, runTasks });
    expect(JSON.stringify(await week(two))).toBe(JSON.stringify(await week(one)));
  });

  it('gives the same answer to a stated precision', async () => {
    const world = await worldOf(QUEUE, ['window=5 min', 'warmup=30 s']);
    const precise = ({ runTasks }: SimulationPool) => simulateToPrecision(world, { precision: 0.08, runTasks });
    expect(JSON.stringify(await precise(two))).toBe(JSON.stringify(await precise(one)));
  });

  it('gives the same recommendation', async () => {
    const loaded = parseScenario(CHAT, 's.yaml', { set: ['services.chat.traffic.rate=6 /s'] });
    if (!loaded.ok) throw new Error('the scenario is not valid');
    const { scenario, source } = loaded;
    const [a, b] = await Promise.all(
      [one, two].map(({ simulate: simulator }) =>
        recommend(scenario, catalog, editsOn(source), { simulator, only: ['replicas'] }),
      ),
    );
    expect(JSON.stringify(a)).toBe(JSON.stringify(b));
  });

  it('without a usable number of threads stays in this one', async () => {
    const pool = simulationPool({ threads: Number.NaN });
    const world = await worldOf(QUEUE, [
      'services.desk.traffic.rate=100 /s',
      'services.desk.servers=20',
      'window=10 min',
    ]);
    expect(JSON.stringify(await pool.simulate(world))).toBe(JSON.stringify(simulate(world)));
    await pool.close();
  });
});
