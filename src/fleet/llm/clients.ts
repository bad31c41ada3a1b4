/**
 * Clients of an open loop that do not wait for ever: a try that takes longer than the timeout is given up, and one that is given up, lost or
 * turned away is sent again after a pause, as often as `retries` says. Whoever has no try left ends without an answer: abandoned after a
 * timeout, failed after a loss, rejected by the gateway.
 *
 * What is given up is cancelled in its engine where the server notices that nobody listens; otherwise it goes on unseen, beside its own
 * retry, which is what retry storms are made of. A request is in the system from its first try on, pauses included; it is in the fleet
 * during its tries only. What could never be served is rejected for good (`Arrivals`): an error of the request is not tried again.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import type { Rejection } from './admissionControl.js';
import type { Circuit, CircuitSettings } from './circuit.js';
import type { Gate } from './gate.js';
import type { HedgeSettings, Hedges } from './hedges.js';
import type { LlmMetrics } from './metrics.js';
import type { Outcomes } from './outcomes.js';
import type { Placement } from './placement.js';
import type { RequestTable } from './requestTable.js';
import { AT_API, type TokenApi } from './tokenApi.js';
import type { Transfers } from './transfers.js';

export interface ClientSettings {
  /** Seconds that a try may take, the time outside the engine included; `Infinity` waits for ever. */
  readonly timeoutS: number;
  /** Tries after the first. */
  readonly retries: number;
  /** What is tried again. */
  readonly retriesOn: { readonly timeout: boolean; readonly failure: boolean; readonly rejection: boolean };
  /** Draws the pause before retry 1, 2, …; seconds. */
  readonly pauseS: (retry: number) => number;
  /** Whether the server stops what its client has given up. */
  readonly serverCancels: boolean;
  /** Their circuit breaker, which all of them share; none unless given. */
  readonly circuit?: CircuitSettings;
  /** When they send a second copy of a try; never unless given. */
  readonly hedge?: HedgeSettings;
}

/** The request is with its client. */
const PAUSING = -2;

export class Clients {
  /** Timeouts of tries and ends of pauses, by request. */
  readonly due = new Calendar();

  constructor(
    private readonly settings: ClientSettings,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly outcomes: Outcomes,
    private readonly placement: Placement,
    private readonly gate: Gate | undefined,
    private readonly circuit: Circuit | undefined,
    private readonly hedges: Hedges | undefined,
    private readonly transfers: Transfers | undefined,
    private readonly api: TokenApi | undefined,
  ) {}

  /** A try that the gateway has let in reaches the fleet, or the token API, now. */
  send(id: number): void {
    const { due, clock, settings, outcomes, placement, circuit } = this;
    if (circuit !== undefined) this.table.circuit[id] = circuit.generation;
    if (this.gate?.toApi) this.api!.send(id);
    else {
      placement.place(id);
      this.hedges?.watch(id);
    }
    // The answer must leave the engine early enough to be there in time.
    if (settings.timeoutS === Infinity) return;
    outcomes.leaveEngine(id, placement.groupOf(id));
    const left = settings.timeoutS - outcomes.outsideS;
    due.time = clock.now + (left > 0 ? left : 0);
    due.enter(id);
  }

  /** A try times out, or a pause ends. */
  act(): void {
    const id = this.due.pop();
    if (this.table.engine[id] === PAUSING) this.tryAgain(id);
    else this.timeOut(id);
  }

  private tryAgain(id: number): void {
    const { table, metrics, outcomes, gate } = this;
    if (outcomes.measuring) metrics.retries++;
    const why = gate?.refusal(table.promptTokens[id]! + table.outputTokens[id]!, table.tenant[id]!);
    table.away--;
    if (why === undefined) this.send(id);
    else this.refused(id, why);
  }

  private timeOut(id: number): void {
    const { table, metrics, outcomes, placement, settings, clock } = this;
    if (outcomes.measuring) metrics.timeouts++;
    this.circuit?.end(table.circuit[id]!, 1);
    if (settings.retriesOn.timeout && table.tries[id]! < settings.retries) {
      outcomes.leaveEngine(id, placement.groupOf(id));
      this.pause(table.again(id), clock.now + outcomes.outsideS);
    } else outcomes.unanswered(id, 'abandoned');
    table.giveUp(id);
    this.drop(id);
    if (this.hedges === undefined) return;
    this.hedges.forget(id);
    const copy = this.hedges.part(id);
    if (copy < 0) return;
    table.spare[copy] = 1;
    this.drop(copy);
  }

  /** Nobody waits for a request any more: it is cancelled where the server does that. */
  private drop(id: number): void {
    if (this.settings.serverCancels && this.cancel(id)) this.table.release(id);
  }

  /** A request has its first token: of two copies the other is not needed. */
  firstToken(id: number): void {
    const { table } = this;
    const hedges = this.hedges!;
    const other = hedges.part(id);
    if (table.unseen[id] === 0 || other >= 0) hedges.learn(id);
    if (other < 0) return;
    if (table.unseen[id] === 1) this.takePlace(id, other);
    table.spare[other] = 1;
    this.drop(other);
  }

  /** A copy goes on in the place of the try, whose client watches it from now on. */
  private takePlace(copy: number, id: number): void {
    const { due } = this;
    this.hedges!.swap(copy, id);
    if (!due.has(id)) return;
    due.time = due.timeOf(id);
    due.cancel(id);
    due.enter(copy);
  }

  /** Whether a request that nobody waits for is gone at once; else it goes when the step ends that computes it. */
  private cancel(id: number): boolean {
    const { transfers, placement, table, api } = this;
    if (table.engine[id] === AT_API) {
      api!.cancel(id);
      return true;
    }
    if (transfers === undefined || !transfers.has(id)) return placement.cancel(id);
    transfers.cancel(id);
    return true;
  }

  /** The gateway turns a try away; its client learns it at once. */
  refused(id: number, why: Rejection): void {
    const { table, metrics, outcomes, settings } = this;
    if (outcomes.measuring) metrics.refusals++;
    if (settings.retriesOn.rejection && this.triesOnceMore(id)) return;
    outcomes.refused(id, why);
    table.release(id);
  }

  /** Whether a failure that has lost one of two copies has left the other, which goes on alone. */
  goesOn(id: number): boolean {
    const other = this.hedges === undefined ? -1 : this.hedges.part(id);
    if (other < 0) return false;
    if (this.table.unseen[id] === 0) this.takePlace(other, id);
    return true;
  }

  /** A failure has lost a try; returns whether there will be another. */
  lost(id: number): boolean {
    this.due.cancel(id);
    this.hedges?.forget(id);
    this.circuit?.end(this.table.circuit[id]!, 1);
    return this.settings.retriesOn.failure && this.triesOnceMore(id);
  }

  private triesOnceMore(id: number): boolean {
    const { table, settings, clock } = this;
    if (table.tries[id]! >= settings.retries) return false;
    table.tries[id] = table.tries[id]! + 1;
    table.startAnew(id);
    this.pause(id, clock.now);
    return true;
  }

  /** A client has its answer: it does not watch the time any more. */
  completed(id: number): void {
    this.due.cancel(id);
    if (this.hedges !== undefined) this.hedges.forget(id);
    if (this.circuit !== undefined) this.circuit.end(this.table.circuit[id]!, 0);
  }

  /** The client has learnt at `fromS` that it must try again. */
  private pause(id: number, fromS: number): void {
    this.table.engine[id] = PAUSING;
    this.table.away++;
    this.due.schedule(id, fromS + this.settings.pauseS(this.table.tries[id]!));
  }
}
