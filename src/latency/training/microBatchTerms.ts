/** One micro-batch on one stage: arithmetic and the communication that stands between the layers. */
import type { Accelerator, ModelCard } from '../../catalog/types.js';
import type { Term } from '../types.js';
import type { TrainingCoefficients } from './coefficients.js';
import { exchangeRoute, gatherRoute } from './communication.js';
import type { Method, Recompute, TrainingLayout, TrainingPrecision } from './config.js';
import { backwardShare, type TokenWork } from './work.js';

export interface StepQuestion {
  readonly card: ModelCard;
  readonly accelerator: Accelerator;
  readonly networkGBps: number;
  readonly layout: TrainingLayout;
  readonly work: TokenWork;
  readonly sequenceTokens: number;
  readonly recompute: Recompute;
  readonly precision: TrainingPrecision;
  readonly method: Method;
  readonly loraRank: number;
  readonly coefficients: TrainingCoefficients;
  /** FLOP/s of the products' precision and of 16-bit attention, datasheet. */
  readonly peakFlops: number;
  readonly peak16Flops: number;
  /** Share of `peakFlops` that large products hold. */
  readonly gemm: number;
  readonly bandwidth: number;
}

const share = (value: number): string => `${(value * 100).toFixed(0)} %`;

/** Forward passes that matrix products, attention and elementwise work come to: forward, backward, recomputed. */
const passes = ({ method, recompute, coefficients }: StepQuestion) => {
  const again = recompute === 'full' ? coefficients.recompute : 0;
  return {
    linear: 1 + backwardShare(method) + again,
    // flash attention's backward does 5 products for the forward's 2 (Dao 2023)
    attention: 3.5 + again,
    elementwise: 3 + (recompute === 'selective' ? 0.5 * coefficients.recompute : again),
  };
};

/** Seconds of matrix products: arithmetic, and the bytes of their three matrices, which count for narrow ones. */
const products = (question: StepQuestion, flops: number, rows: number, inner: number, outer: number): number => {
  const { peakFlops, gemm, bandwidth, coefficients, precision } = question;
  const elementBytes =
    precision === 'fp8' || precision === 'int8' ? 1.5 : precision === 'fp32' || precision === 'tf32' ? 4 : 2;
  const arithmetic = flops / (peakFlops * gemm);
  const traffic =
    ((1 / rows + 1 / inner + 1 / outer) * flops * elementBytes) / 2 / (bandwidth * coefficients.bandwidth);
  return Math.sqrt(arithmetic * arithmetic + traffic * traffic);
};

/** Heads narrower than 128 leave part of the matrix units idle. */
const headShare = ({ headDim }: ModelCard, { narrowHead }: TrainingCoefficients): number =>
  headDim > 0 && headDim < 128 ? (headDim / 128) ** narrowHead : 1;

/** One micro-batch on one stage, forward and backward. */
export const microBatchTerms = (question: StepQuestion): readonly Term[] => {
  const { card, layout, work, sequenceTokens, coefficients, precision, peak16Flops, bandwidth } = question;
  const { tensor, pipeline, context, expert, microBatch } = layout;
  const times = passes(question);
  const tokens = (microBatch * sequenceTokens) / context;
  const part = tokens / (tensor * pipeline);
  const dense = (work.linearFlops - work.expertFlops) * part * times.linear;
  const wide = Math.max(64, work.wide / tensor);
  const bytes = precision === 'fp32' || precision === 'tf32' ? 4 : 2;
  const memory = bandwidth * coefficients.bandwidth;
  const moe = card.moe;
  const expertRows = moe === undefined ? 1 : Math.max(1, (tokens * moe.expertsPerToken * expert) / moe.experts);
  const routed =
    moe === undefined
      ? 0
      : products(question, work.expertFlops * part * times.linear, expertRows, work.hidden, wide) *
        (expert > 1 ? coefficients.expertImbalance : 1);
  const attention =
    (work.attentionFlops * part * times.attention) /
    (peak16Flops * coefficients.attention * headShare(card, coefficients));
  const moved = moe === undefined ? 0 : 6 * moe.expertsPerToken * card.hidden * (card.layers - moe.denseLayers);
  const terms: Term[] = [
    {
      name: 'matrix products',
      seconds: products(question, dense, tokens, work.hidden, wide),
      why: `${((work.linearFlops - work.expertFlops) / 1e9).toFixed(2)} GFLOP a token × ${times.linear.toFixed(2)} passes at up to ${share(question.gemm)} of the ${precision} peak`,
    },
    ...(moe === undefined
      ? []
      : [
          {
            name: 'experts',
            seconds: routed,
            why: `${moe.expertsPerToken} of ${moe.experts} experts a token, ${expertRows.toFixed(0)} tokens an expert`,
          },
        ]),
    {
      name: 'attention',
      seconds: attention,
      why: `${(work.attentionFlops / 1e9).toFixed(3)} GFLOP a token × ${times.attention.toFixed(2)} at ${share(coefficients.attention * headShare(card, coefficients))} of the 16-bit peak`,
    },
    {
      name: 'elementwise',
      seconds: ((work.elementwise + moved) * bytes * part * times.elementwise * coefficients.elementwise) / memory,
      why: 'norms, residuals, activations, rotary embeddings, token permutation: memory traffic',
    },
    {
      name: 'head and loss',
      seconds:
        products(
          question,
          work.headFlops * part * (1 + backwardShare(question.method)),
          tokens,
          work.hidden,
          card.vocab / tensor,
        ) +
        (card.vocab * part * 20 * coefficients.elementwise) / memory,
      why: `${card.vocab} logits a token, in 32 bits for the loss`,
    },
    {
      name: 'host',
      seconds: (coefficients.layerHostS * card.layers) / pipeline,
      why: 'launches and hooks of each layer that the device waits for',
    },
  ];
  if (question.method === 'qlora') {
    const held = work.parameters / (tensor * pipeline);
    terms.push({
      name: 'dequantisation',
      seconds: (held * 2.5 * times.linear) / memory,
      why: '4-bit weights expanded for each pass',
    });
  }
  return terms;
};

/** Communication between the ranks of one stage that stands in the way of each layer. */
export const innerTerms = (question: StepQuestion): readonly Term[] => {
  const { card, accelerator, networkGBps, layout, sequenceTokens, recompute, coefficients } = question;
  const { tensor, pipeline, context, expert, microBatch } = layout;
  const rounds = recompute === 'full' ? 3 : 2;
  const tokens = (microBatch * sequenceTokens) / context;
  const layers = card.layers / pipeline;
  const terms: Term[] = [];
  if (tensor > 1) {
    const route = gatherRoute(accelerator, networkGBps, { size: tensor, stride: 1 }, coefficients);
    const bytes = 2 * 2 * tokens * card.hidden * 2 * rounds * layers;
    terms.push({
      name: 'tensor parallel',
      seconds: bytes * route.perByteS * coefficients.innerExposed,
      why: `two all-reduces a layer and direction, ${route.why}`,
    });
  }
  if (context > 1) {
    const route = gatherRoute(accelerator, networkGBps, { size: context, stride: tensor }, coefficients);
    const bytes =
      (2 * card.kvHeads * card.headDim * 2 * tokens * context * (rounds + 1) * layers) / Math.min(tensor, card.kvHeads);
    terms.push({
      name: 'context parallel',
      seconds: bytes * route.perByteS * coefficients.innerExposed,
      why: `keys and values pass round ${route.why}`,
    });
  }
  if (expert > 1 && card.moe !== undefined) {
    const route = exchangeRoute(accelerator, networkGBps, { size: expert, stride: 1 }, coefficients);
    const bytes =
      (2 * rounds * tokens * card.moe.expertsPerToken * card.hidden * 2 * (card.layers - card.moe.denseLayers)) /
      pipeline /
      tensor;
    terms.push({
      name: 'expert parallel',
      seconds: bytes * route.perByteS * coefficients.innerExposed * coefficients.expertImbalance,
      why: `dispatch and combine, ${route.why}`,
    });
  }
  return terms;
};
