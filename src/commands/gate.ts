import { readFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { openCatalog } from '../catalog/open.js';
import { forecast } from '../plan/forecast.js';
import { gate } from '../plan/gate.js';
import { needs } from '../plan/metrics.js';
import { GATE_FORMATS, type GateFormat, renderGateFormat } from '../report/gate/format.js';
import { loadGateFile } from '../scenario/gateFile.js';
import type { GateRule } from '../scenario/types.js';
import type { SimulationResult } from '../simulate/result.js';
import { resultSchema } from '../simulate/results/resultSchema.js';
import { InvalidInput, inputProblem } from './base.js';
import { invalid, replay, ScenarioCommand, scenarioArgs } from './scenarioCommand.js';

const EXIT = { pass: 0, fail: 3, inconclusive: 4 } as const;

export default class Gate extends ScenarioCommand {
  static override summary = 'pass or fail for CI: rules held against the simulation';
  static override args = scenarioArgs;
  static override flags = {
    rules: Flags.string({ description: "a file of rules instead of the scenario's own", helpValue: 'FILE' }),
    baseline: Flags.string({
      description: 'result of simulate --json that delta.… metrics compare with',
      helpValue: 'RESULT.json',
    }),
    format: Flags.string({ description: 'output format', options: [...GATE_FORMATS], default: 'text' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Gate);
    this.begin(flags);
    const read = await this.read(args.scenario, flags);
    const rules = flags.rules === undefined ? read.scenario.rules : await this.rulesFrom(flags.rules);
    if (rules.length === 0) {
      throw new InvalidInput([
        inputProblem('there are no rules to hold the scenario to', {
          file: args.scenario,
          hint: 'add rules: to the scenario, or give --rules FILE',
        }),
      ]);
    }
    const baseline = flags.baseline === undefined ? undefined : await readResult(flags.baseline);
    const world = await this.world(read);
    const simulation = await this.simulator(world);
    const outlook = rules.some((rule) => needs(rule.metric) === 'forecast')
      ? await forecast(read.scenario, openCatalog(), { simulator: this.simulator })
      : undefined;
    if (outlook && !outlook.ok) throw invalid(read.source, outlook.findings);
    const outcome = gate(rules, {
      simulation,
      ...(outlook && { forecast: outlook.result }),
      ...(baseline && { baseline }),
    });
    if (!outcome.ok) {
      throw new InvalidInput(
        outcome.missing.map(({ rule, message, hint }) => ({
          ...placeOf(rule),
          code: 'E1302',
          message,
          hint,
          path: 'rules',
          severity: 'error' as const,
        })),
      );
    }
    const { result } = outcome;
    const context = {
      rulesSource: flags.rules ?? args.scenario,
      replications: simulation.replications,
      reproduce: replay('gate', args.scenario, read.scenario, flags),
      ...(outlook && { forecast: outlook.result }),
    };
    const format = flags.format as GateFormat;
    await this.answer(
      { json: result, text: () => renderGateFormat(format, result, context, this.look) },
      EXIT[result.verdict],
    );
  }

  private async rulesFrom(path: string): Promise<readonly GateRule[]> {
    const loaded = await loadGateFile(path);
    if (!loaded.ok) throw new InvalidInput(loaded.problems);
    return loaded.rules;
  }
}

function placeOf(rule: GateRule): { file: string; line: number; column: number } {
  const [, file, line] = /^(.*):(\d+)$/.exec(rule.location) ?? [];
  return { file: file ?? rule.location, line: Number(line ?? 1), column: 1 };
}

/** A result of `simulate --json`. @throws InvalidInput when the file is none */
async function readResult(path: string): Promise<SimulationResult> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InvalidInput([inputProblem(code === undefined ? `${path} is not JSON` : `cannot read ${path}: ${code}`)]);
  }
  const parsed = resultSchema.safeParse(data);
  if (parsed.success) return parsed.data as SimulationResult;
  throw new InvalidInput([inputProblem(`${path} is not a result of simulate --json`)]);
}
