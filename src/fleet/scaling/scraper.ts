/**
 * Metrics as a control loop gets them: scraped at intervals, so always of the past, and rates over a window. Between scrapes the last value
 * stands.
 */
import type { FleetControl, ReplicaView } from '../llm/control.js';
import type { MetricReading } from './readings.js';

export interface ScrapeSettings {
  /** Seconds between two scrapes. */
  readonly everyS: number;
  /** Gauges are averaged, and rates counted, over this many seconds; 0: gauges as last scraped, rates between two scrapes. */
  readonly windowS: number;
}

interface Sample {
  readonly atS: number;
  readonly arrived: number;
  /** By reading; null where no replica exports it. */
  readonly values: readonly (number | null)[];
}

export class Scraper {
  private samples: Sample[] = [];
  /** Busy seconds of each replica at the last scrape, by its index. */
  private busyBefore = new Map<number, number>();
  private lastAt = 0;
  private arrivedBefore = 0;

  constructor(
    private readonly readings: readonly MetricReading[],
    private readonly settings: ScrapeSettings,
    /** Engines of one replica: a replica is fully busy when all of them are. */
    private readonly enginesPerReplica: number,
  ) {}

  /** @param spare replicas beyond what the policy wants, which it must not see: the load is taken to be on the others */
  scrape(now: number, fleet: FleetControl, spare = 0): void {
    const exporting = fleet.replicas.filter(({ state }) => state === 'ready' || state === 'draining');
    const spanS = now - this.lastAt;
    const busy = new Map<number, number>();
    for (const { index, busyS } of exporting) {
      // A new replica in an old place starts from nothing; so does measurement.
      const before = this.busyBefore.get(index) ?? 0;
      const seconds = busyS >= before ? busyS - before : busyS;
      busy.set(index, spanS > 0 ? Math.min(1, seconds / spanS / this.enginesPerReplica) : 0);
    }
    const arrived = fleet.arrived >= this.arrivedBefore ? fleet.arrived - this.arrivedBefore : fleet.arrived;
    const values = this.readings.map((reading) => this.read(reading, exporting, busy, fleet, arrived, spanS, spare));
    this.samples.push({ atS: now, arrived, values });
    this.arrivedBefore = fleet.arrived;
    this.busyBefore = new Map(exporting.map(({ index, busyS }) => [index, busyS]));
    this.lastAt = now;
    while (this.samples.length > 1 && this.samples[0]!.atS <= now - this.settings.windowS) this.samples.shift();
  }

  /** What a look at the metrics says now, by the names under which the policy observes them. */
  observed(): Record<string, number | null> {
    const found: Record<string, number | null> = {};
    for (const [i, { observedAs }] of this.readings.entries()) {
      const known = this.samples.flatMap(({ values }) => values[i] ?? []);
      const last = this.samples.at(-1)?.values[i] ?? null;
      found[observedAs] = last === null ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
    }
    return found;
  }

  private read(
    { signal, scale, aggregation, atGateway, nullWhenAbsent }: MetricReading,
    exporting: readonly ReplicaView[],
    busy: ReadonlyMap<number, number>,
    fleet: FleetControl,
    arrived: number,
    spanS: number,
    spare: number,
  ): number | null {
    const each = exporting.map((replica) => gaugeOf(signal, replica, busy));
    const n = each.length - Math.min(spare, each.length - 1);
    if (signal === 'rate') {
      const perS = spanS > 0 ? arrived / spanS : 0;
      if (aggregation === 'total') return scale * perS;
      return each.length > 0 ? (scale * perS) / n : null;
    }
    const held = atGateway && signal !== 'kv' && signal !== 'busy' ? fleet.held : 0;
    if (each.length === 0 && nullWhenAbsent && held === 0) return null;
    const total = each.reduce((sum, value) => sum + value, 0) + held;
    if (aggregation === 'total') return scale * total;
    if (aggregation === 'max') return scale * Math.max(0, ...each);
    if (each.length === 0) return scale * total;
    const mean = total / n;
    // A share of a replica is at most all of it.
    return scale * (spare > 0 && (signal === 'kv' || signal === 'busy') ? Math.min(1, mean) : mean);
  }
}

function gaugeOf(signal: MetricReading['signal'], replica: ReplicaView, busy: ReadonlyMap<number, number>): number {
  switch (signal) {
    case 'waiting':
      return replica.waiting;
    case 'running':
      return replica.running;
    case 'in-flight':
      return replica.waiting + replica.running;
    case 'kv':
      return replica.tokensRoom > 0 ? replica.tokensHeld / replica.tokensRoom : 0;
    case 'busy':
      return busy.get(replica.index) ?? 0;
    case 'rate':
      return 0;
  }
}
