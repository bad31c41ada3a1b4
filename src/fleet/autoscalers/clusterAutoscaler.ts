/** Rules of the Kubernetes Cluster Autoscaler (FAQ in kubernetes/autoscaler, read 2026). */
export interface NodeUse {
  /** Requested share of the allocatable amount, 0–1. */
  readonly cpuUtilization: number;
  readonly memoryUtilization: number;
  /** Null: the node has no GPU. On GPU nodes only this share counts. */
  readonly gpuUtilization: number | null;
}

export interface ScaleDownThresholds {
  readonly utilization: number;
  readonly gpuUtilization: number;
}

/** `--scale-down-utilization-threshold` and its GPU twin. */
export const SCALE_DOWN_DEFAULTS: ScaleDownThresholds = { utilization: 0.5, gpuUtilization: 0.5 };

/** A node's utilisation: the larger of CPU and memory, or the GPU's where it has one. */
export function nodeUtilization(node: NodeUse): number {
  return node.gpuUtilization ?? Math.max(node.cpuUtilization, node.memoryUtilization);
}

/** Whether a node is a candidate for removal: strictly below its threshold. */
export function isBelowThreshold(node: NodeUse, thresholds: ScaleDownThresholds = SCALE_DOWN_DEFAULTS): boolean {
  return nodeUtilization(node) < (node.gpuUtilization === null ? thresholds.utilization : thresholds.gpuUtilization);
}
