/**
 * Keys and values on their way from engines that compute prompts to those that decode. An engine sends one request's after the other; the
 * memory that they had is free at once, as what is sent waits in buffers of its own. The first token is the prompt's (DistServe, OSDI 2024;
 * Splitwise, ISCA 2024), so it is not held up; the second waits for the transfer.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import type { Router } from './routing.js';

export interface HandOver {
  /** Chooses the engine that decodes, when the transfer ends. */
  readonly router: Router;
  /** Seconds before the first byte arrives, and for the keys and values of one token of the prompt. */
  readonly latencyS: number;
  readonly perTokenS: number;
}

export class Transfers {
  /** Ends of transfers, by request. */
  readonly ends = new Calendar();
  /** When an engine has sent all that it has to send, by its index. */
  private readonly freeAt: number[] = [];

  constructor(
    private readonly handOver: HandOver,
    private readonly clock: Clock,
  ) {}

  /** An engine sends what a request's prompt has left, from now on or when it has sent all that it has to send. */
  send(id: number, promptTokens: number, engine: number): void {
    const { latencyS, perTokenS } = this.handOver;
    const { freeAt, ends } = this;
    while (freeAt.length <= engine) freeAt.push(0);
    const sentAt = Math.max(this.clock.now, freeAt[engine]!) + perTokenS * promptTokens;
    freeAt[engine] = sentAt;
    ends.time = sentAt + latencyS;
    ends.enter(id);
  }

  has(id: number): boolean {
    return this.ends.has(id);
  }

  /** Nobody waits for what a request has left any more. What is on its way goes on: the link is not free sooner. */
  cancel(id: number): void {
    this.ends.cancel(id);
  }

  /** The request whose transfer ends next. */
  pop(): number {
    return this.ends.pop();
  }
}
