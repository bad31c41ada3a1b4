import { describe, expect, it } from 'vitest';
import { listAccelerators } from '../../src/catalog/accelerators.js';
import { listModels } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import type { Accelerator, ModelCard } from '../../src/catalog/types.js';
import type { ServingConfig } from '../../src/latency/config.js';
import { isRefusal, planServing } from '../../src/latency/planServing.js';
import { attentionPairs, windowPairs } from '../../src/latency/stepModel.js';
import { stepSeconds } from '../../src/latency/stepSeconds.js';
import type { ServingPlan } from '../../src/latency/types.js';
import { config } from './cards.js';

/** Limits of physics, counted here without the room's own formulas: published parameters, datasheet peaks, nothing achieved. */
const catalog = openCatalog();
const accelerators = listAccelerators(catalog).filter(({ kind }) => kind !== 'cpu');
const cards = listModels(catalog).filter(({ kind }) => kind === 'llm' || kind === 'decoder');

const bits: Readonly<Record<string, number>> = { bf16: 16, fp8: 8, int4: 4, fp4: 4 };

const highestPeak = ({ tflops }: Accelerator, weights: string): number => {
  const wide = tflops.bf16 ?? tflops.fp16 ?? tflops.tf32 ?? tflops.fp32 ?? 0;
  const native = weights === 'fp8' ? tflops.fp8 : weights === 'fp4' ? tflops.fp4 : undefined;
  return Math.max(wide, native ?? 0) * 1e12;
};

/** Parameters that a token is multiplied with: active ones without the embedding look-up (a tied table still serves as the head). */
const multiplied = (card: ModelCard): number => {
  const lookUp = card.tiedEmbeddings ? 0 : card.vocab * card.hidden;
  return Math.max(0, card.paramsActive - lookUp);
};

const kvBytes = (card: ModelCard, context: number, kvBits: number): number => {
  const row = card.mla ? card.mla.kvLoraRank + card.mla.qkRopeHeadDim : 2 * card.kvHeads * card.headDim;
  const windowed = card.sliding?.layers ?? 0;
  const seen = (card.layers - windowed) * context + windowed * Math.min(context, card.sliding?.window ?? 0);
  return (row * seen * kvBits) / 8;
};

interface Case extends ServingConfig {
  readonly plan: ServingPlan;
}

const degrees = [
  { tensor: 1, pipeline: 1, data: 1, expert: 1 },
  { tensor: 8, pipeline: 1, data: 1, expert: 1 },
  { tensor: 4, pipeline: 2, data: 1, expert: 1 },
  { tensor: 1, pipeline: 1, data: 8, expert: 1 },
] as const;

const casesOf = (card: ModelCard, weights: 'bf16' | 'fp8' | 'int4' | 'fp4'): Case[] =>
  accelerators.flatMap((accelerator) =>
    degrees.flatMap((degree) => {
      const asked = config({
        model: card,
        accelerator,
        weights,
        ...degree,
        assumeFits: true,
        batching: { ...config().batching, max_num_batched_tokens: 1024 },
      });
      const plan = planServing(asked);
      return isRefusal(plan) ? [] : [{ ...asked, plan }];
    }),
  );

const prefillSeconds = ({ plan: { step } }: Case, tokens: number): number =>
  stepSeconds(step, tokens, 1, 0, 0, attentionPairs(tokens, 0), windowPairs(tokens, 0, step.windowTokens));

const decodeSeconds = ({ plan: { step } }: Case, batch: number, context: number): number =>
  stepSeconds(step, batch, batch, batch * context, batch * Math.min(context, step.windowTokens), 0, 0);

describe('no prediction beats physics', () => {
  it('covers the catalog', () => {
    expect(accelerators.length).toBeGreaterThan(40);
    expect(cards.length).toBeGreaterThan(100);
    expect(casesOf(cards[0]!, 'bf16').length).toBeGreaterThan(100);
  });

  it.each(['bf16', 'fp8', 'int4', 'fp4'] as const)(
    'holds for every model on every accelerator in %s',
    (weights) => {
      const broken: string[] = [];
      let checked = 0;
      for (const card of cards) {
        for (const each of casesOf(card, weights)) {
          const { plan, accelerator } = each;
          const label = `${card.name} on ${plan.acceleratorsPerReplica} ${accelerator.name} t${each.tensor} p${each.pipeline} d${each.data}`;
          const devices = plan.acceleratorsPerReplica;
          // A dense model's data-parallel copies do not help one request.
          const serving = card.moe === undefined ? devices / each.data : devices;
          const peak = highestPeak(accelerator, weights);
          const bandwidth = (accelerator.bandwidthGBps ?? 0) * 1e9;
          const hold = (what: string, seconds: number, bound: number): void => {
            checked += 1;
            if (!(seconds >= bound)) broken.push(`${what}: ${label}: ${seconds} < ${bound}`);
          };
          // Around the knee of the roofline and beyond it.
          for (const tokens of [64, 200, 400, 1024]) {
            hold(
              `TTFT ${tokens}`,
              prefillSeconds(each, tokens),
              (2 * (multiplied(card) - card.vocab * card.hidden) * tokens) / (peak * serving),
            );
          }
          const active = (multiplied(card) * bits[weights]!) / 8;
          for (const context of [1, 1000, 30_000]) {
            hold(
              `TPOT ${context}`,
              decodeSeconds(each, 1, context),
              (active + kvBytes(card, context, 16)) / (bandwidth * serving),
            );
          }
          for (const batch of [16, 100, 256]) {
            if (batch > plan.maxSequences) continue;
            const rate = (plan.engines * batch) / decodeSeconds(each, batch, 500);
            const limit = (peak * devices) / (2 * multiplied(card));
            hold(`throughput ${batch}`, 1 / rate, 1 / limit);
          }
        }
      }
      expect(broken.slice(0, 20)).toEqual([]);
      expect(checked).toBeGreaterThan(50_000);
    },
    60_000,
  );
});
