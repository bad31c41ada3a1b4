/** Jobs on what services leave of a pool: from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../src/simulate/result.js';
import { resultSchema } from '../../src/simulate/results/resultSchema.js';
import { findingsOf, resultOf, worldOf } from './worlds.js';

const SERVICE = `services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 1 /s, prompt_tokens: 400, output_tokens: 60 }
    runs_on: gpu
    replicas: 3
`;
const HEAD = `version: 1
seed: 3
window: 2 min
warmup: 1 s
replications: 2
${SERVICE}`;
const POOL = `pools:\n  gpu: { instance: aws/g6e.12xlarge, region: us-east-1, quota: 8 }\n`;
const EMBED = `{ kind: inference, model: BAAI/bge-large-en-v1.5, batching: { max_batch: 32 }, requests: 1_000_000, prompt_tokens: 200, startup: 30 s }`;
const TUNE = `{ kind: training, model: meta-llama/Meta-Llama-3.1-8B, method: lora, accelerators: 4, sequence_tokens: 2048, global_batch: 32, steps: 500, startup: 60 s, checkpoint: 10 min }`;
const scenario = (jobs: string, pool = POOL, head = HEAD): string => `${head}${pool}jobs:\n  ${jobs}\n`;
const jobsOf = async (text: string, set: readonly string[] = []): Promise<Readonly<Record<string, JobResult>>> =>
  (await resultOf(text, set)).jobs!;

describe('a job beside fixed services', () => {
  it('takes startup + work / (workers · rate) on the accelerators that are left', async () => {
    const { embed } = await jobsOf(scenario(`embed: ${EMBED}`));
    expect(embed!.workers).toEqual({ allowed: 8, max: 5 });
    const expected = 30 + 1_000_000 / (5 * embed!.rate_per_worker_per_s);
    expect(embed!.finished_after_s!.mean).toBeCloseTo(expected, 6);
    expect(embed!.accelerator_hours.total).toBeCloseTo((5 * expected) / 3600, 6);
    expect([embed!.lost, embed!.preemptions, embed!.done]).toEqual([0, 0, 1_000_000]);
  });

  it('has its workers capped', async () => {
    const { embed } = await jobsOf(scenario(`embed: ${EMBED.replace('startup', 'workers: 2, startup')}`));
    expect(embed!.finished_after_s!.mean).toBeCloseTo(30 + 1_000_000 / (2 * embed!.rate_per_worker_per_s), 6);
  });

  it('trains for steps · step time, a startup and a checkpoint every ten minutes', async () => {
    const { tune } = await jobsOf(scenario(`tune: ${TUNE}`));
    const workS = 500 / tune!.rate_per_worker_per_s;
    const writes = tune!.accelerator_hours.checkpoints * 900;
    expect(tune!.finished_after_s!.mean).toBeCloseTo(60 + workS + writes, 6);
    // Adapters: 1 % of 8.03·10⁹ weights, 14 bytes each, at 2 GB/s.
    const world = await worldOf(scenario(`tune: ${TUNE}`));
    const { writeS } = world.jobs[0]!;
    expect(writeS).toBeCloseTo((0.01 * 8.03e9 * 14) / 2e9, 2);
    expect(writes).toBeCloseTo(Math.ceil(workS / 600) * writeS, 6);
  });

  it('measures how fast a language model is when requests always wait: no faster than its fluid limit, and near it', async () => {
    const llm = `answers: { kind: llm, model: meta-llama/Meta-Llama-3.1-8B, requests: 5000, prompt_tokens: 400, output_tokens: 60, startup: 0 s }`;
    const { answers } = await jobsOf(scenario(llm));
    const { world } = { world: await worldOf(scenario(llm)) };
    const { fluidCapacityPerS } = await import('../../src/simulate/week/strata.js');
    const fluid = fluidCapacityPerS(world, world.jobs[0]!.worker!);
    expect(answers!.rate_per_worker_per_s).toBeLessThanOrEqual(fluid * 1.02);
    expect(answers!.rate_per_worker_per_s).toBeGreaterThan(fluid * 0.7);
    expect(answers!.finished_after_s!.mean).toBeCloseTo(5000 / (5 * answers!.rate_per_worker_per_s), 6);
  });

  it('costs nothing on machines that are paid anyway, and what it adds beyond', async () => {
    // Three replicas on a machine of four: one accelerator is idle and paid.
    const inside = await jobsOf(scenario(`embed: ${EMBED.replace('startup', 'workers: 1, startup')}`));
    expect(inside['embed']!.cost_usd).toBe(0);
    expect(inside['embed']!.accelerator_hours.beside_services).toBeCloseTo(inside['embed']!.accelerator_hours.total, 9);
    const beyond = await resultOf(scenario(`embed: ${EMBED}`));
    const { finished_after_s, cost_usd, additional_instance_hours } = beyond.jobs!['embed']!;
    const price = beyond.cost.by_item[0]!.unit_price_usd;
    const hours = finished_after_s!.mean / 3600;
    expect(additional_instance_hours).toBeCloseTo(hours, 6);
    // Billed by the second.
    expect(cost_usd).toBeGreaterThanOrEqual(hours * price - 1e-9);
    expect(cost_usd).toBeLessThan((hours + 1 / 3600) * price);
    const committed = await jobsOf(
      scenario(`embed: ${EMBED}`, POOL.replace('quota', 'purchase: { committed_1y: 2 }, quota')),
    );
    expect(committed['embed']!.cost_usd).toBe(0);
  });

  it('says whether a deadline is met, a time of the day being the first after the start', async () => {
    const late = `embed: ${EMBED.replace('startup', 'deadline: 60 s, startup')}`;
    expect((await jobsOf(scenario(late)))['embed']!.deadline).toEqual({ after_s: 60, met_in: 0, probability: 0 });
    const clock = `embed: ${EMBED.replace('startup', 'start: Tue 22:30, deadline: 06:00, startup')}`;
    const { embed } = await jobsOf(scenario(clock));
    expect(embed!.deadline).toEqual({ after_s: 7.5 * 3600, met_in: 2, probability: 1 });
    expect(embed!.start).toBe('Tue 22:30');
    expect(embed!.started_after_s!.max).toBe(0);
  });

  it('goes by priority, and changes nothing of the services', async () => {
    const both = (priority: number): string =>
      scenario(`embed: ${EMBED}\n  tune: ${TUNE.replace('startup', `priority: ${priority}, startup`)}`);
    const [first, last] = [await jobsOf(both(5)), await jobsOf(both(0))];
    expect(first['tune']!.started_after_s!.mean).toBe(0);
    expect(first['embed']!.workers.max).toBe(5);
    // Among equals the first in the file takes all five that are left.
    expect(last['tune']!.started_after_s!.mean).toBeCloseTo(last['embed']!.finished_after_s!.mean, 9);
    const [without, with_] = [await resultOf(`${HEAD}${POOL}`), await resultOf(both(5))];
    const { jobs, fingerprint: _a, ...rest } = with_;
    const { fingerprint: _b, ...alone } = without;
    expect(jobs).toBeDefined();
    expect(rest).toEqual(alone);
    expect(resultSchema.parse(with_)).toBeTruthy();
  });

  it('warns of a job that never gets what it needs', async () => {
    const { warnings, jobs } = await resultOf(scenario(`tune: ${TUNE.replace('accelerators: 4', 'accelerators: 8')}`));
    expect(jobs!['tune']).toMatchObject({ started_after_s: null, finished_in: 0, done: 0 });
    expect(warnings.join()).toContain('jobs.tune: never gets the 8 accelerators that it needs at once');
    const [finding] = await findingsOf(scenario(`tune: ${TUNE.replace('accelerators: 4', 'accelerators: 16')}`));
    expect(finding).toMatchObject({ code: 'E1303', path: ['jobs', 'tune', 'accelerators'] });
  });

  it('runs alone on a pool with a quota', async () => {
    const pools = POOL.replace('\n', '\n  spare: { instance: aws/g6e.12xlarge, region: us-east-1, quota: 4 }\n');
    const { embed } = await jobsOf(scenario(`embed: ${EMBED.replace('startup', 'runs_on: spare, startup')}`, pools));
    expect(embed!.workers.max).toBe(4);
    expect(embed!.accelerator_hours.beside_services).toBeCloseTo(0, 6);
  });
});

describe('a job beside an autoscaled service', () => {
  const SCALED = HEAD.replace(
    'replicas: 3\n',
    `replicas: { min: 1, max: 6 }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 2 }] }
`,
  ).replace('rate: 1 /s,', 'rate: 2 /s, shape: office-hours,');

  it('is preempted as the service grows, loses work, and still conserves it', async () => {
    const text = scenario(
      `tune: ${TUNE.replace('steps: 500', 'steps: 3000').replace('startup', 'start: Mon 04:00, startup')}`,
      POOL.replace('quota: 8', 'quota: 6'),
      SCALED,
    );
    const { tune } = await jobsOf(text);
    expect(tune!.preemptions).toBeGreaterThan(0);
    const { total, working, startup, checkpoints, lost } = tune!.accelerator_hours;
    expect(working + startup + checkpoints).toBeCloseTo(total, 6);
    const unitsPerHour = tune!.rate_per_worker_per_s * 3600;
    expect(tune!.done + tune!.lost).toBeCloseTo((working / 4) * unitsPerHour, 3);
    expect(tune!.lost).toBeCloseTo((lost / 4) * unitsPerHour, 6);
    expect(await jobsOf(text)).toEqual({ tune });
  }, 120_000);
});

describe('findings of jobs', () => {
  it('are located in the job', async () => {
    const unknown = await findingsOf(scenario(`embed: ${EMBED.replace('BAAI/bge-large-en-v1.5', 'no-such-model')}`));
    expect(unknown.map(({ path }) => path.join('.'))).toEqual(['jobs.embed.model']);
    const large = await findingsOf(
      scenario(`tune: ${TUNE.replace('method: lora', 'method: full').replace('3.1-8B', '3.1-70B')}`),
    );
    expect(large).toMatchObject([{ code: 'E1304', path: ['jobs', 'tune', 'model'] }]);
    expect(large[0]!.hint).toContain('what would fit');
  });
});
