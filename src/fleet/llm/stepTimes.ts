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
    if (model.draft !== undefined) gpu += model.draft[batch.size + prefills.ending]!;
    const together = order.count;
    pending.stretch.set(gpu, 0, model.hidden[together]!, model.host[together]! + this.transferS(moved));
    pending.start(1);
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
    const slope = model.perContextToken * batch.gain + model.perWindowToken * batch.windowGain;
    pending.stretch.set(gpu, slope, model.hidden[batch.size]!, model.host[batch.size]! + this.transferS(moved));
    pending.start(steps);
  }

  /** Blocks on their way between device and host hold a step up. */
  private transferS(moved: number): number {
    return moved > 0 ? moved * this.parts.limits.swap!.secondsPerBlock : 0;
  }
}
