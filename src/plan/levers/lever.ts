/** A lever proposes edits; the planner sizes, simulates and ranks them. One lever, one file. */
import type { Catalog } from '../../catalog/open.js';
import type { Edit, Scenario } from '../../scenario/types.js';
import type { SimulationResult } from '../../simulate/result.js';
import type { PreparedService, World } from '../../simulate/world/world.js';

export interface LeverContext {
  readonly scenario: Scenario;
  readonly world: World;
  readonly result: SimulationResult;
  readonly catalog: Catalog;
  /** The service whose pool is looked at; always one with a pool. */
  readonly service: PooledService;
  /** Providers to look at beyond the pool's own; `all` for every one. */
  readonly providers: readonly string[] | 'all';
}

export type PooledService = Extract<PreparedService, { kind: 'llm' | 'inference' }>;

export interface Proposal {
  readonly lever: string;
  readonly edits: readonly Edit[];
}

export interface Lever {
  readonly name: string;
  /** What could go wrong, and what people must verify beyond the simulation. */
  readonly risk: string;
  readonly check: string;
  /** Shapes of the pool to try; the planner finds the number of replicas for each. */
  readonly propose: (context: LeverContext) => readonly Proposal[];
}

/** An edit, unless it changes nothing. */
export function change(path: string, from: unknown, to: unknown): readonly Edit[] {
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
}
