/** Calls tasks of a worker thread: values stream back, an abort is passed on, and a crash rejects what is under way. */
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './workerMessages.js';

export interface WorkerClient {
  /** Runs `task` in the worker; resolves when it is done or was cancelled. @throws Error what the task threw */
  call<T>(task: string, payload: unknown, onValue: (value: T) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Pending {
  readonly onValue: (value: unknown) => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Starts a worker from its built entry. */
export function startWorker(entry: URL): WorkerClient {
  const worker = new Worker(entry);
  // An idle worker must not keep the program alive.
  worker.unref();
  const pending = new Map<number, Pending>();
  let last = 0;
  const send = (message: ToWorker): void => worker.postMessage(message);

  worker.on('message', (message: FromWorker) => {
    const call = pending.get(message.id);
    if (!call) return;
    if (message.kind === 'value') call.onValue(message.value);
    else {
      pending.delete(message.id);
      if (pending.size === 0) worker.unref();
      if (message.kind === 'done') call.resolve();
      else call.reject(Object.assign(new Error(message.message), { stack: message.stack }));
    }
  });
  let ended: Error | undefined;
  const fail = (error: Error): void => {
    ended ??= error;
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  };
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a worker stopped with code ${code}`)));

  return {
    call(task, payload, onValue, signal) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        const id = ++last;
        const cancel = (): void => send({ kind: 'cancel', id });
        pending.set(id, {
          onValue: (value) => {
            if (!signal.aborted) onValue(value as never);
          },
          resolve: () => {
            signal.removeEventListener('abort', cancel);
            resolve();
          },
          reject,
        });
        worker.ref();
        send({ kind: 'call', id, task, payload });
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      });
    },
    async close() {
      fail(new Error('the worker was closed'));
      await worker.terminate();
    },
  };
}
