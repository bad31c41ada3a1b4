/** Refits of the model of image networks on a part of a table, from round numbers. */

import type { Catalog } from '../../catalog/open.js';
import type { VisionFit, VisionStructure } from '../../latency/profiles/vision.js';
import { visionBand80 } from '../../latency/profiles/vision.js';
import { fitRobust } from '../calibrate/leastSquares.js';
import { knownWork, type VisionCase, visionCase, visionPrediction } from '../fidelity/vision.js';
import { cellOf } from '../measurements/servingRow.js';
import type { MeasurementTable } from '../measurements/table.js';
import type { LeftOut, LeftOutRow, LeftOutRows } from './leaveOut.js';
import { plus, type RowParameter, times, valuesOf } from './rowFit.js';

interface VisionItem {
  readonly asked: VisionCase;
  readonly measured: number;
  readonly hardware: string;
  readonly kind: string;
  /** Family of the network by its name: `resnetv2_50` and `resnet101d` are one. */
  readonly family: string;
}

const structures = ['depthwise', 'hybrid', 'large-kernel', 'attention', 'grouped', 'dense'] as const;

/**
 * Where the fit starts: large products at two thirds of the peak, some 70 M elements of traffic for 1 GMAC, training at three times the
 * work of inference (forward and two backward products), CPUs like GPUs on their own datasheets, launches as eager PyTorch takes them.
 */
const parameters: readonly RowParameter[] = [
  ...structures.map(() => times(0.65, 0.3)),
  ...structures.map(() => times(70, 0.4)),
  plus(0.6, 0.15),
  plus(0, 0.1),
  plus(1.2, 0.2),
  times(4e-3, 0.1),
  plus(0.25, 0.05),
  times(1, 0.2),
  times(1, 0.3),
  times(4e-3, 0.3),
  times(3, 0.2),
  times(3, 0.4),
  times(3, 0.3),
];

const fitOf = (moved: readonly number[]): VisionFit => {
  const values = valuesOf(parameters, moved);
  const byStructure = (from: number): Record<VisionStructure, number> =>
    Object.fromEntries(structures.map((name, at) => [name, values[from + at]!])) as Record<VisionStructure, number>;
  const [
    perGmac,
    perParameter,
    perSide,
    launchS,
    perLaunch,
    cpuCompute,
    cpuTraffic,
    cpuLaunchS,
    compute,
    traffic,
    launches,
  ] = values.slice(2 * structures.length);
  return {
    coefficients: {
      compute: byStructure(0),
      traffic: byStructure(structures.length),
      perGmac: perGmac!,
      perParameter: perParameter!,
      perSide: perSide!,
      launchS: launchS!,
      perLaunch: perLaunch!,
    },
    scales: {
      cpu: { compute: cpuCompute!, traffic: cpuTraffic!, launchS: cpuLaunchS! },
      training: { compute: compute!, traffic: traffic!, launches: launches! },
    },
  };
};

const logErrors = (items: readonly VisionItem[], fit: VisionFit): readonly number[] =>
  items.map(({ asked, measured }) => Math.log((visionPrediction(asked, fit) ?? Number.NaN) / measured));

/** A table of a thousand networks tells no more of the few numbers here than some hundred independent ones would. */
const effectiveRows = 300;

const fitted = (items: readonly VisionItem[]): VisionFit =>
  fitOf(
    fitRobust({
      sigma: parameters.map(({ sigma }) => sigma),
      residuals: (moved) => logErrors(items, fitOf(moved)),
      weights: items.map(() => Math.min(1, effectiveRows / items.length)),
      noise: 0.25,
      iterations: 8,
    }),
  );

const itemsOf = (table: MeasurementTable, catalog: Catalog): readonly VisionItem[] => {
  const known = knownWork(table);
  return table.rows.flatMap((row): readonly VisionItem[] => {
    const asked = visionCase(row, catalog, known);
    const measured = Number(cellOf(row, 'value') ?? Number.NaN);
    if (typeof asked === 'string' || !(measured > 0) || visionPrediction(asked) === undefined) return [];
    const family = /^[a-z]+/.exec((cellOf(row, 'model') ?? '').toLowerCase())?.[0] ?? '';
    return [{ asked, measured, hardware: cellOf(row, 'hardware') ?? '', kind: cellOf(row, 'kind') ?? '', family }];
  });
};

/** Network families are left out in so many groups, in turn by name. */
const familyGroups = 6;

const groupsOf = (items: readonly VisionItem[], by: LeftOut): ReadonlyMap<string, readonly VisionItem[]> => {
  const keyOf = ({ hardware, family }: VisionItem): string => (by === 'hardware' ? hardware : family);
  const names = [...new Set(items.map(keyOf))].sort();
  const count = by === 'hardware' ? names.length : Math.min(names.length, familyGroups);
  return new Map(
    Array.from({ length: count }, (_, at) => {
      const own = new Set(names.filter((__, index) => index % count === at));
      const label = own.size === 1 ? names[at]! : `${own.size} families of networks, from ${names[at]}`;
      return [label, items.filter((item) => own.has(keyOf(item)))] as const;
    }),
  );
};

/** Leave every device, or every sixth of the families, out once; rows under the name that the page gives the table. */
export const leaveOutVision = (
  table: MeasurementTable,
  catalog: Catalog,
  by: LeftOut,
  datasetOf: (kind: string) => string,
  onGroup: (name: string) => void,
): LeftOutRows => {
  const items = itemsOf(table, catalog);
  const groups = groupsOf(items, by);
  if (groups.size < 2) return { rows: [], refits: 0 };
  const band80 = by === 'family' ? visionBand80.family : visionBand80.device;
  const rows = [...groups].flatMap(([name, group]) => {
    onGroup(name);
    const out = new Set(group);
    const fit = fitted(items.filter((item) => !out.has(item)));
    return logErrors(group, fit).map((logError, at): LeftOutRow => {
      const { asked, hardware, kind } = group[at]!;
      return {
        dataset: datasetOf(kind),
        metric: asked.metric,
        hardware,
        logError,
        eraSeen: true,
        learnt: true,
        band80,
      };
    });
  });
  return { rows, refits: groups.size };
};
