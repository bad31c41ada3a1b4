/**
 * What the Cluster Autoscaler would remove now: empty machines (ten at once at most), or one whose replicas find places on others, once it
 * has not been needed for a while and no machine was started lately.
 */
import { isBelowThreshold } from '../../autoscalers/clusterAutoscaler.js';
import type { MachineView, Nodes } from '../nodes.js';
import type { ClusterAutoscalerRules, Finding } from './rules.js';

/** `--max-empty-bulk-delete` (FAQ of kubernetes/autoscaler, read 2026-11). */
const MOST_EMPTY = 10;

export class ClusterScaleDown {
  /** Since when each machine has not been needed, by id. */
  private unneededSince = new Map<number, number>();

  constructor(private readonly rules: ClusterAutoscalerRules) {}

  /** Called once a scan. */
  find(nodes: Nodes, now: number): Finding {
    const { rules } = this;
    const all = nodes.views;
    const staying = all.filter(({ readyAt, isLeaving, isCordoned }) => readyAt <= now && !isLeaving && !isCordoned);
    const unneeded = staying.filter((machine) => this.isUnneeded(machine, staying));
    this.unneededSince = new Map(unneeded.map(({ id }) => [id, this.unneededSince.get(id) ?? now]));
    const lastStart = Math.max(-Infinity, ...all.map(({ startedAt }) => (startedAt > 0 ? startedAt : -Infinity)));
    if (now < lastStart + rules.delayAfterAddS) return { heldByBudget: false };
    const due = unneeded.filter(({ id }) => this.unneededSince.get(id)! + rules.unneededS <= now);
    const empty = due.filter(({ replicas }) => replicas === 0).slice(0, MOST_EMPTY);
    if (empty.length > 0)
      return { command: { reason: 'Empty', machines: empty.map(({ id }) => id) }, heldByBudget: false };
    // One that is not empty at a time: the next waits until it is gone.
    if (all.some(({ isCordoned }) => isCordoned)) return { heldByBudget: false };
    const [next] = due.sort((a, b) => a.replicas - b.replicas || a.startedAt - b.startedAt || a.id - b.id);
    return next === undefined
      ? { heldByBudget: false }
      : { command: { reason: 'Underutilized', machines: [next.id] }, heldByBudget: false };
  }

  /** Little of it is requested, and what it has could move. */
  private isUnneeded(machine: MachineView, staying: readonly MachineView[]): boolean {
    const { rules } = this;
    const use = {
      cpuUtilization: 0,
      memoryUtilization: 0,
      gpuUtilization: machine.replicas * rules.shares[machine.type]!,
    };
    if (machine.places === 0 && machine.replicas > 0) return false;
    if (!isBelowThreshold(use, { utilization: rules.threshold, gpuUtilization: rules.threshold })) return false;
    const others = staying.filter(({ id }) => id !== machine.id);
    return machine.replicas <= others.reduce((sum, { places, replicas }) => sum + Math.max(0, places - replicas), 0);
  }
}
