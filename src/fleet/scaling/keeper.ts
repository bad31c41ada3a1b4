/** Who keeps a fleet at the size that it is to have. */
import type { FleetControl, FleetController } from '../llm/control.js';
import type { Nodes } from './nodes.js';

export interface FleetKeeper extends FleetController {
  /** The machines under the replicas. */
  readonly nodes: Nodes;
  /** Replicas are missing: starts others where there is a place. */
  replace(now: number, fleet: FleetControl): void;
  gone(index: number, now: number): void;
}
