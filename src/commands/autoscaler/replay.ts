import { readFile } from 'node:fs/promises';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { policyFromManifest } from '../../fleet/autoscalers/manifest/policyFromManifest.js';
import type { AutoscalerPolicy } from '../../fleet/autoscalers/policy.js';
import { replay } from '../../plan/replay.js';
import { renderReplay } from '../../report/text/replay.js';
import { readSeries } from '../../workload/seriesReader.js';
import { BaseCommand, InvalidInput, inputProblem } from '../base.js';

export default class AutoscalerReplay extends BaseCommand {
  static override summary = 'what an autoscaler would have decided on recorded metrics, sync by sync, and why';
  static override examples = ['<%= config.bin %> autoscaler replay series.csv --policy hpa.yaml'];
  static override args = {
    series: Args.file({
      description: 'CSV with time_s and one column a metric (ready, unready, current_replicas pin the state)',
      required: true,
    }),
  };
  static override flags = {
    policy: Flags.string({
      description: 'HPA v2, KEDA ScaledObject, Knative annotations, Ray Serve autoscaling_config, or the inline form',
      required: true,
      helpValue: 'FILE',
    }),
    replicas: Flags.integer({ description: 'replicas before the first decision', min: 0, default: 1 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AutoscalerReplay);
    this.begin(flags);
    const policy = await this.policyFrom(flags.policy);
    const series = await readSeries(args.series);
    if ('kind' in series) {
      const place = { file: args.series, line: series.line, column: 1, path: '', severity: 'error' as const };
      throw new InvalidInput([
        {
          ...place,
          code: 'E1402',
          message: series.message,
          ...(series.hint === undefined ? {} : { hint: series.hint }),
        },
      ]);
    }
    const outcome = replay(policy, series, flags.replicas);
    if (!outcome.ok) throw new InvalidInput([inputProblem(outcome.message, { hint: outcome.hint, file: args.series })]);
    await this.answer({ json: outcome.result, text: () => renderReplay(outcome.result, this.look) });
  }

  private async policyFrom(path: string): Promise<AutoscalerPolicy> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw new InvalidInput([inputProblem(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`)]);
    }
    const read = policyFromManifest(text, path);
    if (!read.ok) throw new InvalidInput(read.problems);
    return read.policy;
  }
}
