import { readFile, writeFile } from 'node:fs/promises';
import { openCatalog } from '../catalog/open.js';
import { forecast } from '../plan/forecast.js';
import { withOutlook } from '../plan/outlook.js';
import { recommend } from '../plan/recommend.js';
import { renderForecast } from '../report/text/forecast.js';
import { renderRecommendation } from '../report/text/recommendation.js';
import { renderSimulation } from '../report/text/simulation.js';
import { applyEdits } from '../scenario/edits.js';
import { editsOn } from '../scenario/load.js';
import type { World } from '../simulate/world/world.js';
import { canShowScreen, runWhatIf } from '../tui/index.js';
import { localEngine } from '../tui/world/engine.js';
import { leversOf } from '../tui/world/levers.js';
import { overlayPath } from '../tui/world/overlay.js';
import { invalid, type Read, replay, ScenarioCommand, scenarioArgs, setsOf } from './scenarioCommand.js';

export default class WhatIf extends ScenarioCommand {
  static override summary =
    'the what-if screen: sliders, live re-simulation, cost and latency against budget and objectives';
  static override args = scenarioArgs;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WhatIf);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    if (read.scenario.jobs)
      throw invalid(read.source, [
        {
          code: 'E1501',
          path: ['jobs'],
          message: 'not supported yet: jobs on the what-if screen',
          hint: 'simulate shows them',
        },
      ]);
    const world = await this.world(read);
    const screen = flags.json
      ? { ok: false as const, reason: 'JSON was asked for' }
      : canShowScreen(process.stdin, process.stdout);
    if (!screen.ok) return this.printTwin(args.scenario, read, world, screen.reason);
    const { scenario } = read;
    const text = await readFile(args.scenario, 'utf8');
    const set = setsOf(flags);
    process.exitCode = await runWhatIf(
      {
        name: scenario.name,
        base: args.scenario,
        seed: scenario.seed,
        levers: leversOf(scenario, openCatalog()),
        engine: localEngine(new URL('../whatifWorker.js', import.meta.url), { text, file: args.scenario, set }),
        suggestsAtStart: true,
        budgetMonthlyUsd: scenario.budget?.monthly ?? null,
        command: replay('forecast', args.scenario, scenario, flags),
        save: async (edits) => {
          const edited = applyEdits(text, edits);
          if (!edited.ok) throw new Error(edited.problems[0]?.message ?? 'the edits do not fit the file');
          const path = overlayPath(args.scenario);
          await writeFile(path, edited.text);
          return path;
        },
      },
      { stdin: process.stdin, stdout: process.stdout },
    );
  }

  /** Where no screen can be shown: the same answers as text. */
  private async printTwin(path: string, read: Read, world: World, reason: string): Promise<void> {
    this.note(`no screen here (${reason}): printing its text twin`);
    const simulation = await this.simulator(world);
    const outlook = await forecast(read.scenario, openCatalog(), { simulator: this.simulator });
    if (!outlook.ok) throw invalid(read.source, outlook.findings);
    const advice = await recommend(read.scenario, openCatalog(), editsOn(read.source), { simulator: this.simulator });
    const recommendation = advice.ok
      ? await withOutlook(advice.result, read.scenario, openCatalog(), editsOn(read.source), this.simulator)
      : null;
    await this.answer({
      json: { simulation, forecast: outlook.result, recommendation },
      text: () =>
        [
          renderSimulation(simulation, this.look),
          renderForecast(outlook.result, this.look),
          ...(recommendation ? [renderRecommendation(recommendation, { ...this.look, scenarioPath: path })] : []),
        ].join('\n'),
    });
  }
}
