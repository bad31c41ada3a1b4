/** The tree of terms behind a number: what a token, a first token, a bill or a capacity is made of. */
import { fluidCapacity } from '../fleet/llm/capacity.js';
import { kvTransfer } from '../latency/kvTransfer.js';
import { isRefusal, mediaTerms } from '../latency/planServing.js';
import type { StepShape, Term } from '../latency/types.js';
import type { SimulationResult } from '../simulate/result.js';
import { outputCvOf, phaseOf } from '../simulate/results/bottleneck.js';
import { meanBesideS, meanEncodeS } from '../simulate/services/media.js';
import type { Lane } from '../simulate/world/types.js';
import type { PreparedService, World } from '../simulate/world/world.js';
import { sharedByTokens, stepOf, tokensOfStep } from './explainStep.js';

export interface ExplainNode {
  readonly name: string;
  readonly value: number;
  readonly why: string;
  readonly children?: readonly ExplainNode[];
}

export interface Explanation {
  readonly schema_version: '1';
  readonly metric: string;
  readonly unit: 's' | 'USD' | '/s' | '';
  readonly tree: ExplainNode;
  /** How the prediction was calibrated, and where it is stretched. */
  readonly evidence: readonly string[];
}

/** What can be explained, as a user may type it. */
export const EXPLAINABLE = ['cost', 'services.NAME.tpot', 'services.NAME.ttft', 'services.NAME.capacity'] as const;

/** Explains one metric of a simulated world; `undefined` for a metric that has no tree. */
export function explain(metric: string, world: World, result: SimulationResult): Explanation | undefined {
  if (/^cost(\..*)?$/.test(metric)) return costExplained(metric, result);
  const [, name, quantity] = /^services\.([^.]+)\.(tpot|ttft|capacity)/.exec(metric) ?? [];
  const prepared = world.services.find((service) => service.name === name);
  if (prepared?.kind !== 'llm' || quantity === undefined) return undefined;
  if (quantity === 'capacity') return capacityOfPools(metric, prepared, result);
  // A token's time differs from pool to pool, and the service's mean says of none what it is made of.
  if (prepared.lanes.length > 1) return undefined;
  return quantity === 'tpot' ? tpotExplained(metric, prepared, result) : ttftExplained(metric, prepared, result);
}

/** Why a metric has no tree, and which have. */
export function whyNot(metric: string, world: World): { readonly message: string; readonly hint: string } {
  const models = world.services.filter((service): service is Llm => service.kind === 'llm');
  const split = models.find(({ name, lanes }) => lanes.length > 1 && metric.startsWith(`services.${name}.`));
  if (split !== undefined) {
    const message = `services.${split.name} runs on several pools: a token's time differs from one to the other`;
    return { message, hint: `explain services.${split.name}.capacity or cost, or give it a single pool` };
  }
  const hint = EXPLAINABLE.map((each) => each.replace('NAME', models[0]?.name ?? 'NAME')).join(', ');
  return { message: `there is no tree behind "${metric}"`, hint: `there is one behind: ${hint}` };
}

type Llm = Extract<PreparedService, { kind: 'llm' }>;

function costExplained(metric: string, { cost, window_s }: SimulationResult): Explanation {
  const perMonth = cost.month ? 1 : cost.per_month_usd / Math.max(cost.total_usd, 1e-12);
  const children = (cost.month?.by_item ?? cost.by_item).map((item) => ({
    name: item.item,
    value: item.usd * perMonth,
    why: `${Number((item.quantity * perMonth).toPrecision(6))} ${item.unit} at ${item.unit_price_usd} USD (${item.source}${item.as_of ? `, ${item.as_of}` : ''})`,
  }));
  const why =
    cost.month?.basis === 'week'
      ? '730 hours of a normal week, simulated by its load levels: the autoscaler follows the load'
      : `730 hours at the rate of the simulated ${Number((window_s / 3600).toPrecision(3))} h`;
  return {
    schema_version: '1',
    metric,
    unit: 'USD',
    tree: { name: 'cost of a month', value: cost.per_month_usd, why, children },
    evidence: cost.unpriced.map((name) => `not priced: ${name}`),
  };
}

/** Mean lengths as they were simulated. */
function meansOf(prepared: Llm, result: SimulationResult): { prompt: number; computed: number; output: number } {
  const { throughput, prefix_hit_rate: hits } = result.services[prepared.name]!;
  const perS = Math.max(throughput.requests_per_s, 1e-12);
  const prompt = (throughput.input_tokens_per_s ?? 0) / perS;
  return { prompt, computed: prompt * (1 - (hits ?? 0)), output: (throughput.output_tokens_per_s ?? 0) / perS };
}

function tpotExplained(metric: string, prepared: Llm, result: SimulationResult): Explanation | undefined {
  const { prompt, output } = meansOf(prepared, result);
  const batch = Math.max(1, Math.round(result.pools[prepared.pool]?.batch_size?.mean ?? 1));
  const context = Math.round(prompt + output / 2);
  const shape: StepShape = { decodeSequences: batch, decodeContextTokens: batch * context, prefill: [] };
  const term = stepOf(prepared, shape);
  if (isRefusal(term)) return undefined;
  const step = nodeOf(term, `a decode step at the mean batch of ${batch} with ${context} tokens of context each`);
  const mean = (result.services[prepared.name]?.tpot_ms?.mean ?? 0) / 1000;
  const shared = sharedByTokens(prepared, term.seconds);
  const rest = mean - term.seconds - shared.reduce((sum, node) => sum + node.value, 0);
  return {
    schema_version: '1',
    metric,
    unit: 's',
    tree: {
      name: 'mean time per output token',
      value: mean,
      why: 'as simulated',
      children: [
        step,
        ...shared,
        {
          name: 'sharing steps with prompts, and uneven batches',
          value: rest,
          why: `steps that also compute prompt chunks take longer; larger batches than the mean weigh more${shared.length > 0 ? '; the last step of an answer gives less' : ''}`,
        },
      ],
    },
    evidence: evidenceOf(prepared),
  };
}

function ttftExplained(metric: string, prepared: Llm, result: SimulationResult): Explanation | undefined {
  const { prompt, computed } = meansOf(prepared, result);
  const { plan } = prepared;
  const service = result.services[prepared.name]!;
  const tokens = Math.max(1, Math.round(computed));
  const past = Math.round(prompt - computed);
  const chunks: Term[] = [];
  for (let done = 0; done < tokens; ) {
    const chunk = Math.min(plan.maxBatchedTokens, tokens - done);
    const shape: StepShape = {
      decodeSequences: 0,
      decodeContextTokens: 0,
      prefill: [{ chunkTokens: chunk, pastTokens: past + done, completes: done + chunk >= tokens }],
    };
    const term = stepOf(prepared, shape);
    if (isRefusal(term)) return undefined;
    chunks.push(term);
    done += chunk;
  }
  const prefill = chunks.reduce((sum, term) => sum + term.seconds, 0);
  const queue = (service.queue_ms?.mean ?? 0) / 1000;
  const encoding = [...encodingOf(prepared), ...loadingOf(prepared)];
  const encode = encoding.reduce((sum, node) => sum + node.value, 0);
  const request = plan.overhead.fixedS + plan.overhead.perPromptTokenS * prompt;
  const mean = (service.ttft_ms?.mean ?? 0) / 1000;
  const split = kvTransfer(prepared.config, Math.max(1, Math.round(prompt)));
  const apart =
    split === undefined
      ? []
      : [
          `with prefill and decoding in pools of their own: ${(split.seconds * 1000).toPrecision(3)} ms more, ${split.why}`,
        ];
  return {
    schema_version: '1',
    metric,
    unit: 's',
    tree: {
      name: 'mean time to first token',
      value: mean,
      why: 'as simulated',
      children: [
        { name: 'waiting', value: queue, why: 'for the running step to end, for a place in the batch, for KV blocks' },
        {
          name: 'prefill alone',
          value: prefill,
          why: `${tokens} prompt tokens computed (${past} found in the prefix cache) in ${chunks.length} chunk${chunks.length === 1 ? '' : 's'}`,
          children: chunks.map((term, i) => nodeOf(term, `chunk ${i + 1}`)),
        },
        ...encoding,
        {
          name: 'request handling',
          value: request,
          why: `HTTP and tokenisation: ${(plan.overhead.fixedS * 1000).toPrecision(3)} ms and ${(plan.overhead.perPromptTokenS * 1e6).toPrecision(3)} µs a prompt token`,
        },
        {
          name: 'sharing steps with other requests',
          value: mean - queue - prefill - encode - request,
          why: 'decoding sequences and other prompts take part in the same steps; long prompts weigh more than the mean one',
        },
      ],
    },
    evidence: [...evidenceOf(prepared), ...apart],
  };
}

/** Encoding the images and audio of a request; empty where prompts are text. */
function encodingOf({ service, config, plan }: Llm): ExplainNode[] {
  const value = meanEncodeS(service.traffic, plan.encoder);
  if (value === 0) return [];
  const { image, audio } = mediaTerms(config);
  const images = image && plan.encoder?.image ? meanEncodeS(service.traffic, { image: plan.encoder.image }) : 0;
  const each = (term: Term | undefined, seconds: number): ExplainNode[] =>
    term === undefined ? [] : [times(nodeOf(term, ''), seconds / term.seconds)];
  return [
    {
      name: 'encoding images and audio',
      value,
      why: 'in the steps that compute the prompt, on average over requests',
      children: [...each(image, images), ...each(audio, value - images)],
    },
  ];
}

/** Loading the adapter of a request that finds it unloaded; empty without adapters, or where all stay loaded. */
function loadingOf({ plan: { adapters } }: Llm): ExplainNode[] {
  if (adapters === undefined || adapters.hitRate === 1) return [];
  const why = `${((1 - adapters.hitRate) * 100).toPrecision(3)} % of requests wait ${(adapters.loadS * 1e3).toPrecision(3)} ms for ${(adapters.bytesEach / 1e6).toPrecision(3)} MB from host memory`;
  return [{ name: 'loading adapters', value: (1 - adapters.hitRate) * adapters.loadS, why }];
}

/** A tree whose parts happen `factor` times a request. */
function times({ name, value, why, children }: ExplainNode, factor: number): ExplainNode {
  const often = factor === 1 ? '' : `${Number(factor.toPrecision(3))} times a request: `;
  const scaled = (node: ExplainNode): ExplainNode => ({
    ...node,
    value: node.value * factor,
    ...(node.children && { children: node.children.map(scaled) }),
  });
  return { name, value: value * factor, why: `${often}${why}`, ...(children && { children: children.map(scaled) }) };
}

/** The capacity of each pool; of several, their sum, which routing may not reach. */
function capacityOfPools(metric: string, prepared: Llm, result: SimulationResult): Explanation {
  const pools = prepared.lanes.map((lane) => capacityExplained(metric, { ...prepared, ...lane }, lane, result));
  const [first] = pools;
  if (pools.length === 1) return first!;
  return {
    ...first!,
    tree: {
      name: 'requests per second that the pools could serve at most',
      value: prepared.link
        ? Math.min(...pools.map(({ tree }) => tree.value))
        : pools.reduce((sum, { tree }) => sum + tree.value, 0),
      why: prepared.link
        ? 'every request goes through both: the slower sets the pace'
        : 'their sum, which is reached only if routing fills all of them alike',
      children: pools.map(({ tree }, i) => ({ ...tree, name: `pools.${prepared.lanes[i]!.pool}` })),
    },
    evidence: [...new Set(pools.flatMap(({ evidence }) => evidence))],
  };
}

function capacityExplained(metric: string, prepared: Llm, lane: Lane, result: SimulationResult): Explanation {
  const { prompt, computed, output } = meansOf(prepared, result);
  const { plan } = prepared;
  const requests = phaseOf(lane, {
    computedTokens: Math.max(1, computed),
    promptTokens: Math.max(1, prompt),
    outputTokens: Math.max(1, output),
    outputCv: outputCvOf(prepared),
    encodeS: meanBesideS(prepared.service.traffic, plan),
  });
  const fluid = fluidCapacity(plan, requests);
  const pool = result.pools[prepared.pool]!;
  const engines = pool.replicas.mean * plan.engines;
  return {
    schema_version: '1',
    metric,
    unit: '/s',
    tree: {
      name: 'requests per second that the pool could serve at most',
      value: fluid.requestsPerS * engines,
      why: `a fluid of mean requests (${Math.round(requests.computedTokens)} tokens to compute, ${Math.round(requests.outputTokens)} to generate) through full batches`,
      children: [
        { name: 'engines', value: engines, why: `${pool.replicas.mean} replicas of ${plan.engines}` },
        { name: 'requests per second and engine', value: fluid.requestsPerS, why: `limited by ${fluid.limit}` },
        {
          name: 'sequences decoding together',
          value: fluid.batch,
          why: `at most ${plan.maxSequences} by max_num_seqs`,
        },
        ...tokensOfStep(prepared),
        {
          name: 'tokens of KV memory and engine',
          value: plan.kvBlocks * plan.blockTokens,
          why: `${plan.kvBlocks} blocks of ${plan.blockTokens}`,
        },
      ],
    },
    evidence: evidenceOf(prepared),
  };
}

function nodeOf(term: Term, why: string): ExplainNode {
  return {
    name: term.name,
    value: term.seconds,
    why: why === '' ? term.why : why,
    ...(term.children && { children: term.children.map((child) => nodeOf(child, '')) }),
  };
}

function evidenceOf({ plan }: Llm): string[] {
  const { profile } = plan;
  return [
    `latency profile ${profile.name} (${profile.grade}); 80 % of measured values lie within a factor of ${profile.band80.tpot} (time per token), ${profile.band80.ttft} (first token)`,
    ...(profile.calibration ? [`calibrated by ${profile.calibration.name}: ${profile.calibration.errors}`] : []),
    ...profile.extrapolates.map((text) => `stretched: ${text}`),
  ];
}
