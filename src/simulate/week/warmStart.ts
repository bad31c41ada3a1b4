/** Where the fleet of an autoscaler stands when a window of one load begins: near what that load needs, with time to settle. */
import { scaleInDelayS } from '../../fleet/scaling/settling.js';
import { mostReplicas } from '../services/instances.js';
import { startupParts } from '../services/startup.js';
import { onlyPoolFor } from '../sharing/shares.js';
import type { PreparedService, World } from '../world/world.js';
import { fluidCapacityPerS } from './strata.js';

/** Load that a replica is taken to carry at the start, as a share of the fluid's: autoscalers aim lower than the most. */
const SHARE = 0.8;
const LEAST_WARMUP_S = 300;
/** Nothing settles for longer: delays of an hour would make every window a day. */
const MOST_WARMUP_S = 3600;

export interface WarmStart {
  readonly replicas: number;
  /** Time for what is missing to start and for what is too much to go, twice (the first backlog is over-answered), and its machines too. */
  readonly warmupS: number;
}

/** @returns `undefined` where the number of replicas does not vary */
export function warmStart(world: World, prepared: PreparedService, perS: number): WarmStart | undefined {
  const onPool = onlyPoolFor(world, prepared);
  if (!onPool?.scaling) return undefined;
  const { policy, min } = onPool.scaling;
  const most = mostReplicas(prepared, onPool);
  const each = (SHARE * fluidCapacityPerS(world, prepared)) / most;
  const { provisionS, pullS, loadS, initS } = startupParts(prepared, onPool, onPool.pool.startup!);
  const { startup } = onPool.pool;
  const settleS = 2 * (scaleInDelayS(policy) + provisionS + pullS + loadS + initS) + startup!.keep_nodes;
  return {
    replicas: Math.min(most, Math.max(min, Math.ceil(perS / each))),
    warmupS: Math.min(MOST_WARMUP_S, Math.max(LEAST_WARMUP_S, settleS)),
  };
}
