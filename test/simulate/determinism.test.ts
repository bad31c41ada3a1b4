/** Equal seeds give equal bytes, and random streams are named so that edits elsewhere leave them alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../src/catalog/open.js';
import { loadScenario, parseScenario } from '../../src/scenario/load.js';
import { atStart } from '../../src/simulate/drivers.js';
import { fingerprintOf } from '../../src/simulate/fingerprint.js';
import { simulate } from '../../src/simulate/simulate.js';
import { buildWorld } from '../../src/simulate/world/world.js';
import { CHAT, EMBED, only, QUEUE, resultOf } from './worlds.js';

const SECOND_SERVICE = `  first:
    kind: queue
    servers: 2
    service_time: { distribution: gamma, mean: 50 ms, cv: 2 }
    traffic: { rate: 20 /s }
`;

describe('determinism', () => {
  it.each([
    ['llm', CHAT],
    ['inference', EMBED],
    ['queue', QUEUE],
  ])('gives the same bytes for the same seed (%s)', async (_, text) => {
    expect(JSON.stringify(await resultOf(text))).toBe(JSON.stringify(await resultOf(text)));
  });

  it.each([
    ['llm', CHAT],
    ['inference', EMBED],
    ['queue', QUEUE],
  ])('gives other figures for another seed (%s)', async (_, text) => {
    const [a, b] = [await resultOf(text), await resultOf(text, [], { seed: 12 })];
    expect(a.fingerprint.seed).toBe(11);
    expect(b.fingerprint.seed).toBe(12);
    expect(a.fingerprint.scenario).toBe(b.fingerprint.scenario);
    expect(only(a).e2e_ms.mean).not.toBe(only(b).e2e_ms.mean);
  });

  it('reads the seed from the scenario or from the options, with the same answer', async () => {
    const [written, given] = [await resultOf(CHAT, ['seed=99']), await resultOf(CHAT, [], { seed: 99 })];
    expect(JSON.stringify(written)).toBe(JSON.stringify(given));
  });

  it('knows a trace by what it holds, not by where it lies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trace-'));
    const withTrace = async (file: string, rows: string) => {
      writeFileSync(join(folder, file), `arrived_at_s,prompt_tokens,output_tokens\n${rows}`);
      const text = CHAT.replace('window: 10 min\n', '').replace('rate: 2 /s', `trace: ${file}`);
      const lines = text.split('\n').filter((line) => !/prompt_tokens:|output_tokens:/.test(line));
      writeFileSync(join(folder, 's.yaml'), lines.join('\n'));
      const loaded = await loadScenario(join(folder, 's.yaml'));
      const built = loaded.ok ? await buildWorld(loaded.scenario, openCatalog(), atStart) : loaded;
      if (!('world' in built)) throw new Error(JSON.stringify(built));
      return simulate(built.world).fingerprint.scenario;
    };
    const one = await withTrace('a.csv', '0,100,20\n1,200,30\n');
    expect(await withTrace('b.csv', '0,100,20\n1,200,30\n')).toBe(one);
    expect(await withTrace('b.csv', '0,100,20\n1,200,31\n')).not.toBe(one);
    rmSync(folder, { recursive: true });
  });

  it('knows a scenario by what it says, not by how the path of its file was typed', async () => {
    const text = readFileSync('scenarios/support-assistant.yaml', 'utf8');
    const fingerprint = async (file: string) => {
      const loaded = parseScenario(text, file);
      const built = loaded.ok ? await buildWorld(loaded.scenario, openCatalog(), atStart) : loaded;
      if (!('world' in built)) throw new Error(JSON.stringify(built));
      expect(built.world.scenario.rules.length).toBeGreaterThan(0);
      return fingerprintOf(built.world, 1).scenario;
    };
    expect(await fingerprint('/elsewhere/support-assistant.yaml')).toBe(await fingerprint('support-assistant.yaml'));
  });

  it('does not shift the results of a service when another is added before it', async () => {
    for (const text of [CHAT, EMBED, QUEUE]) {
      const alone = await resultOf(text);
      const together = await resultOf(text.replace('services:\n', `services:\n${SECOND_SERVICE}`));
      const [name] = Object.keys(alone.services) as [string];
      expect(JSON.stringify(together.services[name])).toBe(JSON.stringify(alone.services[name]));
      expect(together.services.first?.requests.arrived).toBeGreaterThan(0);
    }
  });

  it('sees the same arrivals and lengths on another fleet', async () => {
    const capped = CHAT.replace('window: 10 min\n', '');
    const seen = async (replicas: number) => {
      const result = await resultOf(capped, ['services.chat.traffic.requests=500', `pools.gpu.replicas=${replicas}`]);
      const { throughput, ttft_ms } = only(result);
      const tokens = [throughput.input_tokens_per_s!, throughput.output_tokens_per_s!];
      return { tokens: tokens.map((perS) => Math.round(perS * result.window_s)), ttftMs: ttft_ms?.mean };
    };
    const [one, four] = [await seen(1), await seen(4)];
    expect(four.tokens).toEqual(one.tokens);
    expect(four.ttftMs).toBeLessThan(one.ttftMs!);
  });

  it('runs a replication alone as it runs among the others', async () => {
    const whole = await resultOf(QUEUE, ['window=10 min', 'warmup=0 s']);
    const parts = await Promise.all(
      [0, 1, 2, 3, 4].map((each) => resultOf(QUEUE, ['window=10 min', 'warmup=0 s'], { only: each })),
    );
    const arrived = parts.reduce((sum, part) => sum + only(part).requests.arrived, 0);
    expect(arrived).toBe(only(whole).requests.arrived);
  });
});

describe('demand', () => {
  it('brings twice the arrivals at twice the rate: to the request for constant gaps', async () => {
    const set = ['services.desk.traffic.arrivals=constant', 'warmup=0 s', 'window=10 min', 'replications=2'];
    const one = await resultOf(QUEUE, set);
    const two = await resultOf(QUEUE, [...set, 'services.desk.traffic.rate=14 /s']);
    // Both ends of the window fall on an arrival.
    expect(Math.abs(only(one).requests.arrived - 2 * 4200)).toBeLessThanOrEqual(2);
    expect(Math.abs(only(two).requests.arrived - 2 * 8400)).toBeLessThanOrEqual(2);
  });

  it('brings twice the arrivals at twice the rate: within four standard errors for Poisson arrivals', async () => {
    const set = ['warmup=0 s', 'window=10 min'];
    const arrived = async (rate: number): Promise<number> =>
      only(await resultOf(QUEUE, [...set, `services.desk.traffic.rate=${rate} /s`])).requests.arrived;
    const [one, two] = [await arrived(4), await arrived(8)];
    expect(Math.abs(one - 12_000)).toBeLessThan(4 * Math.sqrt(12_000));
    expect(Math.abs(two - 24_000)).toBeLessThan(4 * Math.sqrt(24_000));
  });

  it('stretches the same random gaps, so that a capped run at twice the rate is half as long', async () => {
    const set = ['services.desk.traffic.requests=2000', 'services.desk.service_time.mean=1 us'];
    const one = await resultOf(QUEUE, set);
    const two = await resultOf(QUEUE, [...set, 'services.desk.traffic.rate=14 /s']);
    expect(two.window_s).toBeCloseTo(one.window_s / 2, 3);
  });

  it('has no arrivals in excess of the cap, even in a longer window', async () => {
    const capped = await resultOf(QUEUE, ['services.desk.traffic.requests=100', 'window=1 h', 'warmup=0 s']);
    expect(only(capped).requests).toMatchObject({ arrived: 500, completed: 500, in_flight: 0 });
    expect(capped.window_s).toBe(3600);
  });

  it('is multiplied by the growth of users', async () => {
    const set = ['services.desk.traffic.arrivals=constant', 'warmup=0 s', 'window=10 min', 'replications=1'];
    const grown = await resultOf(QUEUE, set, { drivers: { ...atStart, users: 1.3 } });
    expect(Math.abs(only(grown).requests.arrived - 1.3 * 4200)).toBeLessThanOrEqual(1);
  });
});
