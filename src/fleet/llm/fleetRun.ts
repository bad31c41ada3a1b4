/**
 * A run of a fleet, event by event, in the order of (time, kind, engine): control, clients that wait, arrivals, ends of transfers, then of
 * steps.
 *
 * A request's way: it comes from the source (`Arrivals`), is given to an engine (`Placement`), which answers it (`LlmEngine`), and is
 * counted (`Outcomes`).
 */
import { Calendar } from '../../kernel/calendar.js';
import { Clock } from '../../kernel/clock.js';
import type { RequestSource } from '../../workload/source.js';
import { AdmissionControl } from './admissionControl.js';
import { Arrivals } from './arrivals.js';
import { Circuit } from './circuit.js';
import { Clients } from './clients.js';
import { LlmEngine } from './engine.js';
import type { LlmFleetConfig, LlmRun, LlmRunOptions } from './fleet.js';
import { Gate } from './gate.js';
import { Hedges } from './hedges.js';
import { checkConservation, checkLittle, checkProgress } from './invariants.js';
import { LlmMetrics } from './metrics.js';
import { Outcomes } from './outcomes.js';
import { pendingOf } from './pending.js';
import { Placement } from './placement.js';
import { ReplicaControl } from './replicaControl.js';
import { tokensRoom } from './replicaGroup.js';
import { Replicas } from './replicas.js';
import { RequestTable } from './requestTable.js';
import { TokenApi } from './tokenApi.js';
import { Transfers } from './transfers.js';

export class FleetRun {
  private readonly clock = new Clock();
  private readonly table = new RequestTable();
  private readonly metrics: LlmMetrics;
  private readonly outcomes: Outcomes;
  private readonly replicas: Replicas;
  /** Ends of the engines' steps, by engine. */
  private readonly calendar: Calendar;
  private readonly placement: Placement;
  private readonly transfers: Transfers | undefined;
  private readonly arrivals: Arrivals;
  private readonly control: ReplicaControl;
  private readonly clients: Clients | undefined;
  private readonly hedges: Hedges | undefined;
  private readonly gate: Gate | undefined;
  private readonly api: TokenApi | undefined;
  /** Whether engines stop what nobody waits for. */
  private readonly cancels: boolean;
  private readonly fromS: number;
  private readonly groupCount: number;
  private nextControl = Infinity;
  private nextProbe = Infinity;
  private carriedIn = 0;
  private events = 0;

  constructor(
    config: LlmFleetConfig,
    private readonly source: RequestSource,
    private readonly options: LlmRunOptions,
  ) {
    const { clock, table } = this;
    const { groups, origins, tenants } = config;
    const { controller, probe } = options;
    this.fromS = Math.max(0, options.warmupS);
    this.groupCount = groups.length;
    if (controller !== undefined) this.nextControl = controller.nextAt;
    if (probe !== undefined) this.nextProbe = probe.everyS;
    const metrics = new LlmMetrics(clock, options.batches, config.priority?.count ?? 1, {
      groups: groups.length + (config.tokenApi === undefined ? 0 : 1),
      origins: origins?.count ?? 0,
      tenants: tenants?.count ?? 0,
    });
    const outcomes = new Outcomes(clock, table, metrics, groups, origins, config.good, this.fromS, options.sink);
    const onFinished = (id: number, engine: LlmEngine): void => this.finished(id, engine);
    const onFirstToken = config.client?.hedge && ((id: number): void => this.clients!.firstToken(id));
    const make = (index: number, group: number): LlmEngine => {
      const { step, limits, role } = groups[group]!;
      const handsOver = role === 'prefill';
      return new LlmEngine(index, step, limits, clock, table, metrics, onFinished, group, handsOver, onFirstToken);
    };
    const perReplica = groups.map(({ enginesPerReplica = 1 }) => enginesPerReplica);
    const replicas = new Replicas(perReplica, make, (place, now, group) => controller?.gone?.(place, now, group));
    groups.forEach(({ engines }, group) => {
      for (let engine = 0; engine < engines; engine += perReplica[group]!) replicas.add(0, 0, group);
    });
    const calendar = new Calendar(Math.max(1, replicas.engines.length));
    const { router, handOver } = config;
    const placement = new Placement(router, handOver, groups, origins, replicas, calendar, table, metrics);
    this.metrics = metrics;
    this.outcomes = outcomes;
    this.replicas = replicas;
    this.calendar = calendar;
    this.placement = placement;
    this.transfers = handOver && new Transfers(handOver, clock);
    const admission = config.admission && new AdmissionControl(config.admission, clock, table, metrics);
    const circuit = config.client?.circuit && new Circuit(config.client.circuit, clock, metrics);
    this.api = config.tokenApi && new TokenApi(config.tokenApi, clock, table, metrics);
    const isOpen = admission === undefined && circuit === undefined && this.api === undefined;
    this.gate = isOpen ? undefined : new Gate(circuit, admission, this.api);
    const { gate } = this;
    const hedge = config.client?.hedge;
    this.hedges = hedge && new Hedges(hedge, clock, table, metrics, outcomes, placement, gate);
    this.clients =
      config.client &&
      new Clients(
        config.client,
        clock,
        table,
        metrics,
        outcomes,
        placement,
        gate,
        circuit,
        this.hedges,
        this.transfers,
        this.api,
      );
    this.cancels = config.client?.serverCancels ?? false;
    this.arrivals = new Arrivals(config, options, source, gate, table, metrics, outcomes);
    const onLost = (id: number): void => this.lost(id);
    this.control = new ReplicaControl(
      groups.map(tokensRoom),
      replicas,
      this.arrivals,
      placement,
      calendar,
      clock,
      table,
      metrics,
      onLost,
    );
  }

  /** Processes the next event; false when the run is over. A method, not a loop, so that its numbers stay in registers. */
  step(): boolean {
    const arrivalAt = this.source.time;
    const engineAt = this.calendar.earliest;
    const sentAt = this.transfers === undefined ? Infinity : this.transfers.ends.earliest;
    const apiAt = this.api === undefined ? Infinity : this.api.ends.earliest;
    const dueAt = this.clients === undefined ? Infinity : this.clients.due.earliest;
    const hedgeAt = this.hedges === undefined ? Infinity : this.hedges.due.earliest;
    const clientAt = dueAt <= hedgeAt ? dueAt : hedgeAt;
    const nextAt = arrivalAt <= engineAt ? arrivalAt : engineAt;
    const movesAt = sentAt < nextAt ? sentAt : nextAt;
    const comesAt = apiAt < movesAt ? apiAt : movesAt;
    const workAt = clientAt <= comesAt ? clientAt : comesAt;
    const isControl = this.nextControl <= workAt && (workAt < Infinity || this.controlMatters());
    const now = isControl ? this.nextControl : workAt;
    if (now > this.options.untilS || now === Infinity) return false;
    if (this.nextProbe <= now) this.probe(now);
    if (!this.outcomes.measuring && now >= this.fromS) this.startMeasuring();
    this.events++;
    this.clock.now = now;
    if (isControl) this.act();
    else if (clientAt > comesAt) {
      if (apiAt < movesAt) this.answeredByApi();
      else this.work(arrivalAt <= comesAt, sentAt <= engineAt);
    } else if (dueAt <= hedgeAt) this.clients!.act();
    else this.hedges!.act();
    return true;
  }

  /** What is not the clients' part: an arrival, or the end of a transfer, or the end of a step. */
  private work(arrives: boolean, isSent: boolean): void {
    if (arrives) this.arrive();
    else if (isSent) this.handOver();
    else this.completeStep(this.calendar.peekSlot());
  }

  /** Settles what is under way and checks what must hold. */
  end(): LlmRun {
    const { clock, fromS, metrics, options, replicas, table } = this;
    const endS = options.untilS === Infinity ? Math.max(clock.now, fromS) : options.untilS;
    if (!this.outcomes.measuring) this.startMeasuring();
    for (const engine of replicas.live) if (engine.endsAt > endS) engine.meter.settle(endS);
    checkProgress(replicas.live);
    checkConservation(metrics, this.carriedIn, table.inFlight);
    checkLittle(metrics, table, fromS, endS);
    return {
      metrics,
      servingS: replicas.servingS(endS),
      groups: replicas.retired.map((retired, group) => ({
        engines: replicas.live.filter((engine) => engine.group === group).map((engine) => engine.meter),
        retired,
        replicaSeconds: replicas.seconds(group, endS),
        placed: this.placement.placed[group]!,
      })),
      fromS,
      untilS: endS,
      inFlight: table.inFlight,
      pending: pendingOf(table, endS),
      carriedIn: this.carriedIn,
      events: this.events,
    };
  }

  /** Whether control goes on without work: a run without an end is over when there is none left, whatever a controller has in mind. */
  private controlMatters(): boolean {
    return this.nextControl < Infinity && (this.options.untilS < Infinity || this.placement.held.length > 0);
  }

  private arrive(): void {
    const { source } = this;
    if (source.startsContent) for (const engine of this.replicas.live) engine.kv.forget(source.contentKey);
    const id = this.arrivals.take();
    if (id < 0) return;
    const { refused } = this.arrivals;
    if (this.clients === undefined) {
      if (this.gate?.toApi) this.api!.send(id);
      else this.placement.place(id);
    } else if (refused === undefined) this.clients.send(id);
    else this.clients.refused(id, refused);
  }

  private completeStep(slot: number): void {
    const engine = this.replicas.engines[slot]!;
    engine.complete();
    if (engine.endsAt === Infinity) {
      this.calendar.cancel(slot);
      this.replicas.goIfDrained(slot, this.clock.now);
    } else {
      this.calendar.time = engine.endsAt;
      this.calendar.enter(slot, slot);
    }
  }

  /** The keys and values of a prompt have arrived where requests are decoded. */
  private handOver(): void {
    const id = this.transfers!.pop();
    this.table.withKv[id] = 1;
    this.placement.place(id);
  }

  /**
   * A request has its last token: who asked has the answer when it is outside the engine, too. Or its prompt is computed, and it goes on
   * elsewhere.
   */
  private finished(id: number, engine: LlmEngine): void {
    const { table } = this;
    const isCancelled = table.unseen[id] === 1 && this.cancels;
    if (table.done[id]! < table.steps[id]! && !isCancelled) {
      this.transfers!.send(id, table.promptTokens[id]!, engine.index);
      return;
    }
    if (table.unseen[id]) {
      this.hedges?.spent(id);
      table.release(id);
      return;
    }
    this.answered(id, engine.index, engine.group);
  }

  /** The token API has given its last token. */
  private answeredByApi(): void {
    const id = this.api!.pop();
    if (this.table.unseen[id]) this.table.release(id);
    else this.answered(id, -1, this.groupCount);
  }

  private answered(id: number, engine: number, group: number): void {
    const { table, outcomes, source, clock } = this;
    this.clients?.completed(id);
    outcomes.completed(id, engine, group);
    if (table.user[id]! >= 0) {
      source.answeredAt = clock.now + outcomes.outsideS;
      source.answer(table.user[id]!);
    }
    table.release(id);
  }

  /** A failure has lost a request; who asked learns it at once, and may try again. */
  private lost(id: number): void {
    const { table, outcomes, source, clock } = this;
    if (!this.clients?.goesOn(id) && !table.unseen[id]) {
      if (this.clients?.lost(id)) return;
      outcomes.unanswered(id, 'failed');
      if (table.user[id]! >= 0) source.answered(table.user[id]!, clock.now);
    }
    table.release(id);
  }

  /** Replicas that have started take requests; then it is the controller's turn, if it is due. */
  private act(): void {
    const { replicas } = this;
    const { controller } = this.options;
    const { now } = this.clock;
    replicas.open(now);
    this.placement.placeHeld();
    if (controller !== undefined && controller.nextAt <= now) {
      controller.act(now, this.control);
      if (controller.nextAt <= now) throw new Error(`INV-control: the controller did not move on from ${now} s`);
    }
    this.nextControl = Math.min(replicas.nextReadyAt, controller === undefined ? Infinity : controller.nextAt);
  }

  /** Shows the number in system at each probe up to `now`; nothing has happened since the last event. */
  private probe(now: number): void {
    const { everyS, observe } = this.options.probe!;
    while (this.nextProbe <= now) {
      observe(this.metrics.inSystem.value);
      this.nextProbe += everyS;
    }
  }

  private startMeasuring(): void {
    this.outcomes.measuring = true;
    this.carriedIn = this.table.inFlight;
    this.metrics.restart(this.fromS);
    this.metrics.carryIn(this.table);
    this.replicas.restart(this.fromS);
  }
}
