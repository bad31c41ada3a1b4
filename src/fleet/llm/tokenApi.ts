/**
 * A managed token API beside the fleet: takes requests that would find too many waiting, or that the gateway would turn away because the
 * fleet is full. It answers each in a stated time, whatever else it has to do, and is paid by token. A call that its client gives up is paid
 * in full. Rate limits hold for what goes to it, too.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import type { LlmMetrics } from './metrics.js';
import type { RequestTable } from './requestTable.js';

export interface TokenApiSettings {
  /** Requests that wait when it is asked instead. */
  readonly whenWaiting: number;
  /** Seconds to the first token, and between two tokens, as clients see them. */
  readonly ttftS: number;
  readonly tpotS: number;
}

/** The request is with the token API. */
export const AT_API = -3;

export class TokenApi {
  /** Ends of answers, by request. */
  readonly ends = new Calendar();

  constructor(
    private readonly settings: TokenApiSettings,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
  ) {}

  /** Whether so many wait that it is asked. */
  get isWanted(): boolean {
    return this.metrics.waiting.value >= this.settings.whenWaiting;
  }

  send(id: number): void {
    const { ends, clock, table, settings } = this;
    table.engine[id] = AT_API;
    table.away++;
    table.admittedAt[id] = clock.now;
    table.firstTokenAt[id] = clock.now + settings.ttftS;
    ends.time = clock.now + settings.ttftS + settings.tpotS * (table.outputTokens[id]! - 1);
    ends.enter(id);
  }

  /** The request whose answer ends next. */
  pop(): number {
    const id = this.ends.pop();
    this.leave(id);
    return id;
  }

  /** Its client has given a call up. */
  cancel(id: number): void {
    this.ends.cancel(id);
    this.leave(id);
  }

  private leave(id: number): void {
    const { table, metrics } = this;
    table.away--;
    metrics.apiCalls++;
    metrics.apiInputTokens += table.promptTokens[id]!;
    metrics.apiOutputTokens += table.outputTokens[id]!;
  }
}
