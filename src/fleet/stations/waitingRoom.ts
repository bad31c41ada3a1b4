import { Line, type RequestTable } from './requestTable.js';
import type { StationDiscipline } from './types.js';

/** How a discipline orders the waiting: which line a request joins, at which end, and whether it may interrupt a service. */
export interface OrderPolicy {
  readonly byClass: boolean;
  readonly newest: boolean;
  readonly interrupts: boolean;
}

export const ORDER_POLICIES: Readonly<Record<Exclude<StationDiscipline, 'ps'>, OrderPolicy>> = {
  fcfs: { byClass: false, newest: false, interrupts: false },
  lcfs: { byClass: false, newest: true, interrupts: false },
  'preemptive-lcfs': { byClass: false, newest: true, interrupts: true },
  priority: { byClass: true, newest: false, interrupts: false },
  'preemptive-priority': { byClass: true, newest: false, interrupts: true },
};

/** The waiting requests of a station, in the order of its policy. */
export class WaitingRoom {
  private readonly lines: readonly Line[];
  length = 0;

  constructor(
    private readonly policy: OrderPolicy,
    private readonly table: RequestTable,
    classes: number,
  ) {
    this.lines = Array.from({ length: policy.byClass ? Math.max(1, classes) : 1 }, () => new Line());
  }

  join(id: number): void {
    this.length++;
    const line = this.lineOf(id);
    if (this.policy.newest) line.pushFront(this.table, id);
    else line.pushBack(this.table, id);
  }

  /** An interrupted request goes back to the head of its line. */
  rejoin(id: number): void {
    this.length++;
    this.lineOf(id).pushFront(this.table, id);
  }

  leave(id: number): void {
    this.length--;
    this.lineOf(id).remove(this.table, id);
  }

  /** Takes the next request to serve, −1 when nobody waits. */
  take(): number {
    for (const line of this.lines) {
      const id = line.first();
      if (id < 0) continue;
      this.length--;
      line.remove(this.table, id);
      return id;
    }
    return -1;
  }

  private lineOf(id: number): Line {
    return this.lines.length === 1 ? this.lines[0]! : this.lines[this.table.cls[id]!]!;
  }
}
