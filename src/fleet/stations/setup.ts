import type { Draw } from '../../kernel/variates.js';
import type { StationStatistics } from './statistics.js';

/** Sets the time at which the waking server of that number is ready; `Infinity` takes it back. */
export type ScheduleWaking = (server: number, time: number) => void;

/**
 * Servers that go cold as soon as they find nobody waiting (Gandhi, Harchol-Balter & Adan 2010, "setup" policy): one wakes for each waiting
 * request while cold ones are left, and when fewer wait than wake, the one that began last goes back to sleep.
 */
export class ColdServers {
  private readonly waking: number[] = [];
  private readonly unused: number[] = [];
  private made = 0;

  constructor(
    private readonly setup: Draw,
    private readonly statistics: StationStatistics,
    private readonly schedule: ScheduleWaking,
  ) {}

  /** Makes as many servers wake as there are waiting requests, at most `notBusy` of them. */
  match(time: number, waiting: number, notBusy: number): void {
    const { waking, statistics } = this;
    const wanted = Math.min(waiting, notBusy);
    while (waking.length < wanted) {
      const server = this.unused.pop() ?? this.made++;
      const length = this.setup();
      statistics.setup(length);
      waking.push(server);
      this.schedule(server, time + length);
    }
    while (waking.length > wanted) {
      const server = waking.pop()!;
      this.unused.push(server);
      this.schedule(server, Infinity);
    }
    statistics.settingUp = waking.length;
  }

  /** That server is awake. */
  woken(server: number): void {
    this.waking.splice(this.waking.indexOf(server), 1);
    this.unused.push(server);
    this.statistics.settingUp = this.waking.length;
  }
}
