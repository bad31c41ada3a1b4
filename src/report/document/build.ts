import type { ForecastResult } from '../../plan/results.js';
import { formatMonth } from '../format/date.js';
import { plural, priceDates } from '../view/labels.js';
import { forecastVerdict } from '../view/verdict.js';
import { decisionBlocks } from './decision.js';
import { inputBlocks, methodBlocks, reproduceBlocks } from './method.js';
import { capacityBlocks, costBlocks, optionBlocks, simulationBlocks, whyBlocks } from './sections.js';
import type { ReportDocument, ReportInput } from './types.js';

/** The planning report as data: the same sections for Markdown and HTML, only those that the results support. */
export function reportDocument(input: ReportInput): ReportDocument {
  const sections = [
    { id: 'cost', title: 'Cost', blocks: costBlocks(input) },
    { id: 'capacity', title: 'Capacity and latency', blocks: capacityBlocks(input) },
    { id: 'why', title: 'What drives it', blocks: whyBlocks(input) },
    { id: 'options', title: 'Options compared', blocks: optionBlocks(input) },
    {
      id: 'today',
      title: 'The system today',
      blocks: simulationBlocks(input),
    },
    { id: 'method', title: 'Method and limits', blocks: methodBlocks(input) },
    { id: 'inputs', title: 'Inputs and their sources', blocks: inputBlocks(input) },
    { id: 'reproduce', title: 'Reproduce', blocks: reproduceBlocks(input) },
  ];
  return {
    name: input.forecast.name,
    verdict: forecastVerdict(input.forecast),
    facts: headFacts(input),
    decision: decisionBlocks(input),
    sections: sections.filter((section) => section.blocks.length > 0),
  };
}

function headFacts({ forecast, simulation }: ReportInput): string[] {
  const { seed, version, scenario } = forecast.fingerprint;
  const items = [...forecast.periods.flatMap((period) => period.cost_usd.by_item), ...simulation.cost.by_item];
  const facts = [
    horizon(forecast),
    priceDates(items),
    `scenario ${scenario.slice(0, 12)}`,
    `seed ${seed}`,
    `plimsoll ${version}`,
  ];
  return facts.filter((fact) => fact !== '');
}

function horizon({ periods }: ForecastResult): string {
  const [first] = periods;
  return first === undefined ? '' : `${plural(periods.length, 'month')} from ${formatMonth(first.start)}`;
}
