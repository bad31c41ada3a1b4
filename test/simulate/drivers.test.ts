/** Growth at one moment, and that each driver changes what it should, in the right direction. */
import { describe, expect, it } from 'vitest';
import { findModel } from '../../src/catalog/models.js';
import type { GrowthCurve } from '../../src/scenario/types.js';
import { atStart, driversAt, grownModel, growthFactor } from '../../src/simulate/drivers.js';
import { CHAT, catalog, only, QUEUE, resultOf, scenarioOf, worldOf } from './worlds.js';

const STEPS: GrowthCurve = {
  model: 'step',
  steps: [
    { at: '2027-03-01', factor: 2 },
    { at: '2027-06-15', factor: 0.5 },
  ],
};

describe('growth curves', () => {
  it('compound month by month, or add a share of the start each month', () => {
    expect(growthFactor({ model: 'exponential', rate: 0.1 }, 3, '')).toBeCloseTo(1.331, 12);
    expect(growthFactor({ model: 'exponential', rate: -0.5 }, 2, '')).toBe(0.25);
    expect(growthFactor({ model: 'linear', add: 0.1 }, 3, '')).toBeCloseTo(1.3, 12);
  });

  it('never fall below zero', () => {
    expect(growthFactor({ model: 'linear', add: -0.4 }, 3, '')).toBe(0);
  });

  it.each([
    ['2027-02-28', 1],
    ['2027-03-01', 2],
    ['2027-06-14', 2],
    ['2027-06-15', 1],
    ['2030-01-01', 1],
  ])('step at their dates: on %s the factor is %d', (date, factor) => {
    expect(growthFactor(STEPS, 7, date)).toBe(factor);
  });

  it('leave everything as it is at the start, and what has no curve for ever', () => {
    expect(driversAt({ users: { model: 'exponential', rate: 0.3 } }, 0, '2027-01-01')).toEqual(atStart);
    expect(driversAt({}, 24, '2029-01-01')).toEqual(atStart);
    expect(driversAt({ data: { model: 'linear', add: 0.5 } }, 2, '2027-03-01')).toEqual({ ...atStart, data: 2 });
  });

  it('are read from a scenario with their units', () => {
    const { growth } = scenarioOf(
      `${QUEUE}growth: { users: 9 % / month, data: { model: linear, add: 5 % / month } }\n`,
    );
    expect(driversAt(growth, 1, '2027-02-01')).toMatchObject({ users: 1.09, data: 1.05 });
  });
});

describe('a grown model', () => {
  const found = findModel(catalog, 'meta-llama/Meta-Llama-3.1-8B');
  if (found.kind !== 'found') throw new Error('the catalog has no Llama');
  const card = found.value;

  it('has more layers, and parameters in proportion beyond its embeddings', () => {
    const grown = grownModel(card, 2);
    const embeddings = card.vocab * card.hidden * (card.tiedEmbeddings ? 1 : 2);
    expect(grown.layers).toBe(2 * card.layers);
    expect(grown.paramsTotal).toBeCloseTo(2 * (card.paramsTotal - embeddings) + embeddings, 0);
    expect(grown.vocab).toBe(card.vocab);
  });

  it('has whole layers, and everything follows those', () => {
    const grown = grownModel(card, 1.01);
    expect(grown.layers).toBe(card.layers);
    expect(grown.paramsTotal).toBeCloseTo(card.paramsTotal, 0);
  });

  it('is the same card at factor one', () => {
    expect(grownModel(card, 1)).toBe(card);
  });
});

describe('what drivers do', () => {
  const set = ['services.chat.traffic.arrivals=constant', 'warmup=0 s'];
  const base = resultOf(CHAT, set);
  const grown = (drivers: Partial<typeof atStart>) => resultOf(CHAT, set, { drivers: { ...atStart, ...drivers } });

  it('users multiply arrivals', async () => {
    const [one, two] = [only(await base), only(await grown({ users: 2 }))];
    expect(Math.abs(two.requests.arrived - 2 * one.requests.arrived)).toBeLessThanOrEqual(5);
    expect(two.tpot_ms!.mean!).toBeGreaterThan(one.tpot_ms!.mean!);
  });

  it('concurrent users are multiplied too', async () => {
    const text = QUEUE.replace('{ rate: 7 /s }', '{ users: { concurrent: 10, think_time: 10 s } }');
    const many = ['services.desk.servers=50', 'warmup=60 s'];
    const one = only(await resultOf(text, many)).requests.arrived;
    const three = only(await resultOf(text, many, { drivers: { ...atStart, users: 3 } })).requests.arrived;
    expect(Math.abs(three / one - 3)).toBeLessThan(0.05);
  });

  it('longer prompts bring more tokens in and a later first token, and as many requests', async () => {
    const [one, two] = [only(await base), only(await grown({ promptTokens: 2 }))];
    expect(two.requests.arrived).toBe(one.requests.arrived);
    expect(two.throughput.input_tokens_per_s! / one.throughput.input_tokens_per_s!).toBeCloseTo(2, 1);
    expect(two.ttft_ms!.p50!).toBeGreaterThan(one.ttft_ms!.p50!);
  });

  it('longer answers bring more tokens out and take longer', async () => {
    const [one, two] = [only(await base), only(await grown({ outputTokens: 2 }))];
    expect(Math.abs(two.throughput.output_tokens_per_s! / one.throughput.output_tokens_per_s! - 2)).toBeLessThan(0.1);
    expect(two.e2e_ms.p50!).toBeGreaterThan(1.8 * one.e2e_ms.p50!);
  });

  it('a deeper model is slower', async () => {
    const [one, two] = [only(await base), only(await grown({ model: 1.5 }))];
    const ratio = two.tpot_ms!.p50! / one.tpot_ms!.p50!;
    expect(ratio).toBeGreaterThan(1.2);
    expect(ratio).toBeLessThan(1.8);
  });

  it('a model grown beyond the memory of its machine is a finding, not a figure', async () => {
    await expect(worldOf(CHAT, [], { ...atStart, model: 4 })).rejects.toThrow('services.chat.model');
  });

  it('more data costs more to keep and changes nothing else', async () => {
    const text = `${QUEUE}data:\n  files: { stored: 1 TB, price: 0.02 USD/GB-month, replication: 2 }\n`;
    const one = await resultOf(text, ['window=10 min']);
    const two = await resultOf(text, ['window=10 min'], { drivers: { ...atStart, data: 1.5 } });
    expect(one.cost.per_month_usd).toBeCloseTo(40, 9);
    expect(two.cost.per_month_usd).toBeCloseTo(60, 9);
    expect(two.services).toEqual(one.services);
  });
});
