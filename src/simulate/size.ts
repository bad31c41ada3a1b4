/** How much work a simulation is, before it starts: what cannot end in a working day is refused with what would help. */
import { poolsOf } from '../scenario/runsOn.js';
import { mostReplicas } from './services/instances.js';
import { poolFor } from './sharing/shares.js';
import { fluidCapacityPerS } from './week/strata.js';
import { requestsOf, runPlan } from './window.js';
import type { World, WorldFinding } from './world/types.js';

/** Requests that one command simulates at most: some hours on one core. */
const MOST_REQUESTS = 5e9;
/** Requests that may wait in one run before memory becomes the limit. */
const MOST_WAITING = 2e7;
const MOST_USERS = 5e6;

/** What makes a world too large to simulate; empty for all that a user is likely to mean. */
export function tooLarge(world: World): WorldFinding[] {
  return sizes(world).map((finding) => ({ code: 'E1305' as const, ...finding }));
}

function sizes(world: World): WorldFinding[] {
  const findings: WorldFinding[] = [];
  for (const prepared of world.services) {
    const { name, service } = prepared;
    const path = ['services', name, 'traffic'];
    const { windowS, replications } = runPlan(world.scenario, service);
    const users = (service.traffic.users?.concurrent ?? 0) * world.drivers.users;
    if (users > MOST_USERS) {
      findings.push({
        path: [...path, 'users', 'concurrent'],
        message: `${users.toPrecision(3)} users at once are more than ${MOST_USERS.toExponential(0)}`,
        hint: 'simulate a share of the users on the same share of the replicas',
      });
      continue;
    }
    const requests = requestsOf(world, prepared, windowS);
    if (requests * replications > MOST_REQUESTS) {
      findings.push({
        path,
        message: `this run would simulate ${(requests * replications).toPrecision(2)} requests`,
        hint: 'a shorter window (--set window="10 min") or fewer replications answers the same question',
      });
      continue;
    }
    const { rate, shape } = service.traffic;
    if (rate === undefined || windowS === null || prepared.kind === 'queue') continue;
    const demand = rate * world.drivers.users * Math.max(...shape.weights);
    const capacity = fluidCapacityPerS(world, prepared);
    if ((demand - capacity) * windowS > MOST_WAITING) {
      findings.push({
        path: [...path, 'rate'],
        message: `demand of ${demand.toPrecision(3)} requests/s is ${(demand / capacity).toPrecision(2)} times what the fleet can serve: the backlog would not fit in memory`,
        hint: `at least ${Math.ceil((demand / capacity) * poolsOf(service).reduce((sum, pool) => sum + mostReplicas(prepared, poolFor(world, name, pool)), 0))} replicas are needed`,
      });
    }
  }
  return findings;
}
