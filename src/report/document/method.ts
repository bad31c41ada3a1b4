import { formatSpan } from '../format/duration.js';
import { plural } from '../view/labels.js';
import type { Block, ReportInput } from './types.js';

/** How the figures came about and what they leave out. */
export function methodBlocks({ simulation, forecast }: ReportInput): readonly Block[] {
  const { replications, window_s, warmup_s } = simulation;
  const dropped =
    warmup_s > 0 ? `after ${formatSpan(warmup_s)} of warm-up that are dropped` : 'with nothing dropped at its start';
  const intervals =
    replications > 1
      ? `Intervals are 95 % Student intervals over ${plural(replications, 'independent replication')}.`
      : 'Intervals are 95 % intervals by batch means within one replication.';
  const warnings = [...new Set([...forecast.warnings, ...simulation.warnings])];
  return [
    {
      kind: 'list',
      items: [
        `The system is simulated event by event over ${formatSpan(window_s)} ${dropped}. ${intervals}`,
        'P10, P50 and P90 are quantiles over the uncertain drivers: 10, 50 and 90 of 100 outcomes lie below them.',
        'A quantile marked ~ has fewer than ten samples beyond it and is little more than the largest value seen.',
        'Only priced items are counted; what has no known price is named and not in the bill. A month has 730 hours.',
        'Equal inputs and an equal seed give these figures to the last digit.',
      ],
    },
    ...(warnings.length === 0
      ? []
      : [{ kind: 'paragraph', text: 'Warnings', tone: 'strong' } as const, { kind: 'list', items: warnings } as const]),
  ];
}

/** Every assumption with its evidence, and the scenario as it was read. */
export function inputBlocks({ assumptions = [], scenarioText }: ReportInput): readonly Block[] {
  const rows = assumptions.map((one) => [
    one.path,
    one.value,
    one.grade === 'assumed' ? ({ text: one.grade, tone: 'caution' } as const) : one.grade,
    one.source,
    one.asOf ?? '',
  ]);
  const columns = ['Path', 'Value', 'Evidence', 'Source', 'As of'].map((header) => ({ header }));
  const table: readonly Block[] =
    rows.length === 0
      ? []
      : [{ kind: 'table', title: 'Assumed, because the scenario does not say', table: { columns, rows }, legend: '' }];
  const scenario: readonly Block[] =
    scenarioText === undefined || scenarioText.trim() === ''
      ? []
      : [{ kind: 'folded', summary: 'The scenario', blocks: [{ kind: 'code', text: scenarioText, language: 'yaml' }] }];
  return [...table, ...scenario];
}

export function reproduceBlocks({ command, forecast }: ReportInput): readonly Block[] {
  const { scenario, catalogs, seed, version } = forecast.fingerprint;
  return [
    ...(command === undefined ? [] : [{ kind: 'code', text: command, language: 'sh' } as const]),
    {
      kind: 'facts',
      facts: [
        ['Scenario', scenario],
        ['Catalogs', catalogs],
        ['Seed', String(seed)],
        ['Version', version],
      ],
    },
  ];
}
