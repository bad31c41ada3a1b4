/** A circuit breaker, the slow way: it keeps every end and looks at all of them each time. */
import type { CircuitSettings } from '../../../src/fleet/llm/circuit.js';
import { NaiveLevel } from './naiveMeter.js';

export class NaiveCircuit {
  generation = 0;
  opened = 0;
  readonly open: NaiveLevel;
  private state: 'closed' | 'open' | 'half open' = 'closed';
  private since = 0;
  private probes = 0;
  /** Ends of tries in the present state. */
  private ends: { readonly at: number; readonly failed: boolean }[] = [];

  constructor(
    private readonly settings: CircuitSettings,
    private readonly fromS: number,
  ) {
    this.open = new NaiveLevel(fromS);
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  lets(now: number): boolean {
    if (this.state === 'open' && now >= this.since + this.settings.openS) this.become('half open', now);
    if (this.state === 'half open') return this.probes < this.settings.probes && this.probes++ >= 0;
    return this.state === 'closed';
  }

  withdraw(): void {
    this.probes--;
  }

  ended(generation: number, failed: boolean, now: number): void {
    if (generation !== this.generation || this.state === 'open') return;
    this.ends.push({ at: now, failed });
    const { windowS, minTries, probes, failureShare } = this.settings;
    const counted = this.state === 'closed' ? this.ends.filter(({ at }) => at > now - windowS) : this.ends;
    if (counted.length < (this.state === 'closed' ? minTries : probes)) return;
    const failures = counted.filter((end) => end.failed).length;
    if (failures >= failureShare * counted.length) this.become('open', now);
    else if (this.state === 'half open') this.become('closed', now);
  }

  private become(state: NaiveCircuit['state'], now: number): void {
    this.open.change(now, (state === 'open' ? 1 : 0) - this.open.value);
    if (state === 'open' && now >= this.fromS) this.opened++;
    this.state = state;
    this.since = now;
    this.generation++;
    this.probes = 0;
    this.ends = [];
  }
}
