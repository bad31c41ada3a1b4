/** Weights of weighted routing as a router takes them. */
import type { RouterSettings } from '../../fleet/llm/routing.js';
import type { Scenario } from '../../scenario/types.js';

/** @param lanes pools in the order of the fleet's groups, with the engines of a replica: they share its weight evenly */
export function replicaWeights(
  { weights }: Scenario['routing'],
  lanes: readonly { readonly pool: string; readonly engines: number; readonly replicas: number }[],
): Pick<RouterSettings, 'weights' | 'groupWeights'> {
  if (weights === undefined) return {};
  if (!isList(weights)) return { groupWeights: lanes.map(({ pool, engines }) => (weights[pool] ?? 1) / engines) };
  const replicas = lanes.flatMap(({ engines, replicas }) => new Array<number>(replicas).fill(engines));
  // A list goes on beyond the replicas of the start: the last pool's engines are what later ones have.
  const last = lanes.at(-1)!.engines;
  return { weights: weights.flatMap((weight, i) => spread(weight, replicas[i] ?? last)) };
}

const spread = (weight: number, engines: number): number[] => new Array<number>(engines).fill(weight / engines);

const isList = (weights: readonly number[] | Readonly<Record<string, number>>): weights is readonly number[] =>
  Array.isArray(weights);
