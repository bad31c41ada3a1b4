/** What the screen asks its worker, and how it is answered: a first look soon, tighter figures after it. */
import { type Catalog, openCatalog } from '../../catalog/open.js';
import type { TaskControl } from '../../engines/workerServer.js';
import { forecast } from '../../plan/forecast.js';
import { recommend } from '../../plan/recommend.js';
import type { RecommendResult } from '../../plan/results.js';
import { filesBeside } from '../../scenario/files.js';
import { editScenario, editsOn, type Loaded, parseScenario } from '../../scenario/load.js';
import type { Edit } from '../../scenario/types.js';
import { atStart } from '../../simulate/drivers.js';
import { simulate } from '../../simulate/simulate.js';
import type { Simulator } from '../../simulate/simulator.js';
import { runPlan, shortenedTo } from '../../simulate/window.js';
import { buildWorld } from '../../simulate/world/world.js';
import type { WhatIfAnswer } from '../session.js';

export interface ScenarioPayload {
  readonly text: string;
  readonly file: string;
  readonly set: readonly string[];
  readonly edits: readonly Edit[];
}

/** Requests that a first look simulates, about: some 10 ms of work. */
const FIRST_LOOK_REQUESTS = 4_000;
const FINAL_REPLICATIONS = 5;

let catalog: Catalog | undefined;

function loaded({ text, file, set, edits }: ScenarioPayload): Loaded {
  const base = parseScenario(text, file, { set, files: filesBeside(file) });
  return base.ok && edits.length > 0 ? editScenario(base.source, edits) : base;
}

export async function evaluate(
  payload: ScenarioPayload,
  { emit, signal, pause }: TaskControl<WhatIfAnswer>,
): Promise<void> {
  catalog ??= openCatalog();
  const read = loaded(payload);
  if (!read.ok) {
    const [first] = read.problems;
    emit({
      kind: 'problem',
      problem: first?.message ?? 'the scenario is not valid',
      ...(first?.hint === undefined ? {} : { hint: first.hint }),
    });
    return;
  }
  const { scenario } = read;
  const built = await buildWorld(scenario, catalog, atStart);
  if (!built.ok) {
    const [first] = built.findings;
    emit({
      kind: 'problem',
      problem: first?.message ?? 'the scenario cannot run',
      ...(first?.hint === undefined ? {} : { hint: first.hint }),
    });
    return;
  }
  const isSingle = built.world.services.every(({ service }) => runPlan(scenario, service).replications === 1);
  const planned = isSingle ? 1 : FINAL_REPLICATIONS;
  const short = { ...built.world, scenario: shortenedTo(scenario, FIRST_LOOK_REQUESTS) };
  const first = simulate(short, { replications: 1 });
  emit({ kind: 'figures', simulation: first, forecast: null, replications: 1, planned, final: false });
  await pause();
  if (signal.aborted) return;

  const quick = await forecast(short.scenario, catalog, { replications: 1, signal, pause });
  if (signal.aborted || !quick.ok) return;
  emit({ kind: 'figures', simulation: first, forecast: quick.result, replications: 1, planned, final: false });
  await pause();
  if (signal.aborted) return;

  const simulation = simulate(built.world, { replications: planned });
  emit({ kind: 'figures', simulation, forecast: quick.result, replications: planned, planned, final: false });
  await pause();
  if (signal.aborted) return;
  const full = await forecast(scenario, catalog, { signal, pause });
  if (signal.aborted || !full.ok) return;
  emit({ kind: 'figures', simulation, forecast: full.result, replications: planned, planned, final: true });
}

export async function recommendFor(
  payload: ScenarioPayload,
  { emit, signal, pause }: TaskControl<RecommendResult>,
): Promise<void> {
  catalog ??= openCatalog();
  const read = loaded(payload);
  if (!read.ok) throw new Error(read.problems[0]?.message ?? 'the scenario is not valid');
  const { scenario, source } = read;
  const simulator: Simulator = async (world, options) => {
    await pause();
    return simulate(world, options);
  };
  const outcome = await recommend(scenario, catalog, editsOn(source), { signal, simulator });
  if (!outcome.ok) throw new Error(outcome.findings[0]?.message ?? 'the scenario cannot run');
  emit(outcome.result);
}
