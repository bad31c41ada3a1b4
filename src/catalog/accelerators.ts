import { known, numberIn, provenanceOf, textIn } from './fields.js';
import { type Found, found, matchesWords, type NotFound, notFound } from './lookup.js';
import type { Catalog } from './open.js';
import type { Row } from './table.js';
import type { Accelerator, AcceleratorKind } from './types.js';

/** `4-8`, `16 (64 UltraServer)`: the first number, the smallest domain that is sold, so that no link is assumed that may be absent. */
const firstNumber = (text: string | undefined): number => {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isFinite(value) && value > 0 ? value : 1;
};

export const acceleratorFromRow = (row: Row): Accelerator =>
  known<Accelerator>({
    ...provenanceOf(row),
    name: row['accelerator'] ?? '',
    vendor: row['vendor'] ?? '',
    kind: (row['kind'] ?? 'gpu') as AcceleratorKind,
    architecture: row['architecture'] ?? '',
    memoryGiB: numberIn(row, 'memory_gib'),
    bandwidthGBps: numberIn(row, 'hbm_bandwidth_gbps'),
    tflops: known<Accelerator['tflops']>({
      fp32: numberIn(row, 'fp32_tflops'),
      tf32: numberIn(row, 'tf32_tflops'),
      bf16: numberIn(row, 'bf16_tflops'),
      fp16: numberIn(row, 'fp16_tflops'),
      fp8: numberIn(row, 'fp8_tflops'),
      int8: numberIn(row, 'int8_tops'),
      fp4: numberIn(row, 'fp4_tflops'),
    }),
    interconnect: textIn(row, 'interconnect') ?? 'none',
    linkGBps: numberIn(row, 'interconnect_gbs_per_direction'),
    scaleUpDomain: firstNumber(row['scale_up_domain']),
    pcieGBps: numberIn(row, 'pcie_gbs_per_direction'),
    tdpWatts: numberIn(row, 'tdp_watts'),
    cores: numberIn(row, 'cores'),
    released: row['released'] ?? '',
    confidence: row['confidence'] ?? '',
  });

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, '');

/**
 * An accelerator by its name, whatever the case and the separators (`h100 sxm`). A family (`H100`) is a miss whose suggestions are its
 * members: SXM, PCIe and NVL differ by a factor of two.
 */
export const findAccelerator = (catalog: Catalog, name: string): Found<Accelerator> | NotFound => {
  const exact = catalog.rowsOf('accelerators', name)[0];
  if (exact !== undefined) return found(acceleratorFromRow(exact));
  const rows = catalog.rows('accelerators');
  const near = rows.find((row) => plain(row['accelerator'] ?? '') === plain(name));
  if (near !== undefined) return found(acceleratorFromRow(near));
  return notFound(
    'accelerator',
    name,
    rows.map((row) => row['accelerator'] ?? ''),
  );
};

export interface AcceleratorFilter {
  /** Words that the name, vendor, kind and architecture contain. */
  readonly text?: string;
  readonly minMemoryGiB?: number;
}

/** Accelerators that pass every given filter, in catalog order. */
export const listAccelerators = (catalog: Catalog, filter: AcceleratorFilter = {}): readonly Accelerator[] => {
  return catalog
    .rows('accelerators')
    .map(acceleratorFromRow)
    .filter((each) => matchesWords(`${each.name} ${each.vendor} ${each.kind} ${each.architecture}`, filter.text ?? ''))
    .filter((each) => filter.minMemoryGiB === undefined || (each.memoryGiB ?? 0) >= filter.minMemoryGiB);
};
