/** What must hold at the end of every run; a breach is a defect of the simulator. */
import type { LlmEngine } from './engine.js';
import type { LlmMetrics } from './metrics.js';
import type { RequestTable } from './requestTable.js';

/** INV-progress: an engine with requests is never idle. */
export function checkProgress(engines: readonly LlmEngine[]): void {
  for (const engine of engines) {
    if (engine.endsAt === Infinity && engine.outstanding > 0) {
      throw new Error(`INV-progress: engine ${engine.index} is idle with ${engine.outstanding} requests`);
    }
  }
}

/** INV-conservation: arrived = completed + rejected + abandoned + failed + in flight. */
export function checkConservation(metrics: LlmMetrics, carriedIn: number, inFlight: number): void {
  const departed = metrics.completed + metrics.carriedOut + metrics.rejected + metrics.abandoned + metrics.failed;
  if (metrics.arrived + carriedIn !== departed + inFlight) {
    throw new Error(
      `INV-conservation: ${metrics.arrived} arrived + ${carriedIn} carried in, ${departed} left, ${inFlight} in flight`,
    );
  }
}

/** INV-little: ∫ requests in system dt = Σ time in system, both over the measured time. */
export function checkLittle(metrics: LlmMetrics, table: RequestTable, fromS: number, endS: number): void {
  let sojourn = metrics.sojournS;
  for (let id = 0; id < table.capacity; id++) {
    if (table.active[id] && !table.unseen[id]) sojourn += endS - Math.max(table.arrivedAt[id]!, fromS);
  }
  const area = metrics.inSystem.integral(endS);
  if (Math.abs(area - sojourn) > 1e-6 * Math.max(1, area)) {
    throw new Error(`INV-little: ∫N dt = ${area}, Σ time in system = ${sojourn}`);
  }
}
