/** Replicas that come and go, the slow way: a list of what there is, asked anew each time. */
import type { ReplicaState, ReplicaView } from '../../../src/fleet/llm/control.js';
import type { NaiveEngine } from './naiveEngine.js';
import { NaiveLevel, type NaiveMeter } from './naiveMeter.js';
import type { NaiveRequest } from './naiveRequest.js';

interface Replica {
  state: ReplicaState;
  readonly addedAt: number;
  readonly readyAt: number;
  readonly group: number;
  readonly engines: readonly NaiveEngine[];
  /** What earlier engines at its indices had worked. */
  readonly busyBefore: number;
}

export class NaiveReplicas {
  private readonly places: Replica[] = [];
  private readonly anyServing: NaiveLevel;
  private readonly levels: readonly Record<'provisioned' | 'ready' | 'draining' | 'serving', NaiveLevel>[];
  /** Engines made so far, old ones at used indices not counted twice. */
  private engineCount = 0;

  constructor(
    private readonly perReplica: readonly number[],
    private readonly fromS: number,
    private readonly meter: NaiveMeter,
    private readonly make: (index: number, group: number) => NaiveEngine,
  ) {
    this.anyServing = new NaiveLevel(fromS);
    this.levels = perReplica.map(() => ({
      provisioned: new NaiveLevel(fromS),
      ready: new NaiveLevel(fromS),
      draining: new NaiveLevel(fromS),
      serving: new NaiveLevel(fromS),
    }));
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

  add(now: number, readyAt: number, group: number): number {
    const free = this.places.findIndex((place) => place.state === 'gone' && place.group === group);
    const place = free < 0 ? this.places.length : free;
    const indices =
      free < 0
        ? Array.from({ length: this.perReplica[group]! }, () => this.engineCount++)
        : this.places[free]!.engines.map(({ index }) => index);
    const engines = indices.map((index) => this.make(index, group));
    const busyBefore = engines.reduce((sum, { index }) => sum + this.meter.busyS(index), 0);
    this.places[place] = { state: 'starting', addedAt: now, readyAt, group, engines, busyBefore };
    this.levels[group]!.provisioned.change(now, 1);
    if (readyAt <= now) this.open(now);
    return place;
  }

  open(now: number): void {
    for (const replica of this.places) {
      if (replica.state !== 'starting' || replica.readyAt > now) continue;
      replica.state = 'ready';
      this.levels[replica.group]!.ready.change(now, 1);
      this.count(now);
    }
  }

  drain(now: number, place: number): void {
    const replica = this.places[place];
    if (replica?.state === 'starting') this.go(replica, now);
    if (replica?.state !== 'ready') return;
    const levels = this.levels[replica.group]!;
    levels.ready.change(now, -1);
    levels.draining.change(now, 1);
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
    const levels = this.levels[replica.group]!;
    if (replica.state === 'ready' || replica.state === 'draining') levels[replica.state].change(now, -1);
    levels.provisioned.change(now, -1);
    replica.state = 'gone';
    this.count(now);
  }

  servingS(until: number): number {
    return this.anyServing.integral(until);
  }

  /** Whether anybody takes requests, by group. */
  private count(now: number): void {
    this.anyServing.change(now, (this.ready().length > 0 ? 1 : 0) - this.anyServing.value);
    this.levels.forEach(({ serving }, group) => {
      const takes = this.places.some((replica) => replica.group === group && replica.state === 'ready');
      serving.change(now, (takes ? 1 : 0) - serving.value);
    });
  }

  seconds(until: number): { provisioned: number; ready: number; draining: number; serving: number }[] {
    return this.levels.map(({ provisioned, ready, draining, serving }) => ({
      provisioned: provisioned.integral(until),
      ready: ready.integral(until),
      draining: draining.integral(until),
      serving: serving.integral(until),
    }));
  }

  views(now: number, tokensRooms: readonly number[]): ReplicaView[] {
    const total = (replica: Replica, of: (engine: NaiveEngine) => number): number =>
      replica.engines.reduce((sum, engine) => sum + of(engine), 0);
    const working = ({ step }: NaiveEngine): number => (step ? now - Math.max(step.startedAt, this.fromS) : 0);
    return this.places.flatMap((replica, index) =>
      replica.state === 'gone'
        ? []
        : [
            {
              index,
              group: replica.group,
              state: replica.state,
              addedAtS: replica.addedAt,
              waiting: total(replica, (engine) => engine.waiting.length),
              running: total(replica, (engine) => engine.running.length),
              tokensHeld: total(replica, (engine) => engine.tokensHeld()),
              tokensRoom: tokensRooms[replica.group]! * this.perReplica[replica.group]!,
              busyS: total(replica, (engine) => this.meter.busyS(engine.index) + working(engine)) - replica.busyBefore,
            },
          ],
    );
  }
}
