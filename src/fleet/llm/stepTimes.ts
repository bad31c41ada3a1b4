/** How long the steps last that have been planned, from the sequences that take part in them. They start now. */
import type { StepModel } from '../../latency/types.js';
import type { EngineParts } from './engineParts.js';
import type { PendingSteps } from './pendingSteps.js';

export class StepTimes {
  constructor(
    private readonly model: StepModel,
    private readonly parts: EngineParts,
    private readonly pending: PendingSteps,
  ) {}

  /** One step with prompts, or with sequences that come back, after `moved` blocks have gone between device and host. */
  startStep(moved: number): void {
    const { model, pending } = this;
    const { batch, prefills, order, width } = this.parts;
    let gpu =
      model.tokens[batch.size * width + prefills.tokens]! +
      model.head[batch.size * width + prefills.ending]! +
      model.perContextToken * batch.context +
      model.perWindowToken * batch.windowed +
      model.perPair * prefills.pairs +
      model.perWindowPair * prefills.windowPairs;
    if (prefills.planned > 0) gpu += model.prefillStep;
    if (prefills.encodeS > 0) gpu += prefills.encodeS * (model.encode ?? 1);
    if (model.draft !== undefined) gpu += model.draft[batch.size + prefills.ending]!;
    const { stretch } = pending;
    stretch.gpu0 = gpu;
    stretch.slope = 0;
    stretch.host = model.host[order.count]!;
    if (prefills.adapterLoads > 0) stretch.host += prefills.adapterLoads * this.parts.limits.adapterLoadS!;
    this.begin(1, moved);
  }

  /** Decoding alone, for `steps` steps in which nothing else happens; the first waits for `moved` blocks, and is alone if there are any. */
  startStretch(steps: number, moved: number): void {
    const { model, pending } = this;
    const { batch, width } = this.parts;
    let gpu =
      model.tokens[batch.size * width]! +
      model.head[batch.size * width]! +
      model.perContextToken * batch.context +
      model.perWindowToken * batch.windowed;
    if (model.draft !== undefined) gpu += model.draft[batch.size]!;
    const { stretch } = pending;
    stretch.gpu0 = gpu;
    stretch.slope = model.perContextToken * batch.gain + model.perWindowToken * batch.windowGain;
    stretch.host = model.host[batch.size]!;
    this.begin(steps, moved);
  }

  /** Starts the steps whose terms have been set. Blocks on their way between device and host hold them up. */
  private begin(steps: number, moved: number): void {
    const { stretch } = this.pending;
    stretch.floor = this.model.gpuFloor;
    if (moved > 0) stretch.host += moved * this.parts.limits.swap!.secondsPerBlock;
    stretch.begin();
    this.pending.start(steps);
  }
}
