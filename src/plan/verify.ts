/** The cheapest candidate of each service, all together, simulated in full before they are recommended. */
import type { Edit } from '../scenario/types.js';
import type { SimulationResult } from '../simulate/result.js';
import { isTooSmall, type Judged, type violations } from './constraints.js';
import type { Lever } from './levers/lever.js';
import { type Sized, type SizingOptions, tryReplicas } from './sizing.js';

export interface Candidate {
  readonly lever: Lever;
  readonly of: Judged;
  readonly edits: readonly Edit[];
  readonly sized: Sized;
  readonly sizing: SizingOptions;
  /** The edits with another number of replicas. */
  readonly editsFor: (replicas: number) => readonly Edit[];
}

/** Applies edits and simulates in full; `undefined` where they do not fit. */
export type Verify = (edits: readonly Edit[]) => Promise<{ result: SimulationResult; found: Found } | undefined>;
type Found = ReturnType<typeof violations>;

/** Times that a fleet which proved too small in full is enlarged. */
const ROUNDS = 12;

/**
 * Trials are short: where the full simulation finds a fleet too small after all, it gets a replica more and the cheapest is chosen anew.
 *
 * @returns `null` when no choice meets every constraint
 */
export async function verifyTogether(
  services: readonly string[],
  candidates: readonly Candidate[],
  verify: Verify,
): Promise<{ readonly edits: readonly Edit[]; readonly result: SimulationResult } | null> {
  let left = candidates;
  for (let round = 0; round < ROUNDS; round++) {
    const picks = services.flatMap((service) => cheapest(left.filter(({ of }) => of.service === service)) ?? []);
    const edits = picks.flatMap((pick) => pick.edits);
    const verified = await verify(edits);
    if (!verified) return null;
    if (verified.found.length === 0) return { edits, result: verified.result };
    const small = picks.filter(({ of }) => isTooSmall(verified.found.filter(({ what }) => isAbout(what, of))));
    if (small.length === 0) return null;
    const grown = await Promise.all(small.map(enlarged));
    left = [...left.filter((each) => !small.includes(each)), ...grown];
  }
  return null;
}

/** The cheapest that meets its own constraints; a budget is everyone's, and others may make room in it. */
export function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined;
  for (const each of candidates) {
    if (each.sized.violations.some(({ what }) => what !== 'budget.monthly')) continue;
    if (!best || each.sized.result.cost.per_month_usd < best.sized.result.cost.per_month_usd) best = each;
  }
  return best;
}

async function enlarged(candidate: Candidate): Promise<Candidate> {
  const replicas = candidate.sized.replicas + 1;
  const sized = await tryReplicas(candidate.sized.world, candidate.sizing, replicas);
  return { ...candidate, sized, edits: candidate.editsFor(replicas) };
}

function isAbout(what: string, { service }: Judged): boolean {
  return what.startsWith(`services.${service}.`);
}
