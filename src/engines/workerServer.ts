/** The worker's side: tasks run one at a time, in order, and look up now and then whether they are still wanted. */
import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './workerMessages.js';

export interface TaskControl<T> {
  /** Sends a value to the caller. */
  readonly emit: (value: T) => void;
  /** Aborts when the caller no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Lets messages in; call it between pieces of work. */
  readonly pause: () => Promise<void>;
}

/** What a task takes and sends is between its two ends; messages carry no types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Task = (payload: any, control: TaskControl<any>) => Promise<void>;

/** Serves the tasks on this worker's port. @throws Error outside a worker */
export function serveTasks(tasks: Readonly<Record<string, Task>>): void {
  if (!parentPort) throw new Error('workers are started by Plimsoll, not by hand');
  const port = parentPort;
  const controls = new Map<number, AbortController>();
  const send = (message: FromWorker): void => port.postMessage(message);
  let queue: Promise<void> = Promise.resolve();

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'cancel') {
      controls.get(message.id)?.abort();
      return;
    }
    const { id, task, payload } = message;
    const control = new AbortController();
    controls.set(id, control);
    queue = queue.then(async () => {
      try {
        const run = tasks[task];
        if (!run) throw new Error(`no task "${task}"`);
        if (!control.signal.aborted) {
          const emit = (value: unknown): void => send({ kind: 'value', id, value });
          await run(payload, { emit, signal: control.signal, pause: () => new Promise(setImmediate) });
        }
        send({ kind: 'done', id });
      } catch (error) {
        const { message: text, stack } = error as Error;
        send({ kind: 'failed', id, message: text, stack: stack ?? '' });
      } finally {
        controls.delete(id);
      }
    });
  });
}
