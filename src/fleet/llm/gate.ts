/** What a try has to pass before it reaches a fleet: the circuit breaker of the clients, if they have one, then the gateway. */
import type { AdmissionControl, Rejection } from './admissionControl.js';
import type { Circuit } from './circuit.js';

export class Gate {
  constructor(
    private readonly circuit: Circuit | undefined,
    private readonly admission: AdmissionControl | undefined,
  ) {}

  /** @returns why a request, or a client's next try of it, is turned away; undefined lets it in */
  refusal(tokens: number, tenant: number): Rejection | undefined {
    const { circuit, admission } = this;
    if (circuit !== undefined && !circuit.lets()) return 'circuit_open';
    const why = admission === undefined ? undefined : admission.refusal(tokens, tenant);
    if (circuit === undefined || why === undefined) return why;
    if (why === 'rate_limit') circuit.withdraw();
    else circuit.end(circuit.generation, 1);
    return why;
  }

  /** Whether a second copy of a try is let in. */
  letsCopy(tokens: number, tenant: number): boolean {
    const { circuit, admission } = this;
    if (circuit !== undefined && !circuit.isClosed) return false;
    return admission === undefined || admission.refusal(tokens, tenant) === undefined;
  }
}
