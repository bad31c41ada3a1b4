import type { ModelCard } from '../catalog/types.js';
import { percent, type StepInputs, smooth, type TokenTerm } from './costTerms.js';
import { allToAll, type Fabric } from './link.js';

/** Experts that a step of `tokens` tokens touches when each picks k of E at random: E·(1 − (1 − k/E)^T). */
export const expertsTouched = (experts: number, perToken: number, tokens: number): number =>
  perToken >= experts ? experts : -experts * Math.expm1(tokens * Math.log1p(-perToken / experts));

/** Mixture-of-experts layers: routed experts, their routing, and the exchange between attention replicas. */
export const moeTerms = (
  { config, placement, parts, profile, path, bandwidth }: StepInputs,
  moe: NonNullable<ModelCard['moe']>,
  stretch: number,
  weight: number,
  compute: number,
  fabric: Fabric,
): readonly TokenTerm[] => {
  const c = profile.coefficients;
  const { ranks, attentionReplicas, wholeExperts } = placement;
  const card = config.model;
  const moeLayers = stretch * (card.layers - moe.denseLayers);
  const imbalance = wholeExperts ? c.expertImbalance : 1;
  // Tensor parallelism slices experts across their width; narrow slices fill the arithmetic units less.
  const slice = wholeExperts ? moe.intermediate : moe.intermediate / ranks;
  const flops = ((compute / c.gemmCompute) * c.moeCompute * slice) / (slice + c.moeHalfWidth);
  const bytesPerS = bandwidth * c.moeMemory;
  const active = stretch * parts.routedActive;
  const total = stretch * parts.routedTotal;
  const k = moe.expertsPerToken;
  // Rows of padding, as parameters multiplied in vain per touched expert.
  const padding = (c.moePaddingRows * active) / k;
  const spread = moe.experts > k ? (total - active) / (moe.experts - k) : 0;
  const touchedOf =
    config.identicalPrompts === true ? () => k : (tokens: number) => expertsTouched(moe.experts, k, tokens);
  const terms: TokenTerm[] = [
    {
      name: 'routed experts',
      why: `${k} of ${moe.experts} experts a token over ${ranks} ranks; a step reads the experts that its tokens touch${wholeExperts ? `, the busiest rank ${percent(imbalance - 1)} more than the mean` : ''} (${path.unit} arithmetic)`,
      seconds: (tokens) => {
        const all = tokens * attentionReplicas;
        const touched = touchedOf(all);
        const arithmetic = (2 * (all * active + touched * padding)) / flops;
        const read = ((active + (touched - k) * spread) * weight) / bytesPerS;
        return (smooth(arithmetic, read) * imbalance) / ranks;
      },
    },
    {
      name: 'expert routing',
      why: `routing and permutation, ${(c.moeFloorS * 1e6).toFixed(0)} µs in each of ${moeLayers.toFixed(0)} layers`,
      seconds: () => moeLayers * c.moeFloorS,
    },
  ];
  if (attentionReplicas > 1) {
    const exchange = allToAll(fabric, ranks, c);
    // Dispatch in 8 bits and combine in 16, once per rank that holds one of the token's experts.
    const perToken = (exchange.perByteS * card.hidden * 3 * Math.min(k, ranks)) / placement.attentionTensor;
    terms.push({
      name: 'expert exchange',
      why: `dispatch and combine: ${exchange.why}`,
      seconds: (tokens) => moeLayers * (2 * exchange.floorS + perToken * tokens),
    });
  }
  return terms;
};
