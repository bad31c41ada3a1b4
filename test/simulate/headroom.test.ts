import { describe, expect, it } from 'vitest';
import type { DecisionRow } from '../../src/fleet/scaling/poolScaler.js';
import { simulateToPrecision } from '../../src/simulate/precision.js';
import { headroomChecks, replicasAway, spareReplicas } from '../../src/simulate/services/headroom.js';
import { simulate, simulateWith } from '../../src/simulate/simulate.js';
import { inThisThread, tasksInThisThread } from '../../src/simulate/simulator.js';
import { findingsOf, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
seed: 5
window: 10 min
replications: 3
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 12 /s, prompt_tokens: { mean: 900, cv: 1 }, output_tokens: { mean: 220, cv: 0.8 } }
    slo: { ttft: { p95: 800 ms }, tpot: { p95: 60 ms } }
    runs_on: gpu
pools:
  gpu: { instance: aws/g6e.xlarge, region: us-east-1, replicas: 3, headroom: n+1 }
`;

const away = async (pool: string, replicas: number): Promise<number> => {
  const world = await worldOf(CHAT.replace(/gpu: \{.*\}/, `gpu: { ${pool} }`));
  return replicasAway(world.services[0]!, world.pools['gpu']!, replicas);
};

describe('replicas that are away', () => {
  it.each([
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: n+1', 5, 1],
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: 2 machines', 5, 2],
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: n+2', 1, 1],
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: 20 %', 5, 1],
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: 20 %', 6, 2],
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: n+zone, zones: 3', 6, 2],
    ['instance: aws/g6e.xlarge, region: us-east-1, headroom: n+zone, zones: 3', 7, 3],
    // Four replicas on each machine.
    ['instance: aws/g6e.12xlarge, region: us-east-1, headroom: n+1', 8, 4],
    ['instance: aws/g6e.12xlarge, region: us-east-1, headroom: n+1', 3, 3],
    ['instance: aws/g6e.12xlarge, region: us-east-1, headroom: n+zone, zones: 2', 12, 8],
    // Replicas of two accelerators, each of which is a machine of its own.
    ['accelerator: L40S, price: 1 USD/h, parallelism: { tensor: 2 }, headroom: n+1', 4, 1],
    ['accelerator: L40S, price: 1 USD/h, parallelism: { tensor: 2 }, headroom: n+zone, zones: 3', 4, 2],
    // Seven slices of an accelerator go with it.
    ['accelerator: H100-SXM, price: 1 USD/h, fraction: 3g.40gb, headroom: n+1', 5, 2],
  ])('{ %s } with %i replicas: %i', async (pool, replicas, expected) => {
    expect(await away(`replicas: ${replicas}, ${pool}`, replicas)).toBe(expected);
  });

  it('leave what is wanted when as many spare ones are kept, and one fewer would not do', async () => {
    for (const pool of [
      'instance: aws/g6e.xlarge, region: us-east-1, headroom: n+1',
      'instance: aws/g6e.xlarge, region: us-east-1, headroom: 30 %',
      'instance: aws/g6e.xlarge, region: us-east-1, headroom: n+zone, zones: 3',
      'instance: aws/g6e.12xlarge, region: us-east-1, headroom: n+1',
      'instance: aws/g6e.12xlarge, region: us-east-1, headroom: n+zone, zones: 3',
    ]) {
      const world = await worldOf(CHAT.replace(/gpu: \{.*\}/, `gpu: { replicas: 3, ${pool} }`));
      const [chat, gpu] = [world.services[0]!, world.pools['gpu']!];
      const left = (replicas: number): number => replicas - replicasAway(chat, gpu, replicas);
      expect(spareReplicas(chat, gpu, 0)).toBe(0);
      for (let desired = 1; desired <= 40; desired++) {
        const spare = spareReplicas(chat, gpu, desired);
        expect(left(desired + spare)).toBeGreaterThanOrEqual(desired);
        expect(left(desired + spare - 1)).toBeLessThan(desired);
      }
    }
  });
});

describe('headroom of a fixed pool', () => {
  it('is shown by the very run that the scenario with fewer replicas gives', async () => {
    const { pools, services } = await resultOf(CHAT);
    const two = await resultOf(CHAT, ['pools.gpu.replicas=2', 'pools.gpu.headroom=null']);
    const { headroom } = pools['gpu']!;
    expect(headroom).toMatchObject({ asked: 'n+1', replicas_away: 1, replicas_left: 2 });
    expect(headroom!.services['chat']!.slo_attainment).toEqual(two.services['chat']!.slo_attainment);
    expect(headroom!.holds).toBe(Object.values(two.services['chat']!.slo_attainment).every(({ met }) => met));
    // The run itself is as without the question.
    const plain = await resultOf(CHAT, ['pools.gpu.headroom=null']);
    expect(services).toEqual(plain.services);
    expect(plain.pools['gpu']!.headroom).toBeUndefined();
  });

  it('is warned of where it is missing, and not where it is there', async () => {
    const lacking = await resultOf(CHAT);
    expect(lacking.warnings.filter((text) => text.includes('no headroom'))).toEqual([
      expect.stringMatching(
        /^pools\.gpu: no headroom of n\+1: with 1 of 3 replicas away .*ttft\.p95|tpot\.p95 of services\.chat/,
      ),
    ]);
    const ample = await resultOf(CHAT, ['pools.gpu.replicas=6']);
    expect(ample.pools['gpu']!.headroom!.holds).toBe(true);
    expect(ample.warnings.filter((text) => text.includes('no headroom'))).toEqual([]);
  });

  it('cannot be had from a single machine, which is told before any run', async () => {
    const world = await worldOf(CHAT, ['pools.gpu.replicas=1']);
    expect(world.warnings).toContain('pools.gpu: no headroom of n+1: with 1 of 1 replicas away no replica is left');
    const { pools, warnings } = simulate(world);
    expect(pools['gpu']!.headroom).toMatchObject({ replicas_left: 0, holds: false });
    expect(warnings.filter((text) => text.includes('no headroom'))).toHaveLength(1);
  });

  it('is told without a run where what is left could not keep up', async () => {
    const { warnings } = await worldOf(CHAT, ['services.chat.traffic.rate=20 /s']);
    expect(warnings.join('\n')).toMatch(
      /with 1 of 3 replicas away services\.chat can serve 1\d\.\d requests\/s at most, .* asks for 20\.0/,
    );
  });

  it('is the same on several threads and in one, to the byte', async () => {
    const world = await worldOf(CHAT);
    const one = await inThisThread(world);
    const other = await simulateWith(world, {}, tasksInThisThread);
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });

  it('is looked at with as many replications as the precision needs', async () => {
    const result = await simulateToPrecision(await worldOf(CHAT), { precision: 0.4, runTasks: tasksInThisThread });
    expect(result.replications).toBe(10);
    expect(result.pools['gpu']!.headroom).toBeDefined();
  });

  it('is asked of each of several pools by itself', async () => {
    const two = CHAT.replace('runs_on: gpu', 'runs_on: [gpu, more]').concat(
      '  more: { instance: aws/g6e.xlarge, region: us-east-1, replicas: 2 }\n',
    );
    const checks = headroomChecks(await worldOf(two));
    expect(checks.map(({ pool, left }) => [pool, left])).toEqual([['gpu', 2]]);
    expect(checks[0]!.world!.pools['more']!.pool.replicas.initial).toBe(2);
  });

  it('is not known where several services share the machines, and slices are not either', async () => {
    const other =
      'other: { kind: llm, model: meta-llama/Llama-3.2-3B, replicas: 1, traffic: { rate: 1 /s, prompt_tokens: 100, output_tokens: 20 }, runs_on: gpu }';
    const shared = CHAT.replace('pools:', `  ${other}\npools:`)
      .replace('runs_on: gpu\n', 'runs_on: gpu\n    replicas: 2\n')
      .replace('replicas: 3, headroom', 'headroom');
    expect(await findingsOf(shared)).toMatchObject([
      { code: 'E1501', path: ['pools', 'gpu', 'headroom'], message: expect.stringContaining('several services') },
    ]);
    const cut = shared.replace(/gpu: \{.*\}/, 'gpu: { accelerator: H100-SXM, price: 3 USD/h, fraction: 3g.40gb }');
    expect(await findingsOf(cut)).toMatchObject([{ code: 'E1501', path: ['pools', 'gpu', 'fraction'] }]);
  });

  it('is not known of the servers of a queue', async () => {
    const queue = CHAT.replace(
      / {2}chat:[\s\S]*runs_on: gpu/,
      '  desk: { kind: queue, servers: 2, service_time: 10 ms, traffic: { rate: 5 /s }, runs_on: gpu }',
    );
    expect(await findingsOf(queue)).toMatchObject([{ code: 'E1501', path: ['pools', 'gpu', 'headroom'] }]);
  });
});

describe('headroom of an autoscaled pool', () => {
  const SCALED = CHAT.replace(
    'replicas: 3, headroom: n+1',
    `replicas: { min: 1, max: 9, initial: 4 }, headroom: n+1,
         startup: { provision: 20 s, pull: 5 s, load: 10 s, init: 5 s },
         autoscaler: { policy: hpa, metrics: [{ name: vllm:num_requests_running, per: replica, target: 25 }] }`,
  );

  const decisionsOf = async (text: string): Promise<{ rows: DecisionRow[]; replicas: number }> => {
    const rows: DecisionRow[] = [];
    const result = simulate(await worldOf(text, ['window=30 min', 'replications=1']), {
      onDecision: () => (row) => rows.push(row),
    });
    return { rows, replicas: result.pools['gpu']!.replicas.mean };
  };

  it('is kept beyond what the policy wants, which settles where it would without', async () => {
    const [kept, bare] = [await decisionsOf(SCALED), await decisionsOf(SCALED.replace('headroom: n+1,', ''))];
    const meanOf = ({ rows }: { rows: DecisionRow[] }): number =>
      rows.reduce((sum, { desired }) => sum + desired, 0) / rows.length;
    expect(Math.abs(meanOf(kept) - meanOf(bare))).toBeLessThan(1);
    expect(kept.replicas - meanOf(kept)).toBeGreaterThan(0.7);
    expect(kept.replicas - meanOf(kept)).toBeLessThan(1.5);
  });

  it('does not run away within the tolerance of the policy', async () => {
    const { rows } = await decisionsOf(SCALED);
    expect(Math.max(...rows.map(({ desired }) => desired))).toBeLessThan(9);
  });

  it('is shown by a run without spare replicas, in which one fewer may start', async () => {
    const [check] = headroomChecks(await worldOf(SCALED));
    expect(check).toMatchObject({ away: 1, left: 8 });
    expect(check!.world!.pools['gpu']!.scaling).toMatchObject({ min: 1, max: 8 });
    expect(check!.world!.pools['gpu']!.pool.headroom).toBeUndefined();
    const { pools } = await resultOf(SCALED, ['replications=1']);
    expect(pools['gpu']!.headroom).toMatchObject({ asked: 'n+1', replicas_left: 8 });
  });
});
