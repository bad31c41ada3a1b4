/** The sequences that an engine runs, in the order of their admission: a doubly linked list through the request table. */
import type { RequestTable } from './requestTable.js';

export const NONE = -1;

export class RunningOrder {
  count = 0;
  last = NONE;
  private first = NONE;

  constructor(
    private readonly table: RequestTable,
    /** Levels of priority; 1 makes all equal. */
    private readonly levels: number,
  ) {}

  append(id: number): void {
    const { table, last } = this;
    table.before[id] = last;
    table.after[id] = NONE;
    if (last === NONE) this.first = id;
    else table.after[last] = id;
    this.last = id;
    this.count++;
  }

  remove(id: number): void {
    const { table } = this;
    const before = table.before[id]!;
    const after = table.after[id]!;
    if (before === NONE) this.first = after;
    else table.after[before] = after;
    if (after === NONE) this.last = before;
    else table.before[after] = before;
    this.count--;
  }

  /**
   * Who gives way when memory runs out: of the least urgent, the one that was admitted last. Within a level they are admitted as they arrive,
   * unless the line is fair between tenants.
   */
  victim(): number {
    if (this.levels === 1) return this.last;
    const { before, priority } = this.table;
    let worst = this.last;
    for (let id = before[worst]!; id !== NONE && priority[worst]! < this.levels - 1; id = before[id]!) {
      if (priority[id]! > priority[worst]!) worst = id;
    }
    return worst;
  }

  /** All ids, oldest first. */
  ids(): number[] {
    const ids: number[] = [];
    for (let id = this.first; id !== NONE; id = this.table.after[id]!) ids.push(id);
    return ids;
  }

  clear(): void {
    this.count = 0;
    this.first = this.last = NONE;
  }
}
