import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../src/tui/components/App.js';
import { type Controller, createController } from '../../src/tui/controller.js';
import { footerHints, KEYS } from '../../src/tui/keys.js';
import type { WhatIfWorld } from '../../src/tui/session.js';
import { fakeEngine, fakeWorld } from './fakeWorld.js';

const KEY = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  enter: '\r',
  tab: '\t',
  escape: '\x1b',
  erase: '\x7f',
  ctrlC: '\x03',
};

interface Opened {
  /** Presses keys one by one and lets the screen draw after each. */
  readonly press: (...keys: string[]) => Promise<void>;
  readonly frame: () => string;
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly world: ReturnType<typeof fakeWorld>;
  readonly controller: Controller;
  readonly quit: ReturnType<typeof vi.fn>;
}

/** For machines that are busy: conditions are met in milliseconds otherwise. */
const PATIENCE = { timeout: 10_000, interval: 10 };

const open: { readonly unmount: () => void; readonly controller: Controller }[] = [];
afterEach(async () => {
  for (const { unmount, controller } of open.splice(0)) {
    unmount();
    await controller.close();
  }
});

/** Opens the screen at a size and waits for the base. */
async function opened(
  columns = 100,
  rows = 30,
  change: Partial<WhatIfWorld> = {},
  waitsForBase = true,
): Promise<Opened> {
  const world = { ...fakeWorld(), ...change };
  const controller = createController(world, (_, run) => {
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  });
  const quit = vi.fn();
  const { stdin, lastFrame, unmount } = render(
    <App world={world} controller={controller} columns={columns} rows={rows} hasColour={false} onQuit={quit} />,
  );
  open.push({ unmount, controller });
  const frame = (): string => lastFrame() ?? '';
  const shows = (text: string | RegExp): Promise<void> =>
    vi.waitFor(
      () =>
        expect(frame()).toMatch(
          typeof text === 'string' ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text,
        ),
      PATIENCE,
    );
  if (waitsForBase)
    await vi.waitFor(
      () => expect(controller.getState()).toMatchObject({ isRunning: false, base: { final: true } }),
      PATIENCE,
    );
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      stdin.write(key);
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { press, frame, shows, world, controller, quit };
}

/** Columns of a line: two for East Asian wide characters. */
const columnsOf = (line: string): number =>
  [...line].reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/u.test(character) ? 2 : 1),
    0,
  );

describe('the whole screen', () => {
  it.each([
    [100, 30],
    [80, 24],
    [60, 20],
    [160, 45],
    [110, 22],
  ])(
    'fits %i×%i in every state',
    async (columns, rows) => {
      const screen = await opened(columns, rows, { engine: fakeEngine(undefined, [5]) });
      const fits = (): void => {
        const lines = screen.frame().split('\n');
        expect(lines).toHaveLength(rows - 1);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(lines.at(-1)?.trim()).not.toBe('');
      };
      fits();
      for (const key of [
        '?',
        '?',
        'x',
        'x',
        '2',
        '3',
        '4',
        '5',
        '1',
        KEY.right,
        'o',
        'b',
        'b',
        KEY.down,
        KEY.down,
        KEY.right,
        KEY.right,
        KEY.right,
        'w',
        KEY.enter,
        '9',
        KEY.escape,
      ]) {
        await screen.press(key);
        fits();
      }
    },
    20_000,
  );

  it('shows all five panels at 100×30', async () => {
    const { frame } = await opened();
    for (const text of [
      '1 Levers',
      '2 Outcome',
      '3 Monthly cost',
      '4 Latency · TTFT p95',
      '5 One change that helps',
      'bottleneck',
      '5/5 reps',
      '· idle',
      'seed 42',
    ]) {
      expect(frame()).toContain(text);
    }
    expect(frame()).toMatch(/cost \/ month +\$29,990 \[29.7k … 30.4k\] +✓ ≤ \$45k/);
    expect(frame()).toMatch(/TTFT p95 +268 ms \[261 … 276\] +✓ ≤ 800 ms/);
    expect(frame()).toContain('SLO 800 ms');
    expect(frame()).toContain('budget $45k');
  });

  it('aligns every panel of a row', async () => {
    const { frame } = await opened();
    const body = frame().split('\n').slice(1, -2);
    for (const line of body) expect(line).toMatch(/^[╭│╰].*[╮│╯]$/);
    expect(new Set(body.map((line) => line.length))).toEqual(new Set([100]));
  });

  it('asks for more room where there is too little, and still quits', async () => {
    const { frame, press, quit } = await opened(50, 12);
    expect(frame()).toContain('A little more room, please');
    expect(frame()).toContain('at least 60 × 20, now 50 × 12');
    await press('q');
    expect(quit).toHaveBeenCalledWith(0);
  });

  it('keeps wide and long names inside', async () => {
    const { frame } = await opened(80, 24, {
      name: '東京のサポート担当者のための長い名前のシナリオです',
      base: 'scenarios/'.padEnd(90, 'x'),
    });
    for (const line of frame().split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    expect(frame()).toContain('東京');
  });

  it('waits calmly for the first answer', async () => {
    const never = { ...fakeEngine(), evaluate: () => new Promise<void>(() => {}) };
    const { frame } = await opened(100, 30, { engine: never }, false);
    expect(frame()).toContain('simulating the base …');
    expect(frame()).toContain('▸ running');
  });
});

describe('keys', () => {
  it('arrows and hjkl choose a lever and change it', async () => {
    const { press, frame, shows, controller } = await opened();
    await press(KEY.right);
    expect(frame()).toMatch(/▸ users +◂ +1,320 ▸ +\+10 %/);
    expect(frame()).toContain('● edited');
    await press(KEY.left, 'j', 'l', 'k', 'h');
    expect(controller.getState().edits.map(({ path, to }) => [path, to])).toEqual([
      ['growth.users.rate', '9 % / month'],
      ['services.chat.traffic.users.concurrent', 1090],
    ]);
    await shows('vs base');
  });

  it('several keys in one chunk all count', async () => {
    const { press, controller } = await opened();
    await press('jjjll');
    expect(controller.getState().edits).toEqual([{ path: 'pools.us-gpu.replicas', from: 4, to: 6 }]);
    await press('\r12\r');
    expect(controller.getState().edits).toEqual([{ path: 'pools.us-gpu.replicas', from: 4, to: 12 }]);
  });

  it('⏎ types a value, says what it expected, and Esc gives up', async () => {
    const { press, frame, shows, controller } = await opened();
    await press(KEY.enter, '2', 'q', KEY.enter);
    expect(frame()).toContain('expected a number, as 1200 or 1.2k');
    await press(KEY.erase, '5', '0', '0', KEY.enter);
    expect(frame()).toMatch(/users +◂ +2,500 ▸/);
    await press(KEY.enter, '7');
    expect(frame()).toContain('7▏');
    await press(KEY.escape);
    await shows('2,500');
    expect(controller.getState().edits).toHaveLength(1);
  });

  it('Tab, Shift-Tab and digits move the focus', async () => {
    const { press, controller } = await opened();
    await press(KEY.tab);
    expect(controller.getState().focus).toBe('outcome');
    await press('\x1b[Z', '\x1b[Z');
    expect(controller.getState().focus).toBe('suggestion');
    await press('4');
    expect(controller.getState().focus).toBe('latency');
  });

  it('↓ in the latency panel shows the next objective, in the outcome it scrolls', async () => {
    const { press, frame } = await opened(80, 24);
    await press('4', KEY.down);
    expect(frame()).toContain('4 Latency · e2e p99 ≤ 30 s');
    await press('2', KEY.down, KEY.down, KEY.down, KEY.down);
    expect(frame()).toContain('12 months');
    expect(frame()).not.toContain('cost / month');
  });

  it('b looks at the base and back, u undoes, r resets', async () => {
    const { press, frame, shows, controller } = await opened();
    await press(KEY.right);
    await shows('vs base');
    await press('b');
    expect(frame()).toContain('◇ base');
    expect(frame()).toMatch(/users +◂ +1,200 ▸/);
    await press('b');
    expect(frame()).toMatch(/users +◂ +1,320 ▸/);
    await press('u');
    expect(frame()).not.toContain('edited');
    await press(KEY.right, 'r');
    expect(controller.getState().edits).toEqual([]);
    expect(controller.getState().past).toHaveLength(2);
  });

  it('o looks for one change that helps, ⏎ and a apply it', async () => {
    const { press, frame, shows, controller } = await opened();
    await press('o');
    await shows(/fewer replicas +saves \$7,497 \/ month \[7.2k … 7.8k\] +⏎ apply/);
    expect(frame()).toContain('pools.us-gpu.replicas 4 → 3');
    expect(frame()).toContain('TTFT p95 214 ms → 263 ms · utilisation 44 % → 59 %');
    await press(KEY.enter);
    expect(controller.getState().edits).toEqual([{ path: 'pools.us-gpu.replicas', from: 4, to: 3 }]);
    expect(frame()).toContain('applied fewer replicas; u undoes it');
    await press('u', 'o');
    await shows('1 of 3 ↑↓');
    await press(KEY.down);
    expect(frame()).toContain('goodput 15.9 /s → 16 /s');
    await press('a');
    expect(frame()).toContain('● parallelism.tensor 1 → 2');
  });

  it('x explains the cost, ? lists every key, both close', async () => {
    const { press, frame, shows } = await opened();
    await press('x');
    expect(frame()).toContain('Cost of a month · $29,990');
    expect(frame()).toMatch(/aws\/p5.48xlarge on demand +\$23,392 +78 %/);
    expect(frame()).toContain('2.04k hours × $12.30 · aws.amazon.com/ec2/pricing, 2026-11-18');
    expect(frame()).toContain('not priced: load balancer');
    await press('x', '?');
    for (const { help } of KEYS) expect(frame()).toContain(help);
    await press(KEY.escape);
    await shows('1 Levers');
  });

  it('w saves', async () => {
    const { press, shows, frame, world } = await opened();
    await press(KEY.right, 'w');
    await shows('saved scenarios/chat.overlay.yaml');
    expect(world.saved).toEqual([[{ path: 'services.chat.traffic.users.concurrent', from: 1200, to: 1320 }]]);
    await press(KEY.down);
    expect(frame()).toContain('● saved');
  });

  it('q quits with 0, Ctrl-C with 130, even while typing', async () => {
    const { press, quit } = await opened();
    await press('q');
    expect(quit).toHaveBeenLastCalledWith(0);
    await press(KEY.enter, KEY.ctrlC);
    expect(quit).toHaveBeenLastCalledWith(130);
  });

  it('unknown keys do nothing', async () => {
    const { press, frame, controller } = await opened();
    const before = controller.getState();
    await press('Z', '\x1b[15~', '\x01');
    expect(controller.getState()).toBe(before);
    expect(frame()).toContain('1 Levers');
  });
});

describe('what cannot run', () => {
  it('is said in the outcome panel with a hint, over the old figures', async () => {
    const { press, frame, shows } = await opened();
    await press(KEY.down, KEY.down);
    await press(KEY.right + KEY.right + KEY.right);
    await shows('✗ cannot run');
    expect(frame()).toContain('✗ the model does not fit: 36 GB of weights, L4 g6 has 24');
    expect(frame()).toContain('try fp8 weights');
    expect(frame()).toMatch(/cost \/ month +\$29,990/);
    await press('u');
    await shows(/· idle/);
    expect(frame()).not.toContain('does not fit');
  });
});

describe('footer', () => {
  it('keeps help and quit at any width', () => {
    for (let width = 20; width < 130; width++) {
      const hints = footerHints(width).map(({ hint }) => hint);
      expect(hints.slice(-2)).toEqual(['help', 'quit']);
    }
    expect(footerHints(100)).toHaveLength(KEYS.filter(({ hint }) => hint).length);
  });
});
