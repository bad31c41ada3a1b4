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

export interface Verified {
  readonly edits: readonly Edit[];
  readonly result: SimulationResult;
}

/** Times that a fleet which proved too small in full is enlarged. */
const ROUNDS = 12;

/**
 * Trials are short: where the full simulation finds a fleet too small after all, it gets a replica more and the cheapest is chosen anew;
 * where it has a replica too many, that one goes.
 *
 * @returns `null` when no choice meets every constraint
 */
export async function verifyTogether(
  services: readonly string[],
  candidates: readonly Candidate[],
  verify: Verify,
): Promise<Verified | null> {
  let left = candidates;
  for (let round = 0; round < ROUNDS; round++) {
    const picks = services.flatMap((service) => {
      const own = left.filter(({ of }) => of.service === service);
      return cheapest(own) ?? cheapestOf(own, isTooLarge) ?? [];
    });
    const edits = picks.flatMap((pick) => pick.edits);
    const verified = await verify(edits);
    if (!verified) return null;
    if (verified.found.every(isTooLarge)) return trimmed(picks, edits, verified, verify);
    const small = picks.filter(({ of }) => isTooSmall(verified.found.filter(({ what }) => isAbout(what, of))));
    if (small.length === 0) return null;
    // What an autoscaler does not manage is not a matter of one replica more.
    const grown = await Promise.all(small.filter(({ sized }) => !sized.varies).map(enlarged));
    left = [...left.filter((each) => !small.includes(each)), ...grown];
  }
  return null;
}

/**
 * Takes replicas away one by one while everything but budget and quota still holds in full and costs less.
 *
 * @returns the smallest fleet within both; `null` where there is none
 */
async function trimmed(
  picks: readonly Candidate[],
  given: readonly Edit[],
  { result, found }: { readonly result: SimulationResult; readonly found: Found },
  verify: Verify,
): Promise<Verified | null> {
  const replicas = picks.map((pick) => pick.sized.replicas);
  let best = found.length === 0 ? { edits: given, result } : null;
  let usd = result.cost.per_month_usd;
  for (const i of picks.keys()) {
    while (replicas[i]! > 1 && !picks[i]!.sized.varies) {
      const fewer = replicas.map((each, j) => (j === i ? each - 1 : each));
      const edits = picks.flatMap((pick, j) => pick.editsFor(fewer[j]!));
      const tried = await verify(edits);
      if (!tried?.found.every(isTooLarge) || tried.result.cost.per_month_usd >= usd) break;
      replicas[i]! -= 1;
      usd = tried.result.cost.per_month_usd;
      if (tried.found.length === 0) best = { edits, result: tried.result };
    }
  }
  return best;
}

/** The cheapest that meets its own constraints; a budget is everyone's, and others may make room in it. */
export function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  return cheapestOf(candidates, isBudget);
}

function cheapestOf(
  candidates: readonly Candidate[],
  isAllowed: (violation: Found[number]) => boolean,
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const each of candidates) {
    if (!each.sized.violations.every(isAllowed)) continue;
    if (!best || each.sized.result.cost.per_month_usd < best.sized.result.cost.per_month_usd) best = each;
  }
  return best;
}

async function enlarged(candidate: Candidate): Promise<Candidate> {
  const replicas = candidate.sized.replicas + 1;
  const sized = await tryReplicas(candidate.sized.world, candidate.sizing, replicas);
  return { ...candidate, sized, edits: candidate.editsFor(replicas) };
}

const isBudget = ({ what }: Found[number]): boolean => what === 'budget.monthly';
/** Fewer replicas mend it: a trial is short, and may have asked for one too many. */
const isTooLarge = (each: Found[number]): boolean => isBudget(each) || each.what.endsWith('.quota');

function isAbout(what: string, { service }: Judged): boolean {
  return what.startsWith(`services.${service}.`);
}
