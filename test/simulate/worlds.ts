/** Small scenarios for the tests of what stands on them: text in, worlds and results out. */
import { type Catalog, openCatalog } from '../../src/catalog/open.js';
import { parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/types.js';
import { atStart, type Drivers } from '../../src/simulate/drivers.js';
import type { ServiceResult, SimulationResult } from '../../src/simulate/result.js';
import { type SimulateOptions, simulate } from '../../src/simulate/simulate.js';
import { buildWorld, type World, type WorldFinding } from '../../src/simulate/world/world.js';

export const catalog: Catalog = openCatalog();

/** The scenario of a text that must be valid. */
export function scenarioOf(text: string, set: readonly string[] = []): Scenario {
  const loaded = parseScenario(text, 's.yaml', { set });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return loaded.scenario;
}

/** The world of a text that must build. */
export async function worldOf(text: string, set: readonly string[] = [], drivers: Drivers = atStart): Promise<World> {
  const built = await buildWorld(scenarioOf(text, set), catalog, drivers);
  if (!built.ok) throw new Error(built.findings.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  return built.world;
}

/** What is wrong with a valid scenario once it meets the catalogs. */
export async function findingsOf(text: string, set: readonly string[] = []): Promise<readonly WorldFinding[]> {
  const built = await buildWorld(scenarioOf(text, set), catalog, atStart);
  return built.ok ? [] : built.findings;
}

export async function resultOf(
  text: string,
  set: readonly string[] = [],
  options: SimulateOptions & { readonly drivers?: Drivers } = {},
): Promise<SimulationResult> {
  const { drivers = atStart, ...rest } = options;
  return simulate(await worldOf(text, set, drivers), rest);
}

/** The only service of a result. */
export function only(result: SimulationResult): ServiceResult {
  const [service, ...more] = Object.values(result.services);
  if (!service || more.length > 0) throw new Error('expected one service');
  return service;
}

/** A queue by its service time, in a capped run unless `set` says otherwise. */
export const QUEUE = `version: 1
seed: 11
services:
  desk:
    kind: queue
    servers: 1
    service_time: { distribution: exponential, mean: 100 ms }
    traffic: { rate: 7 /s }
`;

/** A chat service small enough to simulate in milliseconds. */
export const CHAT = `version: 1
seed: 11
window: 10 min
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    engine: vllm
    traffic:
      rate: 2 /s
      prompt_tokens: { mean: 700, cv: 1 }
      output_tokens: { mean: 150, cv: 0.7 }
      shared_prefix_tokens: 200
    slo: { ttft: { p95: 800 ms }, tpot: { p95: 50 ms } }
    runs_on: gpu
pools:
  gpu: { instance: aws/g6e.xlarge, region: us-east-1, replicas: 1 }
`;

/** Sentence embeddings on CPU machines. */
export const EMBED = `version: 1
seed: 11
window: 10 min
services:
  embed:
    kind: inference
    model: sentence-transformers/all-MiniLM-L6-v2
    weights: fp32
    batching: { max_batch: 8, max_delay: 5 ms }
    traffic: { rate: 40 /s, prompt_tokens: 64 }
    slo: { e2e: { p95: 100 ms } }
    runs_on: cpu
pools:
  cpu: { instance: aws/c7i.2xlarge, region: us-east-1, replicas: 2 }
`;
