/** Small fleets for tests by hand: a step lasts a tenth of a second plus a millisecond a token unless told otherwise. */

import type { ClientSettings } from '../../../src/fleet/llm/clients.js';
import type { EngineLimits } from '../../../src/fleet/llm/engineLimits.js';
import { type LlmFleetConfig, type LlmRun, type LlmRunOptions, runLlmFleet } from '../../../src/fleet/llm/fleet.js';
import type { ReplicaGroup } from '../../../src/fleet/llm/replicaGroup.js';
import type { StepModel } from '../../../src/latency/types.js';
import type { RequestSource } from '../../../src/workload/source.js';
import type { NaiveRow } from './naiveFleet.js';

export const flatStep = (seconds: number, maxTokens: number, maxSequences: number): StepModel => ({
  tokens: new Float64Array(maxTokens + 1).fill(seconds),
  head: new Float64Array(maxSequences + 1),
  host: new Float64Array(maxSequences + 1),
  perContextToken: 0,
  perWindowToken: 0,
  windowTokens: 0,
  perPair: 0,
  perWindowPair: 0,
  prefillStep: 0,
  gpuFloor: 0,
});

export interface Ask {
  readonly at: number;
  readonly prompt: number;
  readonly output: number;
  readonly shared?: number;
  readonly key?: number;
}

/** Requests listed by hand. */
export function listed(asks: readonly Ask[]): RequestSource {
  let next = 0;
  const source: RequestSource = {
    time: 0,
    promptTokens: 0,
    outputTokens: 0,
    sharedTokens: 0,
    encodeS: 0,
    contentKey: -1,
    continues: false,
    startsContent: false,
    user: -1,
    advance() {
      const ask = asks[next++];
      source.time = ask ? ask.at : Infinity;
      source.promptTokens = ask?.prompt ?? 0;
      source.outputTokens = ask?.output ?? 0;
      source.sharedTokens = ask?.shared ?? 0;
      source.contentKey = ask?.key ?? -1;
    },
    answered() {},
    answeredAt: 0,
    answer() {},
  };
  source.advance();
  return source;
}

export interface SmallFleet {
  readonly step: StepModel;
  readonly limits: Partial<EngineLimits>;
  readonly engines: number;
  readonly router: LlmFleetConfig['router'];
  readonly overhead: ReplicaGroup['overhead'];
  readonly maxModelTokens: number;
  readonly rejectTooLong: boolean;
  readonly speculative: LlmFleetConfig['speculative'] & {};
  readonly priority: LlmFleetConfig['priority'] & {};
  readonly client: ClientSettings;
  readonly origins: LlmFleetConfig['origins'] & {};
  readonly tenants: LlmFleetConfig['tenants'] & {};
  readonly admission: LlmFleetConfig['admission'] & {};
  /** Groups of like replicas with so many engines each, instead of one. */
  readonly groupEngines: readonly number[];
}

export function runSmall(
  fleet: Partial<SmallFleet>,
  source: RequestSource,
  options: Partial<LlmRunOptions> = {},
): LlmRun & { readonly rows: readonly NaiveRow[] } {
  const rows: NaiveRow[] = [];
  const limits = {
    maxSequences: 8,
    maxBatchedTokens: 100,
    blockTokens: 4,
    kvBlocks: 1000,
    prefixCaching: false,
    contentKeys: 8,
    ...fleet.limits,
  };
  const {
    step = flatStep(0.1, limits.maxBatchedTokens, limits.maxSequences),
    engines = 1,
    overhead = { fixedS: 0, perPromptTokenS: 0 },
    limits: _,
    groupEngines = [engines],
    ...rest
  } = fleet;
  const run = runLlmFleet(
    {
      groups: groupEngines.map((count) => ({ step, limits, overhead, engines: count })),
      router: () => 0,
      maxModelTokens: 100_000,
      rejectTooLong: false,
      good: { ttftS: Infinity, tpotS: Infinity, e2eS: Infinity },
      ...rest,
    },
    source,
    { warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0, sink: (row) => rows.push(row), ...options },
  );
  return { ...run, rows };
}
