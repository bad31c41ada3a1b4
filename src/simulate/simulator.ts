import type { SimulationResult } from './result.js';
import { type SimulateOptions, simulate } from './simulate.js';
import { type RunTasks, runTask } from './tasks.js';
import type { World } from './world/world.js';

/** Whoever simulates: this thread, or a pool of them. The answer is the same to the byte. */
export type Simulator = (
  world: World,
  options?: Omit<SimulateOptions, 'sink' | 'onDecision'>,
) => Promise<SimulationResult>;

/** Runs tasks in this thread. */
export const tasksInThisThread: RunTasks = async (world, tasks) => tasks.map((task) => runTask(world, task));

/** Simulates in this thread. */
export const inThisThread: Simulator = async (world, options) => simulate(world, options);

export type { RunTasks } from './tasks.js';
