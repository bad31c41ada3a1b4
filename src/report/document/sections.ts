import { formatSpan } from '../format/duration.js';
import { formatCount } from '../format/numbers.js';
import { formatShare } from '../format/quantity.js';
import { costItemTable, costShareTable, horizonItems } from '../view/costView.js';
import { objectivesOf, periodTables, poolNames, serviceNames } from '../view/forecastView.js';
import { jobPace, jobTable } from '../view/jobView.js';
import { plural } from '../view/labels.js';
import { breachTable, hasEffect, sensitivityBars, sensitivityTable } from '../view/outlook.js';
import { regionTable, tenantTable } from '../view/partsView.js';
import { bySaving, effectTexts, leverTable, paretoTable, violationTable } from '../view/planView.js';
import { autoscalerTable, coldStartFacts, machineTable, poolTable, preemptionNotes } from '../view/poolView.js';
import {
  adapterFacts,
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
import type { Table } from '../view/table.js';
import type { Block, ReportInput } from './types.js';

const tableBlock = (title: string, table: Table, legend = ''): readonly Block[] =>
  table.rows.length === 0 ? [] : [{ kind: 'table', title, table, legend }];

const listBlock = (items: readonly string[]): readonly Block[] => (items.length === 0 ? [] : [{ kind: 'list', items }]);

/** Monthly cost, what it is made of, and where each price comes from. */
export function costBlocks({ forecast }: ReportInput): readonly Block[] {
  if (forecast.periods.length === 0) return [];
  const items = horizonItems(forecast);
  const tables = periodTables(forecast).filter(({ about }) => about === 'system' || about === 'cost');
  const isDrawable = forecast.periods.length > 1;
  return [
    ...(isDrawable ? [{ kind: 'chart', chart: 'cost', caption: costCaption(forecast) } as const] : []),
    ...tables.flatMap(({ table, legend }) => tableBlock('By month', table, legend)),
    ...(isDrawable && items.length > 1
      ? [{ kind: 'chart', chart: 'items', caption: 'Cost by item, in the middle forecast' } as const]
      : []),
    ...tableBlock('Items over the whole horizon: quantity, price, source', costItemTable(items)),
  ];
}

function costCaption({ periods, budget_monthly_usd }: ReportInput['forecast']): string {
  const hasBand = periods.some(({ cost_usd }) => cost_usd.p10 !== cost_usd.p90);
  const band = hasBand ? ': middle forecast (P50) with the band that holds 80 % of outcomes (P10 to P90)' : '';
  return `Cost a month${band}${budget_monthly_usd === null ? '' : ', against the budget'}`;
}

/** Latency against its limits, replicas, and when limits break. */
export function capacityBlocks({ forecast }: ReportInput): readonly Block[] {
  const isDrawable = forecast.periods.length > 1;
  const drawn = isDrawable
    ? serviceNames(forecast).filter((service) => objectivesOf(forecast, service).length > 0)
    : [];
  const latency: readonly Block[] = drawn.map((service) => ({
    kind: 'chart',
    chart: 'latency',
    service,
    caption: `${service}: latency as a share of its limit; above 100 % the objective is missed`,
  }));
  const replicas: readonly Block[] =
    isDrawable && poolNames(forecast).length > 0
      ? [
          {
            kind: 'chart',
            chart: 'replicas',
            caption: 'Replicas: the mean of the month, and the most at once (dotted)',
          },
        ]
      : [];
  const tables = periodTables(forecast).filter(({ about }) => about === 'capacity' || about === 'service');
  return [
    ...latency,
    ...tableBlock(
      'When limits break',
      breachTable(forecast.breaches),
      'P10, P50, P90: the dates by which the chance of a breach has reached 10, 50 and 90 %',
    ),
    ...replicas,
    ...tables.flatMap(({ title, table, legend }) => tableBlock(title, table, legend)),
  ];
}

export function whyBlocks({ forecast, simulation }: ReportInput): readonly Block[] {
  const { bottleneck } = simulation;
  const bars = sensitivityBars(forecast);
  const text =
    bottleneck === null
      ? ''
      : `Bottleneck: ${bottleneck.resource} at ${formatShare(bottleneck.utilization)}; ${bottleneck.why}.`;
  return [
    ...(text === '' ? [] : [{ kind: 'paragraph', text } as const]),
    ...(!bars.some(hasEffect)
      ? []
      : [{ kind: 'chart', chart: 'sensitivity', caption: 'Change of the total cost, one driver at a time' } as const]),
    ...tableBlock('', sensitivityTable(bars)),
  ];
}

export function optionBlocks({ recommendation }: ReportInput): readonly Block[] {
  if (recommendation === undefined) return [];
  const drawable = recommendation.pareto.filter((point) => point.p95_ms !== null);
  const remarks = bySaving(recommendation.levers).flatMap((lever) => {
    const parts = [...effectTexts(lever), ...(lever.check === '' ? [] : [`check: ${lever.check}`])];
    return parts.length === 0 ? [] : [`${lever.name}: ${parts.join('; ')}`];
  });
  const { candidates, screened, simulated } = recommendation.search;
  return [
    ...tableBlock('The present plan misses', violationTable(recommendation.base.violations)),
    ...(drawable.length > 1
      ? [
          {
            kind: 'chart',
            chart: 'pareto',
            caption: 'Plans that no other beats: cost a month against end-to-end p95',
          } as const,
        ]
      : []),
    ...tableBlock('Plans that no other beats', paretoTable(recommendation.pareto)),
    ...tableBlock('Levers, each by itself', leverTable(recommendation.levers)),
    ...listBlock(remarks),
    {
      kind: 'paragraph',
      text: `Search: ${plural(candidates, 'candidate')}, ${formatCount(screened)} screened, ${formatCount(simulated)} simulated.`,
      tone: 'quiet',
    },
    ...listBlock(recommendation.warnings),
  ];
}

/** The present system in detail, a part a service. */
export function simulationBlocks({ simulation }: ReportInput): readonly Block[] {
  const services = Object.entries(simulation.services).flatMap(([name, service]): readonly Block[] => [
    ...tableBlock(`${name} (${service.kind})`, latencyTable(service)),
    ...listBlock(unresolvedTails(service).map((note) => `~ ${note}`)),
    {
      kind: 'paragraph',
      text: [
        ...throughputFacts(service),
        ...requestFacts(service),
        ...stateFacts(service),
        ...mediaFacts(service),
        ...adapterFacts(service),
      ].join(' · '),
      tone: 'quiet',
    },
    ...tableBlock('', sloTable(service)),
    ...tableBlock('', classTable(service)),
    ...tableBlock('', stationTable(service)),
    ...tableBlock('', regionTable(service)),
    ...tableBlock('', tenantTable(service)),
  ]);
  const { unpriced, by_item } = simulation.cost;
  return [
    {
      kind: 'paragraph',
      text: `As described, over ${formatSpan(simulation.window_s)}: ${costFacts(simulation).join(' · ')}.`,
    },
    ...(simulation.cost.month ? [{ kind: 'paragraph', text: `Of the bill: ${monthNote(simulation)}.` } as const] : []),
    ...(unpriced.length === 0
      ? []
      : [
          {
            kind: 'paragraph',
            text: `Not in the bill, no known price: ${unpriced.join(', ')}.`,
            tone: 'caution',
          } as const,
        ]),
    ...services,
    ...tableBlock('Pools', poolTable(simulation.pools)),
    ...tableBlock('Machines', machineTable(simulation.pools)),
    ...tableBlock('Autoscalers', autoscalerTable(simulation.pools)),
    ...coldStartFacts(simulation.pools).map((text) => ({ kind: 'paragraph', text: `Cold start of ${text}.` }) as const),
    ...preemptionNotes(simulation.pools).map((text) => ({ kind: 'paragraph', text: `${text}.` }) as const),
    ...tableBlock('Jobs on what services leave', jobTable(simulation.jobs)),
    ...jobPace(simulation.jobs).map((text) => ({ kind: 'paragraph', text: `${text}.` }) as const),
    ...tableBlock('Cost of the window', costItemTable(by_item)),
    ...tableBlock('Cost by service', costShareTable(simulation.cost)),
  ];
}
