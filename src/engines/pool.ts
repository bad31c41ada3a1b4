/**
 * Simulations on all cores of this machine. Tasks are the same as in one thread and records are put together in the same order, so the
 * number of threads changes nothing but the time.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { type RunRecord, revive } from '../simulate/results/record.js';
import { serviceOf } from '../simulate/sharing/shares.js';
import { simulateWith } from '../simulate/simulate.js';
import type { RunTasks, Simulator } from '../simulate/simulator.js';
import { type RunTask, runTask } from '../simulate/tasks.js';
import { requestsOf } from '../simulate/window.js';
import { inline } from './inlining.js';
import type { PoolTask } from './simulateWorker.js';

/** Requests simulated in this thread before others are started: less would not pay for starting them. */
const WORTH_THREADS = 200_000;
/**
 * Requests of a task, or of a thread's share of many, that make it long. A single task gains nothing from a thread, but a long one must not
 * keep this thread from hearing an interrupt; and a long one pays back what deeper inlining takes to compile (0.3 s).
 */
const LONG_TASK = 2_000_000;
/** Requests of all tasks up to which a simulation is over before much is compiled. */
const SHORT_RUN = 50_000;

export interface SimulationPool {
  readonly simulate: Simulator;
  readonly runTasks: RunTasks;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Threads to use; 1 stays in this one. Threads start when the first large simulation needs them. */
  readonly threads?: number;
  /** What a thread runs: the built `simulateWorker.js` beside the commands. */
  readonly entry?: URL;
  /** Whether one simulation is all that the process does. */
  readonly isOnce?: boolean;
}

export function simulationPool({
  threads = Number(process.env.PLIMSOLL_THREADS ?? availableParallelism()),
  entry = new URL('../simulateWorker.js', import.meta.url),
  isOnce = false,
}: PoolOptions = {}): SimulationPool {
  let pool: Promise<Piscina> | undefined;
  let asked = 0;
  const start = async (): Promise<Piscina> => {
    const { Piscina: Pool } = await import('piscina');
    return new Pool({
      filename: fileURLToPath(entry),
      maxThreads: threads,
      minThreads: 1,
      idleTimeout: Infinity,
    });
  };

  const runTasks: RunTasks = async (world, tasks) => {
    const requests = tasks.reduce(
      (sum, { service, spec }) => sum + requestsOf(world, serviceOf(world, service), spec.windowS),
      0,
    );
    asked += requests;
    const isLong = requests / Math.min(threads, tasks.length) >= LONG_TASK;
    inline(isLong ? 'deep' : isOnce && asked < SHORT_RUN ? 'little' : 'usual');
    if (!(threads > 1) || (tasks.length <= 1 && requests < LONG_TASK) || (!pool && asked < WORTH_THREADS))
      return tasks.map((task) => runTask(world, task));
    const workers = await (pool ??= start());
    const { scenario, drivers } = world;
    const key = JSON.stringify([scenario, drivers], (_, value) => (value === Infinity ? 'inf' : value));
    const pooled = (task: RunTask): PoolTask => ({ world: key, scenario, drivers, task });
    const records = await Promise.all(tasks.map((task) => workers.run(pooled(task)) as Promise<RunRecord>));
    return records.map(revive);
  };

  return {
    runTasks,
    simulate: (world, options = {}) => simulateWith(world, options, runTasks),
    async close() {
      if (pool) await (await pool).destroy();
    },
  };
}
