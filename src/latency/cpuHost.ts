import { findAccelerator } from '../catalog/accelerators.js';
import type { Catalog } from '../catalog/open.js';
import type { Accelerator, Instance } from '../catalog/types.js';

/** A share of a CPU socket, as a device: peaks and bandwidth in proportion to its cores. */
export interface CpuShare {
  readonly device: Accelerator;
  /** How the share was derived, for the reader. */
  readonly assumption: string;
}

interface Generation {
  readonly type: RegExp;
  /** Row of the accelerator catalog. */
  readonly socket: string;
  /** The socket is newer than the machine: matrix units (AMX) and bf16 do not count, only its fp32 vector rate per core. */
  readonly vectorOnly?: true;
}

/**
 * CPU generations by instance type, from the providers' instance-type pages (read 2026-08). Older generations take the nearest socket
 * of the catalog without its matrix units.
 */
const generations: readonly Generation[] = [
  { type: /^[a-z]+8i/, socket: 'Xeon-GNR-6980P' },
  { type: /^[a-z]+7i/, socket: 'Xeon-SPR-8480' },
  { type: /^[a-z]+8a/, socket: 'EPYC-Turin-9755' },
  { type: /^[a-z]+7a/, socket: 'EPYC-Genoa-9654' },
  { type: /^[a-z]+[89]g/, socket: 'Graviton4' },
  { type: /^[a-z]+7g/, socket: 'Graviton3' },
  { type: /^c3-/, socket: 'Xeon-SPR-8480' },
  { type: /^(?:c4|n4)-/, socket: 'Xeon-EMR-8592' },
  { type: /^(?:c4d|n4d)-/, socket: 'EPYC-Turin-9755' },
  { type: /^c3d-/, socket: 'EPYC-Genoa-9654' },
  { type: /^Standard_[A-Z]+\d+a[a-z]*_v6/, socket: 'EPYC-Genoa-9654' },
  { type: /^Standard_[A-Z]+\d+p[a-z]*_v6/, socket: 'Grace', vectorOnly: true },
  { type: /^Standard_[A-Z]+\d+[a-z]*_v6/, socket: 'Xeon-EMR-8592' },
];

const nearest = (instance: Instance): Generation => {
  const known = generations.find((generation) => generation.type.test(instance.type));
  if (known !== undefined) return known;
  if (instance.cpuArch === 'arm64') return { type: /./, socket: 'Graviton3', vectorOnly: true };
  return { type: /./, socket: instance.cpuVendor === 'amd' ? 'EPYC-Genoa-9654' : 'Xeon-SPR-8480', vectorOnly: true };
};

/** AWS sells a whole core as a vCPU on its AMD instances since generation 7 (c7a, c8a); elsewhere on x86 a vCPU is a hyperthread. */
const threadsPerCore = (instance: Instance): number =>
  instance.cpuArch === 'arm64' || /^[a-z]+[78]a/.test(instance.type) || /^(?:t2d|Standard_HB)/.test(instance.type)
    ? 1
    : 2;

const scaled = (value: number | undefined, factor: number): number | undefined =>
  value === undefined ? undefined : value * factor;

/**
 * The CPU of an instance as a device: its vCPUs' share of the nearest socket in the accelerator catalog.
 *
 * @returns a sentence when the catalog has no such socket
 */
export const cpuShareOf = (instance: Instance, catalog: Catalog): CpuShare | string => {
  const { socket, vectorOnly } = nearest(instance);
  const row = findAccelerator(catalog, socket);
  if (row.kind !== 'found' || row.value.cores === undefined) return `the catalog has no CPU like ${socket}`;
  const { value: cpu } = row;
  const cores = instance.vcpus / threadsPerCore(instance);
  const factor = cores / row.value.cores;
  const { fp32, bf16, fp16, int8 } = cpu.tflops;
  const tflops = vectorOnly ? { fp32 } : { fp32, bf16, fp16, int8 };
  const known = Object.entries(tflops).flatMap(([unit, value]) =>
    value === undefined ? [] : [[unit, value * factor]],
  );
  const bandwidth = scaled(cpu.bandwidthGBps, factor);
  return {
    device: {
      ...cpu,
      name: `${instance.vcpus} vCPUs of ${cpu.name}`,
      memoryGiB: instance.memoryGiB,
      tflops: Object.fromEntries(known),
      ...(bandwidth === undefined ? {} : { bandwidthGBps: bandwidth }),
      cores,
      scaleUpDomain: 1,
    },
    assumption:
      `${instance.type} taken as ${cores} of ${row.value.cores} cores of ${cpu.name}` +
      (vectorOnly ? ', vector units only (older or unlisted generation)' : ''),
  };
};
