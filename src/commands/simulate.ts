import { Flags } from '@oclif/core';
import { requestRows } from '../report/requestRows.js';
import { renderSimulation } from '../report/text/simulation.js';
import { simulate } from '../simulate/simulate.js';
import { replay, ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

export default class Simulate extends ScenarioCommand {
  static override summary = 'latency, throughput, utilisation and cost of the system as described, over its window';
  static override examples = ['<%= config.bin %> simulate scenarios/support-assistant.yaml'];
  static override args = scenarioArgs;
  static override flags = {
    requests: Flags.string({ description: 'write one row per finished request to a CSV file', helpValue: 'FILE.csv' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Simulate);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const world = await this.world(read);
    const file = flags.requests === undefined ? undefined : this.openFile(flags.requests);
    const rows = file && requestRows(Object.keys(world.scenario.services), file.write);
    const startedAt = process.hrtime.bigint();
    const result = rows ? simulate(world, { sink: rows.sink }) : await this.simulator(world);
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    rows?.end();
    file?.close();
    await this.answer({ json: result, text: () => renderSimulation(result, this.look) });
    this.note(
      `simulated in ${seconds.toFixed(2)} s · repeat: ${replay('simulate', args.scenario, read.scenario, flags.set)}`,
    );
  }
}
