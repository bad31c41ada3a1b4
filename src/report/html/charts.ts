import type { TopLevelSpec } from 'vega-lite';
import { latencySpec, replicasSpec } from '../charts/capacitySpecs.js';
import { costSpec, itemsSpec } from '../charts/costSpecs.js';
import { drawChart } from '../charts/draw.js';
import { paretoSpec, sensitivitySpec } from '../charts/planSpecs.js';
import type { Block, ReportDocument, ReportInput } from '../document/types.js';

export type ChartBlock = Block & { readonly kind: 'chart' };

/** One chart of a kind in a report, one a service where it is about a service. */
export const chartKey = (block: ChartBlock): string => JSON.stringify([block.chart, block.service ?? null]);

/** Draws every chart of the document, one after the other in its order. */
export async function drawCharts(report: ReportDocument, input: ReportInput): Promise<ReadonlyMap<string, string>> {
  const drawn = new Map<string, string>();
  for (const block of report.sections.flatMap((section) => section.blocks)) {
    if (block.kind !== 'chart') continue;
    const spec = specOf(block, input);
    if (spec !== null) drawn.set(chartKey(block), await drawChart(spec, `chart${drawn.size}`));
  }
  return drawn;
}

function specOf(block: ChartBlock, { forecast, recommendation }: ReportInput): TopLevelSpec | null {
  switch (block.chart) {
    case 'cost':
      return costSpec(forecast);
    case 'items':
      return itemsSpec(forecast);
    case 'latency':
      return block.service === undefined ? null : latencySpec(forecast, block.service);
    case 'replicas':
      return replicasSpec(forecast);
    case 'sensitivity':
      return sensitivitySpec(forecast);
    case 'pareto':
      return recommendation === undefined ? null : paretoSpec(recommendation);
  }
}
