/** What the screen's worker answers: something soon, something better after it, and why where nothing can run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecommendResult } from '../../../src/plan/results.js';
import type { Edit } from '../../../src/scenario/types.js';
import type { WhatIfAnswer, WhatIfEngine, WhatIfFigures } from '../../../src/tui/session.js';
import { localEngine } from '../../../src/tui/world/engine.js';
import { evaluate, recommendFor } from '../../../src/tui/world/tasks.js';
import { bundled, discard } from '../../engines/bundles.js';
import { CHAT, resultOf } from '../../simulate/worlds.js';

const TEXT = `${CHAT}start: 2027-01-01\nhorizon: 3 months\ngrowth: { users: 20 % / month }\n`;
const payload = (edits: readonly Edit[] = [], text = TEXT, set: readonly string[] = []) => ({
  text,
  file: 's.yaml',
  set,
  edits,
});
const edit = (path: string, to: unknown): Edit => ({ path, from: undefined, to });

/** All answers, and how many pauses came before each. */
async function answers(given: ReturnType<typeof payload>, stopAfter = Infinity) {
  const seen: { readonly answer: WhatIfAnswer; readonly pauses: number }[] = [];
  const stop = new AbortController();
  let pauses = 0;
  await evaluate(given, {
    emit: (answer) => {
      seen.push({ answer, pauses });
      if (seen.length >= stopAfter) stop.abort();
    },
    signal: stop.signal,
    pause: async () => {
      pauses++;
    },
  });
  return seen;
}

const figures = (seen: Awaited<ReturnType<typeof answers>>): WhatIfFigures[] =>
  seen.map(({ answer }) => {
    if (answer.kind !== 'figures') throw new Error(answer.problem);
    return answer;
  });

describe('evaluate', () => {
  it('answers at once from a short simulation, and ends with the final figures', async () => {
    const seen = await answers(payload());
    const all = figures(seen);
    expect(seen[0]?.pauses).toBe(0);
    expect(all[0]).toMatchObject({ forecast: null, replications: 1, planned: 5, final: false });
    expect(all[0]?.simulation.window_s).toBeLessThanOrEqual(600);
    expect(all.slice(0, -1).every(({ final }) => !final)).toBe(true);
    const last = all.at(-1)!;
    expect(last).toMatchObject({ replications: 5, planned: 5, final: true });
    expect(last.forecast?.periods).toHaveLength(3);
  });

  it('ends with what simulate and forecast say', async () => {
    const last = figures(await answers(payload())).at(-1)!;
    expect(last.simulation).toEqual(await resultOf(TEXT));
    expect(last.forecast?.periods[0]?.cost_usd.p50).toBe(last.simulation.cost.per_month_usd);
  });

  it('shows a forecast before the full simulation is done', async () => {
    const all = figures(await answers(payload()));
    const first = all.findIndex(({ forecast }) => forecast !== null);
    expect(all[first]?.replications).toBe(1);
  });

  it('applies edits, on top of what was set', async () => {
    const last = figures(await answers(payload([edit('pools.gpu.replicas', 3)], TEXT, ['window=2 min']))).at(-1)!;
    expect(last.simulation.pools.gpu?.replicas.mean).toBe(3);
    expect(last.simulation.window_s).toBe(120);
  });

  it('says of how many replications its figures are, never of more than it plans', async () => {
    for (const set of [['replications=1'], ['replications=3'], ['replications=20'], []]) {
      const all = figures(await answers(payload([], TEXT, [...set, 'window=1 min'])));
      for (const { replications, planned, simulation } of all) {
        expect(replications).toBeLessThanOrEqual(planned);
        expect(simulation.replications).toBe(replications);
      }
      expect(all.at(-1)?.replications).toBe(all.at(-1)?.planned);
    }
  });

  it('of a capped run is a single replication', async () => {
    const text = CHAT.replace('window: 10 min\n', '').replace('rate: 2 /s', 'rate: 2 /s\n      requests: 300');
    const last = figures(await answers(payload([], text))).at(-1)!;
    expect(last).toMatchObject({ replications: 1, planned: 1, final: true });
  });

  it.each([
    ['a model that does not fit', edit('services.chat.model', 'meta-llama/Meta-Llama-3.1-70B')],
    ['a model that is not known', edit('services.chat.model', 'no/such')],
    ['a machine that is not known', edit('pools.gpu.instance', 'aws/none')],
    ['a value that is not possible', edit('pools.gpu.replicas', 0)],
    ['a path that does not exist', edit('pools.gpu.replica', 2)],
    ['a unit that is missing', edit('services.chat.traffic.rate', '5')],
  ])('answers %s with a problem, once', async (_, impossible) => {
    const seen = await answers(payload([impossible]));
    expect(seen).toHaveLength(1);
    expect(seen[0]?.answer.kind).toBe('problem');
    expect(seen[0]?.answer).toHaveProperty('problem', expect.stringMatching(/\w/));
  });

  it('answers text that is no scenario with a problem', async () => {
    const seen = await answers(payload([], 'services: ['));
    expect(seen.map(({ answer }) => answer.kind)).toEqual(['problem']);
  });

  it.each([1, 2, 3])('stops after answer %d when it is no longer wanted', async (after) => {
    expect(await answers(payload(), after)).toHaveLength(after);
  });
});

describe('recommend', () => {
  const control = (signal: AbortSignal, onPause: () => void = () => undefined) => {
    const seen: RecommendResult[] = [];
    const emit = (value: RecommendResult): number => seen.push(value);
    return { seen, control: { emit, signal, pause: async () => onPause() } };
  };

  it('gives one recommendation for the edited scenario', async () => {
    const { seen, control: given } = control(new AbortController().signal);
    await recommendFor(payload([edit('pools.gpu.replicas', 6)], TEXT, ['window=2 min']), given);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.recommended?.cost_per_month_usd).toBeLessThan(seen[0]!.base.cost_per_month_usd);
  });

  it('lets messages in between simulations, so that it can be stopped', async () => {
    const stop = new AbortController();
    let pauses = 0;
    const { control: given } = control(stop.signal, () => {
      if (++pauses === 2) stop.abort();
    });
    await recommendFor(payload([], TEXT, ['window=2 min']), given);
    expect(pauses).toBeLessThan(10);
  });

  it('throws where nothing can run', async () => {
    const { control: given } = control(new AbortController().signal);
    await expect(recommendFor(payload([edit('services.chat.model', 'no/such')]), given)).rejects.toThrow('no model');
  });
});

describe('the local engine', () => {
  let entry: URL;
  let engine: WhatIfEngine;
  beforeAll(async () => {
    entry = await bundled('src/tui/world/worker.ts', 'whatifWorker');
    engine = localEngine(entry, { text: TEXT, file: 's.yaml', set: ['window=2 min'] });
  });
  afterAll(async () => {
    await engine.close();
    discard(entry);
  });

  it('answers from its worker: figures, the last of them final', async () => {
    const seen: WhatIfAnswer[] = [];
    await engine.evaluate([], (answer) => seen.push(answer), new AbortController().signal);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toMatchObject({ kind: 'figures', final: true });
  });

  it('passes problems on', async () => {
    const seen: WhatIfAnswer[] = [];
    await engine.evaluate(
      [edit('pools.gpu.instance', 'aws/none')],
      (answer) => seen.push(answer),
      new AbortController().signal,
    );
    expect(seen).toEqual([expect.objectContaining({ kind: 'problem' })]);
  });

  it('reports nothing after an abort', async () => {
    const stop = new AbortController();
    const seen: WhatIfAnswer[] = [];
    const running = engine.evaluate(
      [],
      (answer) => {
        seen.push(answer);
        stop.abort();
      },
      stop.signal,
    );
    await running.catch(() => undefined);
    expect(seen).toHaveLength(1);
  });

  it('recommends, or rejects when stopped before there is a recommendation', async () => {
    const result = await engine.recommend([edit('pools.gpu.replicas', 4)], new AbortController().signal);
    expect(result.recommended?.edits.length).toBeGreaterThan(0);
    await expect(engine.recommend([], AbortSignal.abort())).rejects.toThrow('stopped before');
  });
});
