import * as Flags from '@oclif/core/flags';
import { decisionRows } from '../report/decisionRows.js';
import { requestRows } from '../report/requestRows.js';
import { renderSimulation } from '../report/text/simulation.js';
import { readDrill } from '../scenario/drills.js';
import type { Drill } from '../scenario/types.js';
import { drillProblems } from '../simulate/drills.js';
import { simulateToPrecision } from '../simulate/precision.js';
import type { SimulationResult } from '../simulate/result.js';
import { type SimulateOptions, simulate } from '../simulate/simulate.js';
import type { World } from '../simulate/world/world.js';
import { InvalidInput, inputProblem } from './base.js';
import { replay, ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

export default class Simulate extends ScenarioCommand {
  static override summary = 'latency, throughput, utilisation and cost of the system as described, over its window';
  static override examples = ['<%= config.bin %> simulate scenarios/support-assistant.yaml'];
  static override args = scenarioArgs;
  static override flags = {
    precision: Flags.string({
      description: 'add replications until the 95 % intervals of means and 95th percentiles are this narrow',
      helpValue: '2%',
    }),
    drill: Flags.string({
      description:
        'put the run through a disaster: zone-loss, spot-drought, stock-out or traffic-spike-xN, with its time in the window (repeatable)',
      helpValue: 'WHAT@WHEN[+LONG][:POOL]',
      multiple: true,
      default: [],
    }),
    requests: Flags.string({ description: 'write one row per finished request to a CSV file', helpValue: 'FILE.csv' }),
    decisions: Flags.string({
      description: 'write one row per look of each autoscaler, with its reason, to a CSV file',
      helpValue: 'FILE.csv',
    }),
  };

  protected override readonly simulatesOnce = true;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Simulate);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const drills = drillsOf(flags.drill);
    const world = await this.world(drills.length > 0 ? { ...read, scenario: { ...read.scenario, drills } } : read);
    const problems = drillProblems(world);
    if (problems.length > 0)
      throw new InvalidInput(problems.map(({ message, hint }) => inputProblem(message, { hint })));
    const file = flags.requests === undefined ? undefined : this.openFile(flags.requests);
    const rows = file && requestRows(Object.keys(world.scenario.services), file.write);
    const log = flags.decisions === undefined ? undefined : this.openFile(flags.decisions);
    const decisions = log && decisionRows(log.write);
    const startedAt = process.hrtime.bigint();
    const watch = { ...(rows && { sink: rows.sink }), ...(decisions && { onDecision: decisions.sink }) };
    const result = await this.result(world, flags.precision, watch);
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    rows?.end();
    file?.close();
    decisions?.end();
    log?.close();
    await this.answer({ json: result, text: () => renderSimulation(result, this.look) });
    this.note(
      `simulated in ${seconds.toFixed(2)} s · repeat: ${replay('simulate', args.scenario, read.scenario, flags)}${flags.drill.map((each) => ` --drill '${each}'`).join('')}`,
    );
  }

  private async result(
    world: World,
    precision: string | undefined,
    watch: Pick<SimulateOptions, 'sink' | 'onDecision'>,
  ): Promise<SimulationResult> {
    if (precision !== undefined) {
      return simulateToPrecision(world, { precision: precisionOf(precision, world), runTasks: this.runTasks });
    }
    return watch.sink || watch.onDecision ? simulate(world, watch) : this.simulator(world);
  }
}

/** Drills as typed. @throws InvalidInput with all that cannot be read */
function drillsOf(texts: readonly string[]): readonly Drill[] {
  const read = texts.map(readDrill);
  const wrong = read.flatMap((each) => (each.ok ? [] : [inputProblem(each.message, { hint: each.hint })]));
  if (wrong.length > 0) throw new InvalidInput(wrong);
  return read.flatMap((each) => (each.ok ? [each.drill] : []));
}

/** `2%` or `2 %` as a share. @throws InvalidInput for anything else, and where a trace leaves nothing to replicate */
function precisionOf(text: string, world: World): number {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  const share = match ? Number(match[1]) / 100 : Number.NaN;
  if (!(share >= 0.0005 && share <= 0.5)) {
    throw new InvalidInput([
      inputProblem(`--precision ${text} is not a precision`, {
        hint: 'between 0.05 % and 50 %, for example --precision 2%',
      }),
    ]);
  }
  if (world.services.some((service) => service.trace)) {
    throw new InvalidInput([
      inputProblem('a trace is replayed as it is: there is nothing to replicate', { hint: 'leave --precision out' }),
    ]);
  }
  return share;
}
