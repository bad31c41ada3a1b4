/** What a try has to pass before it reaches a fleet: the circuit breaker of the clients, if they have one, then the gateway. */
import type { AdmissionControl, Rejection } from './admissionControl.js';
import type { Circuit } from './circuit.js';
import type { TokenApi } from './tokenApi.js';

export class Gate {
  /** Whether what was let in last goes to the token API instead of the fleet. */
  toApi = false;

  constructor(
    private readonly circuit: Circuit | undefined,
    private readonly admission: AdmissionControl | undefined,
    private readonly api: TokenApi | undefined,
  ) {}

  /** @returns why a request, or a client's next try of it, is turned away; undefined lets it in */
  refusal(tokens: number, tenant: number): Rejection | undefined {
    const { circuit } = this;
    this.toApi = false;
    if (circuit !== undefined && !circuit.lets()) return 'circuit_open';
    const why = this.gateway(tokens, tenant);
    if (circuit === undefined || why === undefined) return why;
    if (why === 'rate_limit') circuit.withdraw();
    else circuit.end(circuit.generation, 1);
    return why;
  }

  private gateway(tokens: number, tenant: number): Rejection | undefined {
    const { admission, api } = this;
    if (api === undefined) return admission === undefined ? undefined : admission.refusal(tokens, tenant);
    const full = admission === undefined ? undefined : admission.full();
    this.toApi = api.isWanted || full !== undefined;
    return admission === undefined ? undefined : admission.limited(tokens, tenant);
  }

  /** Whether a second copy of a try is let in. */
  letsCopy(tokens: number, tenant: number): boolean {
    const { circuit, admission } = this;
    if (circuit !== undefined && !circuit.isClosed) return false;
    return admission === undefined || admission.refusal(tokens, tenant) === undefined;
  }
}
