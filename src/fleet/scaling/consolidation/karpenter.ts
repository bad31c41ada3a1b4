/**
 * What Karpenter would consolidate now: empty machines, then several at once, then one, as far as the budgets allow. Replicas of a pool are
 * alike, so that its scheduling simulation is counting: they must find places on machines that are up, or on one cheaper machine.
 *
 * Source: karpenter.sh, concepts/disruption (v1.15); kubernetes-sigs/karpenter pkg/controllers/disruption (read 2026-11).
 */
import { allowedDisruptions } from '../../autoscalers/karpenter/budgets.js';
import { isBalancedMove } from '../../autoscalers/karpenter/consolidation.js';
import type { MachineView, Nodes } from '../nodes.js';
import type { Command, Finding, KarpenterRules, Reason } from './rules.js';

/** Candidates of one multi-node consolidation at most. */
const MOST_CANDIDATES = 100;

export function karpenterFinding(rules: KarpenterRules, nodes: Nodes, now: number): Finding {
  const all = nodes.views;
  const isQuiet = (machine: MachineView): boolean =>
    isUp(machine, now) && stays(machine) && machine.changedAt + rules.afterS <= now;
  const quiet = all.filter(isQuiet);
  const empty = quiet.filter(({ replicas }) => replicas === 0);
  let heldByBudget = false;
  if (empty.length > 0) {
    const allowed = allowance(rules, 'Empty', all, now);
    if (allowed > 0) return { command: commandOf('Empty', empty.slice(0, allowed)), heldByBudget: false };
    heldByBudget = true;
  }
  if (rules.policy === 'WhenEmpty') return { heldByBudget };
  // The fewer replicas it has, the less it disturbs; the longest-lived first.
  const candidates = quiet
    .filter(({ replicas, places }) => replicas > 0 && places > 0)
    .sort((a, b) => a.replicas - b.replicas || a.startedAt - b.startedAt || a.id - b.id)
    .slice(0, MOST_CANDIDATES);
  const move = (those: readonly MachineView[]): Command | undefined => moveOf(rules, nodes, all, those, now);
  const allowed = Math.min(candidates.length, allowance(rules, 'Underutilized', all, now));
  const several = mostAtOnce(candidates.slice(0, allowed), move);
  if (several) return { command: several, heldByBudget };
  for (const candidate of candidates) {
    const command = move([candidate]);
    if (command === undefined) continue;
    return allowed > 0 ? { command, heldByBudget } : { heldByBudget: true };
  }
  return { heldByBudget };
}

/** The most of the first candidates, two at least, that can go together: by bisection, as upstream. */
function mostAtOnce(
  candidates: readonly MachineView[],
  move: (those: readonly MachineView[]) => Command | undefined,
): Command | undefined {
  let found: Command | undefined;
  let low = 2;
  let high = candidates.length;
  while (low <= high) {
    const n = Math.floor((low + high) / 2);
    const command = move(candidates.slice(0, n));
    if (command) found = command;
    if (command) low = n + 1;
    else high = n - 1;
  }
  return found;
}

const commandOf = (reason: Reason, machines: readonly MachineView[]): Command => ({
  reason,
  machines: machines.map(({ id }) => id),
});

const isUp = ({ readyAt }: MachineView, now: number): boolean => readyAt <= now;
const stays = ({ isLeaving, isCordoned }: MachineView): boolean => !isLeaving && !isCordoned;

/** Machines that the budgets let go now: of those that are up, those that go already use them up. */
function allowance(rules: KarpenterRules, reason: Reason, all: readonly MachineView[], now: number): number {
  const up = all.filter((machine) => isUp(machine, now));
  const state = { totalNodes: up.length, deletingNodes: up.filter((machine) => !stays(machine)).length };
  return allowedDisruptions(rules.budgets, reason, state, rules.originMs + now * 1000);
}

/** How the replicas of some machines find other places: on those that are up, or with one cheaper machine beside them. */
function moveOf(
  rules: KarpenterRules,
  nodes: Nodes,
  all: readonly MachineView[],
  candidates: readonly MachineView[],
  now: number,
): Command | undefined {
  const ids = new Set(candidates.map(({ id }) => id));
  const others = all.filter((machine) => !ids.has(machine.id) && isUp(machine, now) && stays(machine));
  const free = total(others.map(({ places, replicas }) => Math.max(0, places - replicas)));
  const moved = total(candidates.map(({ replicas }) => replicas));
  const priceOf = ({ type }: MachineView): number | undefined => rules.prices[type];
  const known = all.every((machine) => priceOf(machine) !== undefined);
  const saved = known ? total(candidates.map((machine) => priceOf(machine)!)) : undefined;
  const isWorthIt = (spent: number): boolean => {
    if (rules.policy !== 'Balanced') return true;
    if (saved === undefined) return false;
    return isBalancedMove({
      savingsShare: (saved - spent) / total(all.map((machine) => priceOf(machine)!)),
      disruptionShare: moved / total(all.map(({ replicas }) => replicas)),
    });
  };
  if (moved <= free) return isWorthIt(0) ? commandOf('Underutilized', candidates) : undefined;
  // Spot is not replaced by spot while the feature gate is off, as it is by default.
  if (saved === undefined || candidates.some(({ isSpot }) => isSpot)) return undefined;
  let best: number | undefined;
  for (const [type, price] of rules.prices.entries()) {
    if (price === undefined || price >= saved || moved - free > nodes.placesOf(type) || !nodes.canStart(type)) continue;
    // A new machine like one of those that go would do no more than that one does.
    if (candidates.some((machine) => machine.type === type)) continue;
    if (best === undefined || price < rules.prices[best]!) best = type;
  }
  if (best === undefined || !isWorthIt(rules.prices[best]!)) return undefined;
  return { ...commandOf('Underutilized', candidates), replacement: best };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
