/** Entry of a pool's thread: rebuilds the world it is asked about (once) and runs one task of it. */
import { openCatalog } from '../catalog/open.js';
import type { Scenario } from '../scenario/types.js';
import type { Drivers } from '../simulate/drivers.js';
import type { RunRecord } from '../simulate/results/record.js';
import { type RunTask, runTask } from '../simulate/tasks.js';
import { buildWorld, type World } from '../simulate/world/world.js';

export interface PoolTask {
  /** Equal keys mean equal worlds. */
  readonly world: string;
  readonly scenario: Scenario;
  readonly drivers: Drivers;
  readonly task: RunTask;
}

/** Worlds kept by a thread; the oldest makes room. */
const KEPT = 16;
const worlds = new Map<string, Promise<World>>();

async function build({ scenario, drivers }: PoolTask): Promise<World> {
  const built = await buildWorld(scenario, openCatalog(), drivers);
  if (!built.ok) throw new Error(`a world that was built before does not build again: ${built.findings[0]?.message}`);
  return built.world;
}

export default async function run(pooled: PoolTask): Promise<RunRecord> {
  let world = worlds.get(pooled.world);
  if (!world) {
    worlds.set(pooled.world, (world = build(pooled)));
    const [oldest] = worlds.keys();
    if (worlds.size > KEPT && oldest !== undefined) worlds.delete(oldest);
  }
  return runTask(await world, pooled.task);
}
