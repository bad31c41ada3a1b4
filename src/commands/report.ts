import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../catalog/open.js';
import { forecast } from '../plan/forecast.js';
import { recommend } from '../plan/recommend.js';
import { REPORT_FORMATS, type ReportFormat, renderReport } from '../report/report.js';
import { validationOf } from '../report/view/validationFacts.js';
import { editsOn } from '../scenario/load.js';
import { progress } from './progress.js';
import { invalid, replay, ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

export default class Report extends ScenarioCommand {
  static override summary = 'a planning report as one self-contained file';
  static override args = scenarioArgs;
  static override flags = {
    format: Flags.string({ description: 'format of the report', options: [...REPORT_FORMATS], default: 'md' }),
    recommend: Flags.boolean({ description: 'include recommendations', default: true, allowNo: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const world = await this.world(read);
    const catalog = openCatalog();
    const simulation = await this.simulator(world);
    const bar = progress('steps', this.quiet);
    const outlook = await forecast(read.scenario, catalog, { onProgress: bar.update, simulator: this.simulator });
    if (!outlook.ok) throw invalid(read.source, outlook.findings);
    const advice = flags.recommend
      ? await recommend(read.scenario, catalog, editsOn(read.source), {
          onProgress: bar.update,
          simulator: this.simulator,
        })
      : undefined;
    bar.stop();
    const body = await renderReport(flags.json ? 'json' : (flags.format as ReportFormat), {
      simulation,
      forecast: outlook.result,
      ...(advice?.ok && { recommendation: advice.result }),
      scenarioText: read.source.text,
      command: replay('report', args.scenario, read.scenario, flags),
      assumptions: validationOf(args.scenario, world, read.assumptions, read.warnings).assumptions,
    });
    await this.write(body);
  }
}
