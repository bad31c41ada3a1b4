/** A disaster by appointment, and what came of it. */
export interface FleetDrill {
  /** As it was asked for. */
  readonly name: string;
  /** `traffic-spike` is only watched here: the requests are made elsewhere. */
  readonly kind: 'zone-loss' | 'spot-drought' | 'stock-out' | 'traffic-spike';
  /** Seconds of the run; `endS` may be `Infinity`. */
  readonly startS: number;
  readonly endS: number;
}

export interface DrillRecord {
  readonly name: string;
  /** Replicas and requests that were lost to it. */
  readonly replicasLost: number;
  readonly requestsLost: number;
  /**
   * Seconds until the fleet was as before: as many replicas ready, and no more requests waiting than the most of the minute before. Counted
   * from the start, for a traffic spike from its end; `null` when it was not by the end of the run.
   */
  readonly recoveredAfterS: number | null;
}
