import { readFile, writeFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../catalog/open.js';
import { withOutlook } from '../plan/outlook.js';
import { LEVERS, recommend } from '../plan/recommend.js';
import { renderRecommendation } from '../report/text/recommendation.js';
import { applyEdits } from '../scenario/edits.js';
import { editsOn } from '../scenario/load.js';
import { InvalidInput, inputProblem } from './base.js';
import { progress } from './progress.js';
import { invalid, replay, ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

export default class Recommend extends ScenarioCommand {
  static override summary = 'ranked changes that meet the objectives at the lowest cost, each verified by simulation';
  static override args = scenarioArgs;
  static override flags = {
    only: Flags.string({
      description: `levers to use: ${LEVERS.map((lever) => lever.name).join(', ')}`,
      delimiter: ',',
      multiple: true,
    }),
    providers: Flags.string({
      description: "providers to look at beyond the pool's own, or all",
      delimiter: ',',
      multiple: true,
      default: [],
    }),
    month: Flags.integer({ description: 'size for the demand this many months after the start', min: 0, default: 0 }),
    confidence: Flags.integer({
      description: 'chance in % with which each objective must hold, model error included',
      min: 0,
      max: 99,
      default: 80,
    }),
    apply: Flags.boolean({ description: 'edit the scenario file, keeping its comments' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Recommend);
    this.begin(flags);
    for (const name of flags.only ?? []) {
      if (!LEVERS.some((lever) => lever.name === name)) {
        throw new InvalidInput([
          inputProblem(`no lever "${name}"`, { hint: `levers: ${LEVERS.map((lever) => lever.name).join(', ')}` }),
        ]);
      }
    }
    const read = await this.read(args.scenario, flags);
    const bar = progress('candidates', this.quiet);
    const outcome = await recommend(read.scenario, openCatalog(), editsOn(read.source), {
      ...(flags.only && { only: flags.only }),
      providers: flags.providers.includes('all') ? 'all' : flags.providers,
      month: flags.month,
      confidence: flags.confidence / 100,
      onProgress: bar.update,
      simulator: this.simulator,
    });
    bar.stop();
    if (!outcome.ok) throw invalid(read.source, outcome.findings);
    const result = await withOutlook(
      outcome.result,
      read.scenario,
      openCatalog(),
      editsOn(read.source),
      this.simulator,
    );
    if (flags.apply && result.recommended) await this.applyTo(args.scenario, result.recommended.edits);
    await this.answer(
      { json: result, text: () => renderRecommendation(result, { ...this.look, scenarioPath: args.scenario }) },
      result.recommended ? 0 : 5,
    );
    this.note(`repeat: ${replay('recommend', args.scenario, read.scenario, flags)}`);
  }

  private async applyTo(path: string, edits: Parameters<typeof applyEdits>[1]): Promise<void> {
    const edited = applyEdits(await readFile(path, 'utf8'), edits);
    if (!edited.ok)
      throw new InvalidInput([
        inputProblem(`cannot edit ${path}: ${edited.problems[0]?.message ?? 'the edits do not fit'}`),
      ]);
    await writeFile(path, edited.text);
    this.note(`${edits.length} edits written to ${path}`);
  }
}
