/** Tasks of a worker thread, called from here: values stream, aborts arrive, and a dead worker leaves nobody waiting. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorker, type WorkerClient } from '../../src/engines/workerClient.js';
import { bundled, discard } from './bundles.js';

let entry: URL;
let client: WorkerClient;
const never = new AbortController().signal;

beforeAll(async () => {
  entry = await bundled('test/engines/tasksWorker.ts', 'tasksWorker');
});
beforeEach(() => {
  client = startWorker(entry);
});
afterEach(() => client.close());
afterAll(() => discard(entry));

const collect = async (task: string, payload: unknown, signal: AbortSignal = never): Promise<unknown[]> => {
  const seen: unknown[] = [];
  await client.call(task, payload, (value) => seen.push(value), signal);
  return seen;
};

describe('a call', () => {
  it('streams every value in order before it resolves', async () => {
    expect(await collect('count', 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps the values of calls apart', async () => {
    expect(await Promise.all([collect('count', 2), collect('count', 3), collect('count', 1)])).toEqual([
      [1, 2],
      [1, 2, 3],
      [1],
    ]);
  });

  it('rejects with the message and stack of what the task threw, and the worker goes on', async () => {
    await expect(collect('fail', 'no such model')).rejects.toThrow('no such model');
    await expect(collect('fail', 'x')).rejects.toHaveProperty('stack', expect.stringContaining('tasksWorker'));
    expect(await collect('count', 1)).toEqual([1]);
  });

  it('rejects for a task that does not exist', async () => {
    await expect(collect('nothing', 0)).rejects.toThrow('no task "nothing"');
  });
});

describe('an abort', () => {
  it('reaches a task that lets messages in, which then ends; nothing is reported after it', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    await client.call<string>(
      'untilCancelled',
      null,
      (value) => {
        seen.push(value);
        controller.abort();
      },
      controller.signal,
    );
    expect(seen).toEqual(['started']);
  });

  it('of a call that still waits in the queue spares its work', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const seen: string[] = [];
    const running = client.call<string>(
      'untilCancelled',
      null,
      () => {
        second.abort();
        first.abort();
      },
      first.signal,
    );
    const waiting = client.call<string>('untilCancelled', null, (value) => seen.push(value), second.signal);
    await Promise.all([running, waiting]);
    expect(seen).toEqual([]);
  });

  it('before the call ends it at once', async () => {
    expect(await collect('untilCancelled', null, AbortSignal.abort())).toEqual([]);
  });
});

describe('a worker that dies', () => {
  it('rejects what is under way with its exit code', async () => {
    const queued = collect('count', 1);
    await queued;
    await expect(collect('die', 3)).rejects.toThrow('a worker stopped with code 3');
  });

  it('rejects what is queued behind, too', async () => {
    const calls = await Promise.allSettled([collect('die', 1), collect('count', 1)]);
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('rejects with the error that it died of', async () => {
    await expect(collect('throwLater', null)).rejects.toThrow('thrown outside the task');
  });

  it('rejects later calls instead of leaving them waiting', async () => {
    await expect(collect('die', 1)).rejects.toThrow();
    await expect(collect('count', 1)).rejects.toThrow('a worker stopped');
  });

  it('that was closed rejects what is under way and what comes later', async () => {
    const running = collect('untilCancelled', null);
    const closed = expect(running).rejects.toThrow('the worker was closed');
    await client.close();
    await closed;
    await expect(collect('count', 1)).rejects.toThrow('the worker was closed');
  });
});
