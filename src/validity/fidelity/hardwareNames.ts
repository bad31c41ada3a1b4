/** Names of devices as benchmarks' system descriptions write them, in the catalog's terms. */
import { findAccelerator } from '../../catalog/accelerators.js';
import { type Found, type NotFound, notFound } from '../../catalog/lookup.js';
import type { Catalog } from '../../catalog/open.js';
import type { Accelerator } from '../../catalog/types.js';

/** Most particular first. Vendors' product names, 2018–2026. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/gb300/, 'GB300'],
  [/gb200/, 'GB200'],
  [/gh200/, 'GH200'],
  [/b300/, 'B300'],
  [/b200|blackwell gpu/, 'B200'],
  [/h200.*nvl/, 'H200-NVL'],
  [/h200/, 'H200-SXM'],
  [/h100.*nvl/, 'H100-NVL'],
  [/h100.*pcie/, 'H100-PCIe'],
  [/h100/, 'H100-SXM'],
  [/a100.*pcie.*|a100 - pcie/, 'A100-80GB-PCIe'],
  [/a100.*40/, 'A100-40GB'],
  [/a100/, 'A100-80GB'],
  [/l40s/, 'L40S'],
  [/l40/, 'L40'],
  [/\bl4\b/, 'L4'],
  [/a10g/, 'A10G'],
  [/\ba10\b/, 'A10'],
  [/\ba30\b/, 'A30'],
  [/\ba40\b/, 'A40'],
  [/rtx ?pro ?6000/, 'RTXPRO6000'],
  [/a6000/, 'A6000'],
  [/rtx ?5090/, 'RTX5090'],
  [/rtx ?4090/, 'RTX4090'],
  [/\bt4\b/, 'T4'],
  [/v100.*32/, 'V100-32GB'],
  [/v100/, 'V100-16GB'],
  [/mi355/, 'MI355X'],
  [/mi350/, 'MI350X'],
  [/mi325/, 'MI325X'],
  [/mi300/, 'MI300X'],
  [/mi250/, 'MI250X'],
  [/gaudi ?\(?r?\)? ?3|gaudi3/, 'Gaudi3'],
  [/gaudi ?\(?r?\)? ?2|gaudi2/, 'Gaudi2'],
  [/trillium|tpu[ -]?v6/, 'TPUv6e'],
  [/tpu[ -]?v5p/, 'TPUv5p'],
  [/tpu[ -]?v5e|tpu[ -]?v5-?lite/, 'TPUv5e'],
  [/tpu[ -]?v4/, 'TPUv4'],
  [/tpu[ -]?v3/, 'TPUv3'],
  [/tpu[ -]?7x?|ironwood|tpu[ -]?v7/, 'TPUv7'],
  [/8592/, 'Xeon-EMR-8592'],
  [/6980p/, 'Xeon-GNR-6980P'],
  [/8480|8490|sapphire/, 'Xeon-SPR-8480'],
  [/epyc.*97\d5|turin/, 'EPYC-Turin-9755'],
  [/epyc.*9\d\d4|genoa/, 'EPYC-Genoa-9654'],
  [/graviton ?4/, 'Graviton4'],
  [/graviton ?3/, 'Graviton3'],
];

/** Devices that the catalog lacks, by their datasheets; only for reading benchmark tables. */
const datasheets: readonly (readonly [RegExp, Accelerator])[] = [
  [
    /rtx ?3090/,
    device(
      'RTX 3090',
      'nvidia',
      'gpu',
      'Ampere',
      24,
      936,
      { fp32: 35.6, tf32: 35.6, bf16: 71, fp16: 71, int8: 284 },
      '2020-09',
      'NVIDIA GA102 whitepaper v2.1 (2020): dense, fp16 with fp32 accumulation',
    ),
  ],
  [
    /a5000/,
    device(
      'RTX A5000',
      'nvidia',
      'gpu',
      'Ampere',
      24,
      768,
      { fp32: 27.8, tf32: 55.6, bf16: 111, fp16: 111, int8: 222 },
      '2021-04',
      'NVIDIA RTX A5000 datasheet (2021), sparse figures halved',
    ),
  ],
  [
    /7900 ?xtx/,
    device(
      'RX 7900 XTX',
      'amd',
      'gpu',
      'RDNA3',
      24,
      960,
      { fp32: 61.4, bf16: 122.8, fp16: 122.8 },
      '2022-12',
      'AMD product page (2022)',
    ),
  ],
  [
    /orin/,
    device(
      'Jetson AGX Orin 64G',
      'nvidia',
      'gpu',
      'Ampere',
      64,
      204.8,
      { fp32: 5.3, tf32: 21, bf16: 42.5, fp16: 42.5, int8: 85 },
      '2022-03',
      'NVIDIA Jetson AGX Orin technical brief v1.2 (2022), GPU only, dense',
    ),
  ],
  [
    /i9-10940x/,
    device(
      'i9-10940X',
      'intel',
      'cpu',
      'Cascade Lake',
      0,
      94,
      { fp32: 1.48, int8: 5.9 },
      '2019-11',
      'Intel ARK: 14 cores, AVX-512 with two FMA units at about 3.3 GHz, four channels of DDR4-2933',
      14,
    ),
  ],
];

function device(
  name: string,
  vendor: string,
  kind: Accelerator['kind'],
  architecture: string,
  memoryGiB: number,
  bandwidthGBps: number,
  tflops: Accelerator['tflops'],
  released: string,
  source: string,
  cores?: number,
): Accelerator {
  return {
    name,
    vendor,
    kind,
    architecture,
    bandwidthGBps,
    tflops,
    released,
    source,
    ...(memoryGiB > 0 ? { memoryGiB } : {}),
    ...(cores === undefined ? {} : { cores }),
    interconnect: 'none',
    scaleUpDomain: 1,
    pcieGBps: 32,
    confidence: 'medium',
    asOf: '2026-11',
    notes: '',
  };
}

/** A device by a benchmark's name for it. */
export const findDevice = (catalog: Catalog, name: string): Found<Accelerator> | NotFound => {
  const direct = findAccelerator(catalog, name);
  if (direct.kind === 'found') return direct;
  const lower = name.toLowerCase();
  const sheet = datasheets.find(([pattern]) => pattern.test(lower));
  if (sheet !== undefined) return { kind: 'found', value: sheet[1] };
  const known = patterns.find(([pattern]) => pattern.test(lower));
  return known === undefined ? notFound('accelerator', name, []) : findAccelerator(catalog, known[1]);
};
