/** The time of one optimiser step as a tree of terms. */
import type { Term } from '../types.js';
import { gatherRoute } from './communication.js';
import { innerTerms, microBatchTerms, type StepQuestion } from './microBatchTerms.js';
import { adapterParameters } from './work.js';

const sum = (terms: readonly Term[]): number => terms.reduce((total, term) => total + term.seconds, 0);
const parent = (name: string, why: string, children: readonly Term[], times = 1): Term => ({
  name,
  why,
  seconds: sum(children) * times,
  children: times === 1 ? children : children.map((child) => ({ ...child, seconds: child.seconds * times })),
});

/** What is left to see of communication that runs beside arithmetic. */
const overlapped = (arithmetic: number, communication: number, exposed: number): number =>
  Math.max(0, communication - arithmetic) + exposed * Math.min(arithmetic, communication);

/** The step: micro-batches, the pipeline's bubble, synchronisation, the optimiser. `seconds` is the whole. */
export const stepTerms = (question: StepQuestion): Term => {
  const { card, accelerator, networkGBps, layout, work, coefficients, method, loraRank, bandwidth, sequenceTokens } =
    question;
  const { tensor, pipeline, context, expert, data, sharding, microBatch, microBatches, virtualStages } = layout;
  const compute = microBatchTerms(question);
  const inner = innerTerms(question);
  const busy = sum(compute) + sum(inner);
  const held =
    ((work.parameters - work.expertParameters) / tensor + work.expertParameters / Math.max(tensor, 1) / expert) /
    pipeline;
  const trained = method === 'full' ? held : adapterParameters(card, loraRank) / (tensor * pipeline);
  const route = gatherRoute(accelerator, networkGBps, { size: data * context, stride: tensor }, coefficients);
  const storedBytes = method === 'qlora' ? 0.52 : 2;
  // weights twice, gradients once, in 16 bits, for every micro-batch
  const gathered = sharding === 'weights' ? (2 * held * storedBytes + trained * 2) * route.perByteS : 0;
  const gathering: Term = {
    name: 'gather of shards',
    seconds: overlapped(busy, gathered, coefficients.exposed),
    why: `weights twice and gradients once a micro-batch, ${route.why}; the rest hides behind arithmetic`,
  };
  const one = [...compute, ...inner, ...(gathered > 0 ? [gathering] : [])];
  const micro = sum(one);
  const bubble = ((pipeline - 1) / virtualStages) * micro;
  const rounds = microBatches * virtualStages + pipeline - 1;
  const networkHop = gatherRoute(
    accelerator,
    networkGBps,
    { size: pipeline, stride: tensor * context * data },
    coefficients,
  );
  const hop = ((2 * 2 * microBatch * sequenceTokens * card.hidden) / context / tensor) * networkHop.perByteS;
  const synced = sharding === 'weights' ? 0 : trained * (2 + 2) * route.perByteS;
  const shards = sharding === 'none' ? 1 : data * context;
  const children: Term[] = [
    parent(
      'micro-batches',
      `${microBatches.toFixed(microBatches % 1 === 0 ? 0 : 1)} of ${microBatch} × ${sequenceTokens} tokens on a rank`,
      one,
      microBatches,
    ),
    ...(pipeline > 1
      ? [
          {
            name: 'pipeline bubble',
            seconds: bubble,
            why: `(${pipeline} − 1)/${virtualStages} micro-batches wait for the others`,
          },
          {
            name: 'stage hand-over',
            seconds: rounds * hop * coefficients.innerExposed,
            why: 'activations and their gradients between stages',
          },
        ]
      : []),
    ...(synced > 0
      ? [
          {
            name: 'gradient synchronisation',
            seconds: overlapped((busy * 2) / 3, synced, coefficients.exposed),
            why: `gradients and updated weights, ${route.why}`,
          },
        ]
      : []),
    {
      name: 'optimiser',
      seconds: ((trained / shards) * 30) / (bandwidth * coefficients.bandwidth) + coefficients.stepHostS,
      why: 'reads and writes states, master weights and gradients; step bookkeeping',
    },
  ];
  const domains = Math.max(1, (data * context * tensor * pipeline) / Math.max(8, accelerator.scaleUpDomain));
  const jitter = coefficients.jitter * Math.log2(Math.max(1, domains));
  const steady = sum(children);
  if (jitter > 0)
    children.push({
      name: 'jitter',
      seconds: steady * jitter,
      why: `${Math.ceil(domains)} scale-up domains wait for the slowest`,
    });
  return parent('step', `${layout.data} data × ${pipeline} pipeline × ${tensor} tensor × ${context} context`, children);
};
