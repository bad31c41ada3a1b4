import { describe, expect, it } from 'vitest';
import type { Files } from '../../src/scenario/files.js';
import { parseScenario } from '../../src/scenario/load.js';
import { toProblem } from '../../src/scenario/source.js';
import { atStart } from '../../src/simulate/drivers.js';
import { simulate } from '../../src/simulate/simulate.js';
import { buildWorld, type World } from '../../src/simulate/world/world.js';
import { CHAT, catalog, only } from './worlds.js';

/** A profile of vLLM on the L40S that the chat service runs on. */
const profile = (values: string, tested = '') => `name: mine
${values}
tested:
  hardware: [L40S]
  models: [dense]
  engines: [vllm]
  weights: [bf16]
${tested}
  band80: { ttft: 1.2, tpot: 1.05, e2e: 1.1 }
source: a bench of my own
as_of: 2026-11
errors: median error 3 % with run left out
`;
const HALF = profile('multiply: { hostPerStepS: 0.5, hostPerSequenceS: 0.5 }');
const SAME = profile('multiply: { hostPerStepS: 1 }');

const held = (files: Readonly<Record<string, string>>): Files => ({
  resolve: (path) => path,
  exists: (path) => Object.hasOwn(files, path),
  read: (path) => files[path],
});

const load = (text: string, files: Readonly<Record<string, string>>, set: readonly string[] = []) =>
  parseScenario(text, 's.yaml', { files: held(files), set });

async function build(text: string, files: Readonly<Record<string, string>>, set: readonly string[] = []) {
  const loaded = load(text, files, set);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const built = await buildWorld(loaded.scenario, catalog, atStart);
  const located = (built.ok ? built.world.unusedCalibrations : built.findings).map((finding) =>
    toProblem(loaded.source, { ...finding, code: finding.code ?? 'E1302' }),
  );
  return { world: built.ok ? built.world : undefined, problems: located };
}

/** The chat service with versions stated, so that both worlds stand on the same built-in layers. */
const VERSIONED = CHAT.replace('engine: vllm', 'engine: vllm\n    engine_version: "0.8.5"');
const withCalibration = (file: string, text = VERSIONED) => text.replace('seed: 11', `seed: 11\ncalibration: ${file}`);

async function worldOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
  set: readonly string[] = [],
): Promise<World> {
  const { world, problems } = await build(text, files, set);
  if (!world) throw new Error(problems.map(({ message }) => message).join('\n'));
  return world;
}

const planOf = (world: World) => {
  const [service] = world.services;
  if (service?.kind !== 'llm') throw new Error('no language model');
  return service.plan;
};

describe('a calibration in the scenario', () => {
  it('that halves the time of the host makes tokens faster, and says whose times they are', async () => {
    const before = only(simulate(await worldOf(VERSIONED)));
    const after = only(simulate(await worldOf(withCalibration('my/half.yaml'), { 'my/half.yaml': HALF })));
    expect(after.tpot_ms!.mean!).toBeLessThan(before.tpot_ms!.mean! - 0.8);
    expect(after.e2e_ms.mean!).toBeLessThan(before.e2e_ms.mean!);
    expect(before.latency_profile?.calibration).toBeNull();
    expect(after.latency_profile).toMatchObject({ calibration: 'mine', grade: 'measured', stretched: [] });
    expect(after.latency_profile?.name).toBe(`${before.latency_profile?.name} → mine`);
  });

  it('that changes nothing leaves every latency as it is, under its own narrower band', async () => {
    const before = only(simulate(await worldOf(VERSIONED)));
    const after = only(simulate(await worldOf(withCalibration('same.yaml'), { 'same.yaml': SAME })));
    expect(after.ttft_ms).toEqual(before.ttft_ms);
    expect(after.e2e_ms).toEqual(before.e2e_ms);
    expect(after.latency_profile?.band80).toEqual({ ttft: 1.2, tpot: 1.05, e2e: 1.1 });
    expect(before.latency_profile!.band80.tpot).toBeGreaterThan(1.05);
  });

  it('enters the fingerprint by its text, not by where it lies', async () => {
    const of = async (file: string, text: string) =>
      simulate(await worldOf(withCalibration(file), { [file]: text })).fingerprint;
    const one = await of('a/mine.yaml', HALF);
    expect(await of('b/mine.yaml', HALF)).toEqual(one);
    const other = await of('a/mine.yaml', HALF.replace('0.5,', '0.6,'));
    expect(other.scenario).not.toBe(one.scenario);
    expect({ ...other, scenario: '' }).toEqual({ ...one, scenario: '' });
    expect(simulate(await worldOf(VERSIONED)).fingerprint.scenario).not.toBe(one.scenario);
  });

  it('brings its engine version along where the scenario states none, and is stretched over another era', async () => {
    const versioned = { 'p.yaml': profile('multiply: { hostPerStepS: 0.5 }', '  engine_version: 0.8.5') };
    const unstated = planOf(await worldOf(withCalibration('p.yaml', CHAT), versioned)).profile;
    expect(unstated.name).toContain('vllm/2025');
    expect(unstated.extrapolates).toEqual([]);
    const newer = VERSIONED.replace('0.8.5', '0.15.1');
    const stretched = planOf(await worldOf(withCalibration('p.yaml', newer), versioned)).profile;
    expect(stretched.extrapolates).toEqual(['mine was measured on vllm 0.8.5, another era than 0.15']);
    expect(stretched.band80.tpot).toBeGreaterThan(unstated.band80.tpot);
  });

  it('is overruled by --set, and gone with null', async () => {
    const files = { 'half.yaml': HALF, 'same.yaml': SAME };
    const text = withCalibration('half.yaml');
    const set = await worldOf(text, files, ['calibration=same.yaml']);
    expect(set.scenario.calibration).toEqual([{ file: 'same.yaml', text: SAME }]);
    expect((await worldOf(text, files, ['calibration=null'])).scenario.calibration).toBeUndefined();
  });

  it('speaks only for the deployment that it was fitted on', async () => {
    const other = HALF.replace('[L40S]', '[H100-SXM]');
    const files = { 'l40s.yaml': HALF, 'h100.yaml': other };
    const { world, problems } = await build(withCalibration('[l40s.yaml, h100.yaml]'), files);
    expect(planOf(world!).profile.calibration?.name).toBe('mine');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'E1306', path: 'calibration[1]', line: 3 });
    expect(problems[0]?.message).toBe(
      'h100.yaml applies to no service: fitted on vllm, H100-SXM, bf16; chat runs vllm on L40S in bf16',
    );
  });

  it.each([
    ['engine', 'engines: [vllm]', 'engines: [sglang]'],
    ['precision', 'weights: [bf16]', 'weights: [fp8]'],
  ])('of another %s applies to no service', async (_, from, to) => {
    const { world, problems } = await build(withCalibration('p.yaml'), { 'p.yaml': HALF.replace(from, to) });
    expect(problems.map(({ code }) => code)).toEqual(['E1306']);
    expect(planOf(world!).profile.calibration).toBeUndefined();
    expect(simulate(world!).warnings).toContainEqual(expect.stringContaining('p.yaml applies to no service'));
  });
});

describe('a calibration that cannot be used', () => {
  it('is not there', () => {
    const loaded = load(withCalibration('gone.yaml'), {});
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([
      { code: 'E1401', line: 3, column: 14, path: 'calibration' },
    ]);
  });

  it('is malformed: each fault with its place in the profile, at the key that names it', async () => {
    const bad = HALF.replace('hostPerStepS', 'hostPerStpS').replace('models: [dense]', 'models: [thick]');
    const { problems } = await build(withCalibration('bad.yaml'), { 'bad.yaml': bad });
    expect(problems.length).toBeGreaterThanOrEqual(2);
    for (const problem of problems) expect(problem).toMatchObject({ code: 'E1402', line: 3, path: 'calibration' });
    expect(problems.map(({ message }) => message).join('\n')).toMatch(/bad\.yaml:2:\d+: .*\n.*bad\.yaml:5:/);
  });

  it.each(['', '- a', 'name: *gone', 'name: [', 'just words'])('is no profile: %j', async (text) => {
    const { problems } = await build(withCalibration('bad.yaml'), { 'bad.yaml': text });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatchObject({ code: 'E1402', line: 3, path: 'calibration' });
  });

  it('is one of two for the same deployment', async () => {
    const files = { 'a.yaml': HALF, 'b.yaml': SAME };
    const { problems } = await build(withCalibration('[a.yaml, b.yaml]'), files);
    expect(problems).toMatchObject([{ code: 'E1303', path: 'calibration[1]' }]);
    expect(problems[0]?.message).toContain('a.yaml and b.yaml');
  });

  it('is neither a file nor a list of files', () => {
    const loaded = load(withCalibration('{ file: a.yaml }'), {});
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ code: 'E1102', path: 'calibration' }]);
  });
});
