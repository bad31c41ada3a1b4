/**
 * The step or stretch of steps that an engine is in. What is said of a moment holds for moments between its start and its end.
 */
import { IntList } from '../../kernel/intList.js';
import type { EngineParts } from './engineParts.js';
import { Stretch } from './stretch.js';

export class PendingSteps {
  /** Steps that are planned; 0 while the engine is idle. */
  steps = 0;
  startedAt = 0;
  /** When the last of them ends; `Infinity` while idle. */
  endsAt = Infinity;
  /** Whether it is one step in which prompts are computed or sequences come back, so that lengths are not all that changes. */
  mixed = false;
  /** Sequences that come back from host memory in it, or from engines that have computed their prompts. */
  readonly resumed = new IntList();
  readonly stretch = new Stretch();
  /** Blocks that have been taken for the decoding of its steps: of the first when it starts, of the others when they are known to run. */
  allocated = 0;

  constructor(private readonly parts: EngineParts) {}

  /** Nothing is planned: the engine waits for a request. */
  rest(): void {
    this.steps = 0;
    this.endsAt = Infinity;
  }

  /** `steps` steps start now; `stretch` says how long they last. */
  start(steps: number): void {
    this.steps = steps;
    this.stretch.measure(steps);
    this.endsAt = this.startedAt + this.stretch.seconds;
  }

  /** Shortens a stretch so that it ends at the first step boundary from now on. */
  cut(): void {
    const { stretch } = this;
    const { now } = this.parts.clock;
    stretch.reach = now - this.startedAt;
    const steps = stretch.stepsToReach(this.steps);
    if (steps === this.steps) return;
    this.steps = steps;
    stretch.measure(steps);
    const end = this.startedAt + stretch.seconds;
    // The sum may round to just before now; time does not go back.
    this.endsAt = end > now ? end : now;
  }

  /** Takes the blocks that decoding needs in the first `steps` steps, except those taken already. */
  takeBlocks(steps: number): void {
    const { growth, kv } = this.parts;
    const needed = growth.needed(steps);
    kv.allocate(needed - this.allocated);
    this.allocated = needed;
  }

  /** Steps that end before `now`; the last one is still to come. */
  stepsBefore(now: number): number {
    if (this.mixed) return 0;
    this.stretch.reach = now - this.startedAt;
    return this.stretch.stepsToReach(this.steps) - 1;
  }

  /** Steps that have ended by `now`; the last one has not. */
  stepsEnded(now: number): number {
    const before = this.stepsBefore(now);
    return before + 1 < this.steps && this.stretch.duration(before + 1) <= now - this.startedAt ? before + 1 : before;
  }
}
