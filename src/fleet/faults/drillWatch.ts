/** Watches a fleet through a drill, to say when it has recovered. */
import type { FleetControl } from '../llm/control.js';
import type { DrillRecord, FleetDrill } from './drill.js';

/** Seconds between two looks, and looks before the drill that say what is usual. */
const EVERY_S = 1;
const LOOKS_BEFORE = 60;

export class DrillWatch {
  nextAt: number;
  replicasLost = 0;
  requestsLost = 0;
  private mostWaiting = 0;
  private readyBefore = 0;
  private recoveredAt: number | null = null;

  constructor(readonly drill: FleetDrill) {
    this.nextAt = Math.max(0, drill.startS - LOOKS_BEFORE * EVERY_S);
  }

  /** Called whenever the fleet is looked at; before what a drill does at the same moment. */
  look(now: number, fleet: FleetControl): void {
    if (this.nextAt > now) return;
    const ready = fleet.replicas.filter(({ state }) => state === 'ready').length;
    const { startS } = this.drill;
    if (now <= startS) {
      this.mostWaiting = Math.max(this.mostWaiting, fleet.waiting);
      this.readyBefore = ready;
      this.nextAt = now < startS ? Math.min(startS, now + EVERY_S) : this.countsFrom + EVERY_S;
    } else if (ready >= this.readyBefore && fleet.waiting <= this.mostWaiting) {
      this.recoveredAt = now;
      this.nextAt = Infinity;
    } else this.nextAt = now + EVERY_S;
  }

  record(): DrillRecord {
    const { drill, replicasLost, requestsLost, recoveredAt } = this;
    const recoveredAfterS = recoveredAt === null ? null : recoveredAt - this.countsFrom;
    return { name: drill.name, replicasLost, requestsLost, recoveredAfterS };
  }

  private get countsFrom(): number {
    const { kind, startS, endS } = this.drill;
    return kind === 'traffic-spike' ? endS : startS;
  }
}
