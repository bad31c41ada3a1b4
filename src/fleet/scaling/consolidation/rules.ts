/** How a pool's machines are consolidated: which rules, and what they weigh. */
import type { Budget } from '../../autoscalers/karpenter/budgets.js';

export type KarpenterPolicy = 'WhenEmpty' | 'WhenEmptyOrUnderutilized' | 'Balanced';

/** Karpenter's disruption controller (karpenter.sh, concepts/disruption, v1.15, read 2026-11). */
export interface KarpenterRules {
  readonly kind: 'karpenter';
  /** Price of a machine by instance type, USD an hour; `undefined` where it is not known. */
  readonly prices: readonly (number | undefined)[];
  readonly policy: KarpenterPolicy;
  /** Seconds without a replica coming or going before a machine is a candidate (`consolidateAfter`). */
  readonly afterS: number;
  readonly budgets: readonly Budget[];
  /** Wall clock (epoch milliseconds) at time 0 of the run, for budgets with a schedule. */
  readonly originMs: number;
}

/** The Kubernetes Cluster Autoscaler's scale-down (FAQ of kubernetes/autoscaler, read 2026-11). */
export interface ClusterAutoscalerRules {
  readonly kind: 'cluster-autoscaler';
  /** Share of a machine that one replica requests, by instance type, 0–1. */
  readonly shares: readonly number[];
  /** A machine that is less used is not needed (`--scale-down-gpu-utilization-threshold`), 0–1. */
  readonly threshold: number;
  /** Seconds for which it must not be needed (`--scale-down-unneeded-time`). */
  readonly unneededS: number;
  /** Seconds after the last start of a machine without a look (`--scale-down-delay-after-add`). */
  readonly delayAfterAddS: number;
}

export type ConsolidationRules = KarpenterRules | ClusterAutoscalerRules;

export type Reason = 'Empty' | 'Underutilized';

/** Machines to be taken out, and the instance type that is started in their place, where one is. */
export interface Command {
  readonly reason: Reason;
  readonly machines: readonly number[];
  readonly replacement?: number;
}

/** What a look came to: a command, or whether only a budget stood in the way. */
export interface Finding {
  readonly command?: Command;
  readonly heldByBudget: boolean;
}
