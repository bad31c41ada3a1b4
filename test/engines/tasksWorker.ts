/** A worker whose tasks do little and in every way: stream, wait to be cancelled, fail, die. */
import { serveTasks, type TaskControl } from '../../src/engines/workerServer.js';

serveTasks({
  async count(upTo: number, { emit }: TaskControl<number>) {
    for (let i = 1; i <= upTo; i++) emit(i);
  },

  /** Ends when it is cancelled, and counts how often it let messages in. */
  async untilCancelled(_: unknown, { emit, signal, pause }: TaskControl<string>) {
    emit('started');
    while (!signal.aborted) await pause();
    emit('cancelled');
  },

  async fail(message: string) {
    throw new Error(message);
  },

  async die(code: number, { emit }: TaskControl<string>) {
    emit('about to die');
    setImmediate(() => process.exit(code));
    await new Promise(() => undefined);
  },

  async throwLater() {
    setImmediate(() => {
      throw new Error('thrown outside the task');
    });
    await new Promise(() => undefined);
  },
});
