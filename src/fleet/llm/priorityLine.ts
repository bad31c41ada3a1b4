/** A waiting line ordered by (priority, arrival): one line for each level, of which the first that is not empty is served. */
import type { RequestTable } from './requestTable.js';
import type { Line } from './waitingLine.js';

export class PriorityLine implements Line {
  length = 0;
  private readonly lines: readonly Line[];

  constructor(
    levels: number,
    private readonly table: RequestTable,
    lineOfLevel: () => Line,
  ) {
    this.lines = Array.from({ length: levels }, lineOfLevel);
  }

  pushBack(id: number): boolean {
    const level = this.table.priority[id]!;
    this.length++;
    return this.lines[level]!.pushBack(id) && this.firstLevel() === level;
  }

  pushFront(id: number): void {
    this.length++;
    this.lines[this.table.priority[id]!]!.pushFront(id);
  }

  peekFront(): number {
    return this.lines[this.firstLevel()]!.peekFront();
  }

  popFront(): number {
    this.length--;
    return this.lines[this.firstLevel()]!.popFront();
  }

  remove(id: number): boolean {
    const found = this.lines[this.table.priority[id]!]!.remove(id);
    if (found) this.length--;
    return found;
  }

  private firstLevel(): number {
    let level = 0;
    while (level < this.lines.length - 1 && this.lines[level]!.length === 0) level++;
    return level;
  }
}
