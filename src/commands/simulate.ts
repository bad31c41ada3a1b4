import { Flags } from '@oclif/core';
import { decisionRows } from '../report/decisionRows.js';
import { requestRows } from '../report/requestRows.js';
import { renderSimulation } from '../report/text/simulation.js';
import { simulateToPrecision } from '../simulate/precision.js';
import type { SimulationResult } from '../simulate/result.js';
import { type SimulateOptions, simulate } from '../simulate/simulate.js';
import type { World } from '../simulate/world.js';
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
    requests: Flags.string({ description: 'write one row per finished request to a CSV file', helpValue: 'FILE.csv' }),
    decisions: Flags.string({
      description: 'write one row per look of each autoscaler, with its reason, to a CSV file',
      helpValue: 'FILE.csv',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Simulate);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const world = await this.world(read);
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
      `simulated in ${seconds.toFixed(2)} s · repeat: ${replay('simulate', args.scenario, read.scenario, flags)}`,
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
