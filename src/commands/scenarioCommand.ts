/** What verbs about a scenario share: reading it with the catalogs, and turning what was found into located problems. */
import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { type Catalog, openCatalog } from '../catalog/open.js';
import { type SimulationPool, simulationPool } from '../engines/pool.js';
import { type Loaded, loadScenario } from '../scenario/load.js';
import { type ScenarioSource, toProblem } from '../scenario/source.js';
import type { Scenario } from '../scenario/types.js';
import { atStart } from '../simulate/drivers.js';
import type { RunTasks, Simulator } from '../simulate/simulator.js';
import { tooLarge } from '../simulate/size.js';
import { readProfile } from '../simulate/world/profileFile.js';
import { buildWorld, type World, type WorldFinding } from '../simulate/world/world.js';
import { BaseCommand, InvalidInput, inputProblem } from './base.js';

export type Read = Extract<Loaded, { ok: true }>;

export const scenarioArgs = { scenario: Args.file({ description: 'scenario file (YAML)', required: true }) };

/** Flags that change what the scenario says. */
export interface ScenarioFlags {
  readonly set: readonly string[];
  readonly seed?: number | undefined;
  readonly profile?: string | undefined;
}

/** The same as `--set` arguments, in the order in which they apply. */
export const setsOf = ({ set, seed, profile }: ScenarioFlags): readonly string[] => [
  ...(profile === undefined ? [] : [`calibration=${JSON.stringify(resolve(profile))}`]),
  ...set,
  ...(seed === undefined ? [] : [`seed=${seed}`]),
];

export abstract class ScenarioCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    profile: Flags.string({
      description: "a latency profile of your own (calibrate --write), instead of the scenario's calibration",
      helpGroup: 'GLOBAL',
      helpValue: 'FILE.yaml',
    }),
  };

  /** Whether one simulation is all that the verb asks for. */
  protected readonly simulatesOnce: boolean = false;
  private pool: SimulationPool | undefined;

  /** Simulates on all cores where that pays. */
  protected get simulator(): Simulator {
    return this.simulations.simulate;
  }

  protected get runTasks(): RunTasks {
    return this.simulations.runTasks;
  }

  private get simulations(): SimulationPool {
    this.pool ??= simulationPool({ isOnce: this.simulatesOnce });
    return this.pool;
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await this.pool?.close();
    await super.finally(error);
  }

  /**
   * Reads, validates and completes the scenario. One that is only held against another may run on hardware that a calibration does not
   * speak for: it is predicted by the built-in profiles, and its result says so. @throws InvalidInput with every problem
   */
  protected async read(path: string, flags: ScenarioFlags, isOther = false): Promise<Read> {
    const own = flags.profile === undefined ? undefined : readProfile(flags.profile);
    if (own && !own.ok) throw new InvalidInput(own.problems);
    const loaded = await loadScenario(path, { set: setsOf(flags) });
    if (!loaded.ok) throw new InvalidInput(loaded.problems, loaded.source);
    if (loaded.scenario.calibration !== undefined && !isOther) await this.checkCalibration(loaded, flags.profile);
    for (const warning of loaded.warnings) this.note(`warning: ${warning.message} (${warning.file}:${warning.line})`);
    return loaded;
  }

  /** @throws InvalidInput for a calibration that speaks for no service; other findings are the verb's to report */
  private async checkCalibration({ scenario, source }: Read, file: string | undefined): Promise<void> {
    const built = await buildWorld(scenario, openCatalog(), atStart);
    if (!built.ok || built.world.unusedCalibrations.length === 0) return;
    if (file === undefined) throw invalid(source, built.world.unusedCalibrations);
    const options = { file, code: 'E1306' };
    throw new InvalidInput(
      built.world.unusedCalibrations.map(({ message, hint }) => inputProblem(message, { ...options, ...given(hint) })),
    );
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

const given = (hint: string | undefined) => (hint === undefined ? {} : { hint });

/** Findings of the simulation rooms, located in the scenario. */
export function invalid(source: ScenarioSource, findings: readonly WorldFinding[]): InvalidInput {
  return new InvalidInput(
    findings.map((finding) => toProblem(source, { ...finding, code: finding.code ?? 'E1302' })),
    source,
  );
}

/** The command that repeats an answer. */
export function replay(verb: string, path: string, scenario: Scenario, { set, profile }: ScenarioFlags): string {
  const sets = set.map((each) => ` --set '${each}'`).join('');
  const own = profile === undefined ? '' : ` --profile ${profile}`;
  return `plimsoll ${verb} ${path} --seed ${scenario.seed}${own}${sets}`;
}
