/**
 * A pool whose machines are consolidated: at each look it finds machines that others can do without, takes them out of service (after the
 * machine that replaces them is up, where one does), and lets their replicas drain while the keeper of the fleet starts others elsewhere.
 *
 * A replica that moves is away for as long as the new one loads and starts, as with pods that are evicted; nothing that it had is lost.
 */
import type { FleetControl } from '../../llm/control.js';
import type { FleetKeeper } from '../keeper.js';
import type { Nodes } from '../nodes.js';
import { ClusterScaleDown } from './clusterScaleDown.js';
import { karpenterFinding } from './karpenter.js';
import type { Command, ConsolidationRules, Finding } from './rules.js';

/** Seconds between two looks: of Karpenter's disruption controller, and of the Cluster Autoscaler (`--scan-interval`). */
const LOOK_S = 10;
/** Karpenter looks again after so many seconds, and acts if it would decide the same. */
const VALIDATION_S = 15;

export interface ConsolidationCounts {
  /** Machines taken out because they were empty, and because others had room for their replicas. */
  removedEmpty: number;
  removedUnderutilized: number;
  /** Cheaper machines started in their place. */
  replacements: number;
  /** Replicas that had to move. */
  moved: number;
  /** Looks at which a budget alone stood in the way. */
  heldLooks: number;
}

export class Consolidator implements FleetKeeper {
  readonly counts: ConsolidationCounts = {
    removedEmpty: 0,
    removedUnderutilized: 0,
    replacements: 0,
    moved: 0,
    heldLooks: 0,
  };
  private nextLookAt = LOOK_S;
  private proposed: { readonly command: Command; readonly atS: number } | undefined;
  /** Commands whose replacement boots. */
  private waiting: { readonly command: Command; readonly machine: number; readonly atS: number }[] = [];
  private readonly find: (now: number) => Finding;

  constructor(
    private readonly keeper: FleetKeeper,
    private readonly rules: ConsolidationRules,
  ) {
    if (rules.kind === 'karpenter') this.find = (now) => karpenterFinding(rules, keeper.nodes, now);
    else {
      const scaleDown = new ClusterScaleDown(rules);
      this.find = (now) => scaleDown.find(keeper.nodes, now);
    }
  }

  get nodes(): Nodes {
    return this.keeper.nodes;
  }

  get nextAt(): number {
    const { keeper, proposed, waiting } = this;
    const actsAt = proposed ? proposed.atS : this.nextLookAt;
    return Math.min(keeper.nextAt, actsAt, ...waiting.map(({ atS }) => atS));
  }

  act(now: number, fleet: FleetControl): void {
    if (this.keeper.nextAt <= now) this.keeper.act(now, fleet);
    for (const { command, machine } of this.waiting.filter(({ atS }) => atS <= now)) {
      // The one in their place may be gone again: then they stay.
      if (this.nodes.view(machine)) this.evict(command, now, fleet);
      else this.nodes.uncordon(command.machines);
    }
    this.waiting = this.waiting.filter(({ atS }) => atS > now);
    if (this.proposed) {
      if (this.proposed.atS <= now) this.validate(this.proposed.command, now, fleet);
    } else if (this.nextLookAt <= now) this.look(now, fleet);
  }

  gone(index: number, now: number): void {
    this.keeper.gone(index, now);
  }

  replace(now: number, fleet: FleetControl): void {
    this.keeper.replace(now, fleet);
  }

  private look(now: number, fleet: FleetControl): void {
    this.nextLookAt = now + LOOK_S;
    const { command, heldByBudget } = this.find(now);
    if (heldByBudget) this.counts.heldLooks++;
    if (command === undefined) return;
    if (this.rules.kind === 'karpenter') this.proposed = { command, atS: now + VALIDATION_S };
    else this.execute(command, now, fleet);
  }

  /** The command is carried out if it is what would be decided still; a machine may have been taken into use meanwhile. */
  private validate(command: Command, now: number, fleet: FleetControl): void {
    this.proposed = undefined;
    this.nextLookAt = now + LOOK_S;
    const again = this.find(now).command;
    const isSame =
      again !== undefined &&
      again.reason === command.reason &&
      again.replacement === command.replacement &&
      command.machines.every((machine) => again.machines.includes(machine));
    if (isSame) this.execute(command, now, fleet);
  }

  private execute(command: Command, now: number, fleet: FleetControl): void {
    if (command.replacement === undefined) {
      this.evict(command, now, fleet);
      return;
    }
    const { id, readyAt } = this.nodes.startEmpty(command.replacement, now);
    this.counts.replacements++;
    this.nodes.cordon(command.machines, now);
    this.waiting.push({ command, machine: id, atS: readyAt });
  }

  /** The machines take nothing new; their replicas finish what they have, and others start elsewhere. */
  private evict({ reason, machines }: Command, now: number, fleet: FleetControl): void {
    const { counts, nodes } = this;
    if (reason === 'Empty') counts.removedEmpty += machines.length;
    else counts.removedUnderutilized += machines.length;
    const present = fleet.replicas.filter(({ state }) => state === 'starting' || state === 'ready');
    const on = new Set(nodes.cordon(machines, now));
    for (const { index } of present) {
      if (!on.has(index)) continue;
      counts.moved++;
      fleet.drain(index);
    }
    this.keeper.replace(now, fleet);
  }
}
