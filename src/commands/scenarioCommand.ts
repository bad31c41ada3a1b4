/** What verbs about a scenario share: reading it with the catalogs, and turning what was found into located problems. */
import { Args } from '@oclif/core';
import { type Catalog, openCatalog } from '../catalog/open.js';
import { type SimulationPool, simulationPool } from '../engines/pool.js';
import { type Loaded, loadScenario } from '../scenario/load.js';
import { type ScenarioSource, toProblem } from '../scenario/source.js';
import type { Scenario } from '../scenario/types.js';
import { atStart } from '../simulate/drivers.js';
import type { RunTasks, Simulator } from '../simulate/simulator.js';
import { tooLarge } from '../simulate/size.js';
import { buildWorld, type World, type WorldFinding } from '../simulate/world.js';
import { BaseCommand, InvalidInput } from './base.js';

export type Read = Extract<Loaded, { ok: true }>;

export const scenarioArgs = { scenario: Args.file({ description: 'scenario file (YAML)', required: true }) };

export abstract class ScenarioCommand extends BaseCommand {
  private pool: SimulationPool | undefined;

  /** Simulates on all cores where that pays. */
  protected get simulator(): Simulator {
    return this.simulations.simulate;
  }

  protected get runTasks(): RunTasks {
    return this.simulations.runTasks;
  }

  private get simulations(): SimulationPool {
    this.pool ??= simulationPool();
    return this.pool;
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await this.pool?.close();
    await super.finally(error);
  }

  /** Reads, validates and completes the scenario. @throws InvalidInput with every problem */
  protected async read(path: string, flags: { set: readonly string[]; seed?: number | undefined }): Promise<Read> {
    const set = flags.seed === undefined ? flags.set : [...flags.set, `seed=${flags.seed}`];
    const loaded = await loadScenario(path, { set });
    if (!loaded.ok) throw new InvalidInput(loaded.problems, loaded.source);
    for (const warning of loaded.warnings) this.note(`warning: ${warning.message} (${warning.file}:${warning.line})`);
    return loaded;
  }

  /** Joins the scenario with the catalogs. @throws InvalidInput with every name that is unknown and every misfit */
  protected async world(read: Read, catalog: Catalog = openCatalog()): Promise<World> {
    const built = await buildWorld(read.scenario, catalog, atStart);
    if (!built.ok) throw invalid(read.source, built.findings);
    const large = tooLarge(built.world);
    if (large.length > 0) throw invalid(read.source, large);
    return built.world;
  }
}

/** Findings of the simulation rooms, located in the scenario. */
export function invalid(source: ScenarioSource, findings: readonly WorldFinding[]): InvalidInput {
  return new InvalidInput(
    findings.map((finding) => toProblem(source, { ...finding, code: finding.code ?? 'E1302' })),
    source,
  );
}

/** The command that repeats an answer. */
export function replay(verb: string, path: string, scenario: Scenario, set: readonly string[]): string {
  const sets = set.map((each) => ` --set '${each}'`).join('');
  return `plimsoll ${verb} ${path} --seed ${scenario.seed}${sets}`;
}
