import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../catalog/open.js';
import { forecast } from '../plan/forecast.js';
import { renderForecast } from '../report/text/forecast.js';
import { progress } from './progress.js';
import { invalid, replay, ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

export default class Forecast extends ScenarioCommand {
  static override summary = 'latency and cost of each month of the horizon, and the dates at which something breaks';
  static override args = scenarioArgs;
  static override flags = {
    all: Flags.boolean({ description: 'show every month' }),
    week: Flags.boolean({ description: 'also simulate a whole week of each month, by its load levels' }),
    exhaustive: Flags.boolean({ description: 'simulate every second of that week instead', exclusive: ['week'] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Forecast);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const bar = progress('months', this.quiet);
    const outcome = await forecast(read.scenario, openCatalog(), {
      onProgress: bar.update,
      simulator: this.simulator,
      runTasks: this.runTasks,
      ...((flags.week || flags.exhaustive) && { week: flags.exhaustive ? 'exhaustive' : 'strata' }),
    });
    bar.stop();
    if (!outcome.ok) throw invalid(read.source, outcome.findings);
    const { result } = outcome;
    await this.answer({
      json: result,
      text: () => renderForecast(result, { ...this.look, allPeriods: flags.all, scenarioPath: args.scenario }),
    });
    this.note(`repeat: ${replay('forecast', args.scenario, read.scenario, flags)}`);
  }
}
