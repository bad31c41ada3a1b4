import type { ModelCard } from '../../catalog/types.js';

/** Width and depth of published decoders by size: about 1/100 of depth per unit of width from GPT-2 to Llama-3-405B (assumed rule). */
const aspect = (parameters: number): number => 40 + 8 * Math.log2(Math.max(1, parameters / 1e8));

const rounded = (value: number, to: number): number => Math.max(to, Math.round(value / to) * to);

/**
 * A dense decoder of a given size for a model that no card describes: depth·width²·12 parameters, heads of 128, vocabulary 50,304.
 * An assumption, good for FLOPs (they follow the size) and rough for narrow models.
 */
export const decoderOfSize = (name: string, parameters: number): ModelCard => {
  const vocab = 50_304;
  let hidden = 768;
  for (let step = 0; step < 8; step++) {
    const body = Math.max(parameters - vocab * hidden, parameters / 4);
    hidden = rounded(Math.cbrt((body * aspect(parameters)) / 12), 128);
  }
  const layers = Math.max(
    2,
    Math.round(Math.max(parameters - vocab * hidden, parameters / 4) / (12 * hidden * hidden)),
  );
  const heads = hidden / 128;
  return {
    name,
    aliases: [],
    family: 'unknown',
    kind: 'llm',
    paramsTotal: parameters,
    paramsActive: parameters,
    verified: 'no',
    layers,
    hidden,
    intermediate: 4 * hidden,
    heads,
    kvHeads: heads,
    headDim: 128,
    vocab,
    gatedMlp: false,
    tiedEmbeddings: true,
    attention: 'MHA',
    source: 'derived from the number of parameters',
    asOf: '2026-11',
    notes: `${layers} layers of ${hidden}`,
  };
};
