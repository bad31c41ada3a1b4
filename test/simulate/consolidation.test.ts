/** Pools whose machines are consolidated, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { Files } from '../../src/scenario/files.js';
import { parseScenario } from '../../src/scenario/load.js';
import { atStart } from '../../src/simulate/drivers.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { resultSchema } from '../../src/simulate/results/resultSchema.js';
import { simulate } from '../../src/simulate/simulate.js';
import { buildWorld } from '../../src/simulate/world/world.js';
import { catalog, findingsOf, only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: packed
seed: 3
start: 2027-01-06
window: 40 min
warmup: 1 min
replications: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 6 /s, prompt_tokens: 700, output_tokens: { mean: 200, cv: 0.5 } }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.12xlarge
    region: us-east-1
    replicas: { min: 5, max: 12, initial: 12 }
    autoscaler: { policy: hpa, metrics: [ { name: "vllm:num_requests_running", per: replica, target: 12 } ] }
    startup: { provision: 60 s, pull: 30 s, load: 20 s, init: 10 s }
    consolidation: { policy: WhenEmptyOrUnderutilized, after: 2 min }
`;
const using = (policy: Record<string, unknown>): string[] => [`pools.gpu.consolidation=${JSON.stringify(policy)}`];
const problemsOf = (set: readonly string[]): string => {
  const loaded = parseScenario(CHAT, 's.yaml', { set });
  return loaded.ok ? '' : loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
};
const removed = ({ pools }: SimulationResult): number => {
  const { removed_empty, removed_underutilized } = pools['gpu']!.consolidation!;
  return removed_empty + removed_underutilized;
};
const conserves = ({ services }: SimulationResult): void => {
  for (const { requests } of Object.values(services)) {
    const { arrived, completed, rejected, abandoned, failed, in_flight } = requests;
    expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
  }
};

describe('a pool that shrinks', () => {
  it('keeps part-empty machines unless it is consolidated, and pays for them', async () => {
    const packed = await resultOf(CHAT);
    conserves(packed);
    expect(resultSchema.safeParse(packed).success).toBe(true);
    const pool = packed.pools['gpu']!;
    expect(pool.consolidation!.policy).toBe('WhenEmptyOrUnderutilized');
    expect(removed(packed)).toBeGreaterThan(0);
    // Nothing is lost by moving.
    expect(only(packed).requests.failed).toBe(0);
    const kept = await resultOf(CHAT, ['pools.gpu.consolidation={"policy":"WhenEmpty","after":"1000 d"}']);
    expect(kept.pools['gpu']!.consolidation!.removed_empty).toBe(0);
    expect(kept.pools['gpu']!.instances_billed).toBe(3);
    expect(packed.cost.total_usd).toBeLessThan(kept.cost.total_usd);
    expect(pool.replicas.mean).toBeLessThan(12);
  });

  it('is the same each time, and moves nothing while a budget forbids it', async () => {
    const world = await worldOf(CHAT);
    expect(simulate(world)).toEqual(simulate(world));
    const never = await resultOf(CHAT, using({ policy: 'WhenEmptyOrUnderutilized', budgets: [{ nodes: 0 }] }));
    expect(never.pools['gpu']!.consolidation).toMatchObject({
      removed_empty: 0,
      removed_underutilized: 0,
      replicas_moved: 0,
    });
    expect(never.pools['gpu']!.consolidation!.looks_held_by_budget).toBeGreaterThan(100);
    expect(never.pools['gpu']!.instances_billed).toBe(3);
  });

  it('knows the hour of the week for budgets with a schedule', async () => {
    // The window begins on Monday at 00:00 (flat demand): the first budget is active, the second is not.
    const budgets = (schedule: string) =>
      using({ policy: 'WhenEmpty', budgets: [{ nodes: 0, schedule, duration: '2 h' }] });
    const held = await resultOf(CHAT, budgets('0 23 * * sun'));
    const free = await resultOf(CHAT, budgets('0 23 * * mon'));
    expect(held.pools['gpu']!.consolidation!.looks_held_by_budget).toBeGreaterThan(0);
    expect(free.pools['gpu']!.consolidation!.looks_held_by_budget).toBe(0);
    expect(free.pools['gpu']!.consolidation!.removed_empty).toBeGreaterThan(0);
  });

  it('removes what the Cluster Autoscaler does not need', async () => {
    const result = await resultOf(CHAT, using({ policy: 'cluster-autoscaler' }));
    conserves(result);
    expect(result.pools['gpu']!.consolidation!.policy).toBe('cluster-autoscaler');
    expect(result.pools['gpu']!.consolidation!.removed_empty).toBeGreaterThan(0);
  });

  it('serves batches as well', async () => {
    const result = await resultOf(
      CHAT.replace('kind: llm', 'kind: inference')
        .replace('meta-llama/Meta-Llama-3.1-8B', 'BAAI/bge-m3')
        .replace(/traffic: .*/, 'traffic: { rate: 20 /s, prompt_tokens: 128 }')
        .replace('vllm:num_requests_running', 'in_flight'),
    );
    conserves(result);
    expect(removed(result)).toBeGreaterThan(0);
  });
});

describe('a NodePool manifest', () => {
  const manifest = (disruption: string) => `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: gpu }
spec:
  disruption: ${disruption}
  limits: { nvidia.com/gpu: 16 }
`;
  const worldWith = (text: string) => {
    const files: Files = { resolve: (path) => path, exists: () => true, read: () => text };
    const loaded = parseScenario(CHAT.replace(/consolidation: .*/, 'consolidation: { manifest: np.yaml }'), 's.yaml', {
      files,
    });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
    return buildWorld(loaded.scenario, catalog, atStart);
  };

  it('says the same as the scenario would', async () => {
    const built = await worldWith(
      manifest('{ consolidationPolicy: WhenEmpty, consolidateAfter: 2m, budgets: [{ nodes: "2" }] }'),
    );
    if (!built.ok) throw new Error(built.findings.map(({ message }) => message).join());
    expect(built.world.pools['gpu']!.consolidation).toEqual({
      kind: 'karpenter',
      policy: 'WhenEmpty',
      afterS: 120,
      budgets: [{ nodes: '2' }],
    });
    expect(built.world.warnings.join()).toContain('limits is not');
    const inline = await resultOf(CHAT, using({ policy: 'WhenEmpty', after: '2 min', budgets: [{ nodes: 2 }] }));
    expect(simulate(built.world).pools).toEqual(inline.pools);
  });

  it.each([
    ['{ consolidationPolicy: WhenUnderutilized }', 'possible here: WhenEmpty, WhenEmptyOrUnderutilized, Balanced'],
    ['{ consolidateAfter: soon }', '"soon" is not a duration'],
    ['{ budgets: [{ nodes: "120%" }] }', 'a whole percentage'],
    ['{ budgets: [{ nodes: "1", schedule: "nine o clock", duration: 1h }] }', 'is not a cron expression'],
    ['{ budgets: [{ nodes: "1", schedule: "0 9 * * *" }] }', 'go together'],
    ['{ consolidatePolicy: WhenEmpty }', 'consolidatePolicy is unknown here'],
  ])('%s is refused where it stands', async (disruption, message) => {
    const built = await worldWith(manifest(disruption));
    const text = built.ok ? '' : built.findings.map((finding) => finding.message).join('\n');
    expect(text).toContain(message);
    expect(text).toContain('np.yaml:');
  });

  it('of another kind is refused', async () => {
    const built = await worldWith('kind: Provisioner\n');
    expect(built.ok ? '' : built.findings[0]!.message).toContain('no NodePool was found (kind Provisioner)');
  });
});

describe('what cannot be', () => {
  it.each([
    [using({ policy: 'whenempty' }), 'policy must be one of WhenEmpty'],
    [using({ policy: 'WhenEmpty', manifest: 'np.yaml' }), 'policy has no effect: the manifest says'],
    [['pools.gpu.consolidation=karpenter'], 'consolidation must be a map of keys'],
    [using({ unneeded: '1 min' }), 'unneeded has no effect under policy: WhenEmptyOrUnderutilized'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: 'all' }] }), 'must be a number of nodes or a whole percentage'],
    [using({ policy: 'WhenEmpty', budgets: [{}] }), 'nodes'],
    [using({ policy: 'WhenEmpty', unneeded: '1 min' }), 'unneeded has no effect under policy: WhenEmpty'],
    [using({ policy: 'cluster-autoscaler', after: '1 min' }), 'after has no effect under policy: cluster-autoscaler'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: '120 %' }] }), 'must be at most 100 %'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: '2.5 %' }] }), 'a whole percentage'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: -1 }] }), 'nodes'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: 1, schedule: '@daily' }] }), '"duration" is missing'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: 1, duration: '1 h' }] }), '"schedule" is missing'],
    [using({ policy: 'WhenEmpty', budgets: [{ nodes: 1, reasons: ['Drifted'] }] }), 'reasons'],
    [['pools.gpu.startup.keep_nodes=5 min'], 'keep_nodes has no effect'],
    [['pools.gpu.startup.warm_nodes=1'], 'warm_nodes has no effect'],
  ])('%s', (set, message) => {
    expect(problemsOf(set)).toContain(message);
  });

  it('a schedule that is none, found with the catalogs', async () => {
    const budgets = [{ nodes: 1, schedule: '61 * * * *', duration: '1 h' }];
    const findings = await findingsOf(CHAT, using({ policy: 'WhenEmpty', budgets }));
    expect(findings).toMatchObject([{ path: ['pools', 'gpu', 'consolidation', 'budgets', 0, 'schedule'] }]);
  });
});
