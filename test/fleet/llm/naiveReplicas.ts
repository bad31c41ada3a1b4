/** Replicas that come and go, the slow way: a list of what there is, asked anew each time. */
import type { ReplicaState, ReplicaView } from '../../../src/fleet/llm/control.js';
import type { NaiveEngine } from './naiveEngine.js';
import { NaiveLevel, type NaiveMeter } from './naiveMeter.js';
import type { NaiveRequest } from './naiveRequest.js';

interface Replica {
  state: ReplicaState;
  readonly addedAt: number;
  readonly readyAt: number;
  readonly engines: readonly NaiveEngine[];
  /** What earlier engines at its indices had worked. */
  readonly busyBefore: number;
}

export class NaiveReplicas {
  private readonly places: Replica[] = [];
  private readonly levels: Record<'provisioned' | 'ready' | 'draining' | 'serving', NaiveLevel>;

  constructor(
    private readonly perReplica: number,
    private readonly fromS: number,
    private readonly meter: NaiveMeter,
    private readonly make: (index: number) => NaiveEngine,
  ) {
    this.levels = {
      provisioned: new NaiveLevel(fromS),
      ready: new NaiveLevel(fromS),
      draining: new NaiveLevel(fromS),
      serving: new NaiveLevel(fromS),
    };
  }

  private present(): Replica[] {
    return this.places.filter(({ state }) => state !== 'gone');
  }

  engines(): NaiveEngine[] {
    return this.present().flatMap(({ engines }) => engines);
  }

  ready(): NaiveEngine[] {
    return this.places.filter(({ state }) => state === 'ready').flatMap(({ engines }) => engines);
  }

  nextReadyAt(): number {
    const starting = this.places.filter(({ state }) => state === 'starting');
    return Math.min(Infinity, ...starting.map(({ readyAt }) => readyAt));
  }

  add(now: number, readyAt: number): number {
    const free = this.places.findIndex(({ state }) => state === 'gone');
    const place = free < 0 ? this.places.length : free;
    const engines = Array.from({ length: this.perReplica }, (_, i) => this.make(place * this.perReplica + i));
    const busyBefore = engines.reduce((sum, { index }) => sum + this.meter.busyS(index), 0);
    this.places[place] = { state: 'starting', addedAt: now, readyAt, engines, busyBefore };
    this.levels.provisioned.change(now, 1);
    if (readyAt <= now) this.open(now);
    return place;
  }

  open(now: number): void {
    for (const replica of this.places) {
      if (replica.state !== 'starting' || replica.readyAt > now) continue;
      replica.state = 'ready';
      this.levels.ready.change(now, 1);
      this.count(now);
    }
  }

  drain(now: number, place: number): void {
    const replica = this.places[place];
    if (replica?.state === 'starting') this.go(replica, now);
    if (replica?.state !== 'ready') return;
    this.levels.ready.change(now, -1);
    this.levels.draining.change(now, 1);
    replica.state = 'draining';
    this.count(now);
    this.goIfDrained(now);
  }

  goIfDrained(now: number): void {
    for (const replica of this.places) {
      if (replica.state === 'draining' && replica.engines.every(({ outstanding }) => outstanding === 0))
        this.go(replica, now);
    }
  }

  remove(now: number, place: number): NaiveRequest[] {
    const replica = this.places[place];
    if (!replica || replica.state === 'gone') return [];
    const lost = replica.engines.flatMap((engine) => engine.abandon(now));
    this.go(replica, now);
    return lost;
  }

  private go(replica: Replica, now: number): void {
    if (replica.state === 'ready' || replica.state === 'draining') this.levels[replica.state].change(now, -1);
    this.levels.provisioned.change(now, -1);
    replica.state = 'gone';
    this.count(now);
  }

  /** Whether anybody takes requests. */
  private count(now: number): void {
    const { serving } = this.levels;
    serving.change(now, (this.ready().length > 0 ? 1 : 0) - serving.value);
  }

  seconds(until: number): { provisioned: number; ready: number; draining: number; serving: number } {
    const { provisioned, ready, draining, serving } = this.levels;
    return {
      provisioned: provisioned.integral(until),
      ready: ready.integral(until),
      draining: draining.integral(until),
      serving: serving.integral(until),
    };
  }

  views(now: number, tokensRoom: number): ReplicaView[] {
    const total = (replica: Replica, of: (engine: NaiveEngine) => number): number =>
      replica.engines.reduce((sum, engine) => sum + of(engine), 0);
    const working = ({ step }: NaiveEngine): number => (step ? now - Math.max(step.startedAt, this.fromS) : 0);
    return this.places.flatMap((replica, index) =>
      replica.state === 'gone'
        ? []
        : [
            {
              index,
              state: replica.state,
              addedAtS: replica.addedAt,
              waiting: total(replica, (engine) => engine.waiting.length),
              running: total(replica, (engine) => engine.running.length),
              tokensHeld: total(replica, (engine) => engine.tokensHeld()),
              tokensRoom: tokensRoom * this.perReplica,
              busyS: total(replica, (engine) => this.meter.busyS(engine.index) + working(engine)) - replica.busyBefore,
            },
          ],
    );
  }
}
