/** llm-d Workload Variant Autoscaler, saturation analysis. Source: llm-d internal/saturation/analyzer.go (2026). */
export interface SaturationConfig {
  /** A replica at or above either threshold is saturated. */
  readonly kvCacheThreshold: number;
  readonly queueLengthThreshold: number;
  /** Mean spare capacity below either trigger asks for a replica. */
  readonly kvSpareTrigger: number;
  readonly queueSpareTrigger: number;
}

export const SATURATION_DEFAULTS: SaturationConfig = {
  kvCacheThreshold: 0.8,
  queueLengthThreshold: 5,
  kvSpareTrigger: 0.1,
  queueSpareTrigger: 3,
};

export interface ReplicaLoad {
  /** Absent: all replicas are of one variant. */
  readonly variant?: string;
  /** Fraction of the KV cache in use. */
  readonly kvCacheUsage: number;
  readonly queueLength: number;
}

export interface SaturationAnalysis {
  readonly totalReplicas: number;
  readonly nonSaturatedCount: number;
  /** Means over replicas that are not saturated; 0 if all are. */
  readonly avgSpareKv: number;
  readonly avgSpareQueue: number;
  readonly shouldScaleUp: boolean;
  readonly scaleDownSafe: boolean;
  readonly why: string;
}

/** With fewer free replicas than this the load of a removed one has nowhere to go. */
const MIN_FREE_FOR_SCALE_DOWN = 2;

/** Sums are formed variant by variant, in order of first appearance, as upstream does. */
export function analyseSaturation(replicas: readonly ReplicaLoad[], config: SaturationConfig): SaturationAnalysis {
  if (replicas.length === 0) {
    return {
      totalReplicas: 0,
      nonSaturatedCount: 0,
      avgSpareKv: 0,
      avgSpareQueue: 0,
      shouldScaleUp: false,
      scaleDownSafe: false,
      why: 'no replica reports',
    };
  }
  const variants = new Map<string, ReplicaLoad[]>();
  for (const replica of replicas) {
    const group = variants.get(replica.variant ?? '');
    if (group === undefined) variants.set(replica.variant ?? '', [replica]);
    else group.push(replica);
  }
  let free = 0;
  let spareKv = 0;
  let spareQueue = 0;
  for (const group of variants.values()) {
    const unsaturated = group.filter(
      (replica) => replica.kvCacheUsage < config.kvCacheThreshold && replica.queueLength < config.queueLengthThreshold,
    );
    if (unsaturated.length === 0) continue;
    let groupKv = 0;
    let groupQueue = 0;
    for (const replica of unsaturated) {
      groupKv += config.kvCacheThreshold - replica.kvCacheUsage;
      groupQueue += config.queueLengthThreshold - replica.queueLength;
    }
    free += unsaturated.length;
    spareKv += (groupKv / unsaturated.length) * unsaturated.length;
    spareQueue += (groupQueue / unsaturated.length) * unsaturated.length;
  }
  const avgSpareKv = free === 0 ? 0 : spareKv / free;
  const avgSpareQueue = free === 0 ? 0 : spareQueue / free;
  const lacksKv = avgSpareKv < config.kvSpareTrigger;
  const lacksQueue = avgSpareQueue < config.queueSpareTrigger;
  return {
    totalReplicas: replicas.length,
    nonSaturatedCount: free,
    avgSpareKv,
    avgSpareQueue,
    shouldScaleUp: lacksKv || lacksQueue,
    scaleDownSafe: isScaleDownSafe(free, avgSpareKv, avgSpareQueue, config),
    why: `spare KV ${avgSpareKv.toFixed(3)}${lacksKv ? ' is below' : ','} ${config.kvSpareTrigger}, spare queue ${avgSpareQueue.toFixed(1)}${lacksQueue ? ' is below' : ','} ${config.queueSpareTrigger}`,
  };
}

/** The load of one replica spread over the others must leave both spares at their triggers. */
function isScaleDownSafe(free: number, avgSpareKv: number, avgSpareQueue: number, config: SaturationConfig): boolean {
  if (free < MIN_FREE_FOR_SCALE_DOWN) return false;
  const factor = free / (free - 1);
  const kvAfter = (config.kvCacheThreshold - avgSpareKv) * factor;
  const queueAfter = (config.queueLengthThreshold - avgSpareQueue) * factor;
  return (
    config.kvCacheThreshold - kvAfter >= config.kvSpareTrigger &&
    config.queueLengthThreshold - queueAfter >= config.queueSpareTrigger
  );
}
