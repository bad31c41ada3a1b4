import type { ServiceResult, SimulationResult } from '../../simulate/result.js';
import { formatSpan } from '../format/duration.js';
import { formatSignificant } from '../format/numbers.js';
import { formatCarbon, formatShare } from '../format/quantity.js';
import { costItemTable, costShareTable } from '../view/costView.js';
import { jobPace, jobTable } from '../view/jobView.js';
import { plural, priceDates } from '../view/labels.js';
import { regionTable, tenantTable } from '../view/partsView.js';
import {
  autoscalerTable,
  availabilityFacts,
  coldStartFacts,
  drillTable,
  failureNotes,
  machineTable,
  poolTable,
  preemptionNotes,
} from '../view/poolView.js';
import {
  adapterFacts,
  calibrationFacts,
  classTable,
  costFacts,
  latencyTable,
  mediaFacts,
  monthNote,
  requestFacts,
  sloTable,
  stateFacts,
  stationTable,
  throughputFacts,
  unresolvedTails,
} from '../view/simulationView.js';
import { simulationVerdict, verdictLine } from '../view/verdict.js';
import {
  headline,
  joinFacts,
  labelled,
  labelledFacts,
  layoutOf,
  sectionLines,
  type TextOptions,
  tableSection,
  textOf,
  warningLines,
} from './layout.js';
import { alignTable, type Layout } from './table.js';

/** The answer of `simulate` for the terminal. Equal input gives equal bytes; no line is longer than `width`. */
export function renderSimulation(result: SimulationResult, options: TextOptions): string {
  const layout = layoutOf(options);
  const verdict = simulationVerdict(result);
  const unpriced =
    result.cost.unpriced.length === 0 ? [] : [`not in the bill, no known price: ${result.cost.unpriced.join(', ')}`];
  const lines = [
    ...headline(result.name, headlineFacts(result), layout),
    '',
    ...labelled('Verdict', verdictLine(verdict), layout, verdict.tone),
    ...bottleneckLines(result, layout),
    ...labelledFacts('Cost', costFacts(result), layout),
    ...(result.cost.month ? labelled('', monthNote(result), layout) : []),
    ...energyLines(result, layout),
    ...Object.entries(result.services).flatMap(([name, service]) => serviceLines(name, service, result.pools, layout)),
    ...tableSection('Pools', poolTable(result.pools), layout),
    ...tableSection('Machines', machineTable(result.pools), layout),
    ...tableSection('Autoscalers', autoscalerTable(result.pools), layout),
    ...coldStartFacts(result.pools).flatMap((text) => ['', ...labelled('Cold start', text, layout)]),
    ...tableSection('Drills', drillTable(result.pools, result.replications), layout),
    ...tableSection('Jobs on what services leave', jobTable(result.jobs), layout),
    ...jobPace(result.jobs).flatMap((note) => joinFacts([note], layout.width, 2)),
    ...preemptionNotes(result.pools).flatMap((note) => joinFacts([note], layout.width, 2)),
    ...failureNotes(result.pools).flatMap((note) => joinFacts([note], layout.width, 2)),
    ...tableSection(`Cost of the simulated ${formatSpan(result.window_s)}`, costItemTable(result.cost.by_item), layout),
    ...tableSection('Cost by service', costShareTable(result.cost), layout),
    ...sectionLines('', warningLines([...unpriced, ...result.warnings], layout), layout),
  ];
  return textOf(lines);
}

function headlineFacts(result: SimulationResult): string[] {
  const warmup = result.warmup_s > 0 ? ` after ${formatSpan(result.warmup_s)} of warm-up` : '';
  return [
    `${formatSpan(result.window_s)}${warmup}`,
    plural(result.replications, 'replication'),
    `seed ${result.fingerprint.seed}`,
    priceDates(result.cost.by_item),
  ];
}

function serviceLines(
  name: string,
  service: ServiceResult,
  pools: SimulationResult['pools'],
  layout: Layout,
): string[] {
  const tails = unresolvedTails(service).map((note) => `~ ${note}`);
  const lines = [
    ...joinFacts([...throughputFacts(service)], layout.width, 2),
    ...joinFacts([...requestFacts(service)], layout.width, 2),
    ...joinFacts([...stateFacts(service)], layout.width, 2),
    ...joinFacts([...mediaFacts(service)], layout.width, 2),
    ...joinFacts([...adapterFacts(service)], layout.width, 2),
    ...calibrationFacts(service).flatMap((fact) => joinFacts([fact], layout.width, 2)),
    ...joinFacts([...availabilityFacts(service, pools)], layout.width, 2),
    ...alignTable(latencyTable(service), layout),
    ...tails.flatMap((note) => joinFacts([note], layout.width, 2)).map((line) => layout.theme.caution(line)),
    ...rowsOf(sloTable(service), layout),
    ...rowsOf(classTable(service), layout),
    ...rowsOf(stationTable(service), layout),
    ...rowsOf(regionTable(service), layout),
    ...rowsOf(tenantTable(service), layout),
  ];
  return sectionLines(`${name} (${service.kind})`, lines, layout);
}

const rowsOf = (table: ReturnType<typeof sloTable>, layout: Layout): string[] =>
  table.rows.length === 0 ? [] : ['', ...alignTable(table, layout)];

function bottleneckLines({ bottleneck }: SimulationResult, layout: Layout): string[] {
  if (bottleneck === null) return [];
  const text = `${bottleneck.resource} at ${formatShare(bottleneck.utilization)}: ${bottleneck.why}`;
  return labelled('Bottleneck', text, layout);
}

function energyLines({ energy }: SimulationResult, layout: Layout): string[] {
  const facts = [
    ...(energy.per_month_kwh === null ? [] : [`${formatSignificant(energy.per_month_kwh)} kWh a month`]),
    ...(energy.carbon_kg_per_month === null ? [] : [`${formatCarbon(energy.carbon_kg_per_month)} a month`]),
  ];
  return facts.length === 0 ? [] : labelledFacts('Energy', facts, layout);
}
