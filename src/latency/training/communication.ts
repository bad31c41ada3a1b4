/** Large collectives of training: bandwidth decides, floors do not matter at tens of megabytes. */
import type { Accelerator } from '../../catalog/types.js';
import { defaultNetworkGBps } from '../link.js';
import type { TrainingCoefficients } from './coefficients.js';

/** Ranks of a collective: how many, and how far apart two neighbours are in device order. */
export interface Group {
  readonly size: number;
  readonly stride: number;
}

/** Seconds a byte of the gathered tensor takes, and in words over what. */
export interface Route {
  readonly perByteS: number;
  readonly why: string;
}

/** Devices of one host that has no scale-up link: common servers hold 8 (assumed). */
const hostDevices = 8;
const defaultPcieGBps = 32;
/** A ring over PCIe crosses the host bridge: share of one direction that remains for each device (NCCL on L40S hosts reaches 10–15 GB/s). */
const pcieShare = 0.4;

const axesOf = (interconnect: string): number =>
  /3D torus/.test(interconnect) ? 3 : /2D torus/.test(interconnect) ? 2 : 0;

/** Network per accelerator where the caller gives none: 400 Gb/s from Hopper's time on, 200 before (usual clusters; assumed). */
export const networkOf = (accelerator: Accelerator): number =>
  accelerator.kind !== 'gpu'
    ? defaultNetworkGBps * 2
    : accelerator.released >= '2022-06' && accelerator.linkGBps !== undefined
      ? 50
      : 25;

interface Reach {
  readonly bytesPerS: number;
  readonly domain: number;
  readonly name: string;
}

/** A group on one axis of a torus uses that axis' links only; larger ones are laid over all axes (Google TPU v4, ISCA 2023). */
const scaleUp = (accelerator: Accelerator, group: Group, coefficients: TrainingCoefficients): Reach => {
  const { linkGBps, scaleUpDomain, interconnect, pcieGBps } = accelerator;
  if (linkGBps === undefined || scaleUpDomain <= 1) {
    const gbps = (pcieGBps ?? defaultPcieGBps) * pcieShare;
    return { bytesPerS: gbps * 1e9, domain: hostDevices, name: `PCIe at ${gbps.toFixed(0)} GB/s` };
  }
  const axes = axesOf(interconnect);
  const share = axes > 0 && group.size <= 16 ? 1 / axes : 1;
  return {
    bytesPerS: linkGBps * 1e9 * share * coefficients.link,
    domain: scaleUpDomain,
    name: `${interconnect} at ${(linkGBps * share).toFixed(0)} GB/s`,
  };
};

/**
 * All-gather or reduce-scatter over a group, per byte of the whole tensor (an all-reduce is both). Ranks inside one scale-up domain
 * exchange over its link; a domain takes in its missing part through the network ports of the ranks that are in it.
 */
export const gatherRoute = (
  accelerator: Accelerator,
  networkGBps: number,
  group: Group,
  coefficients: TrainingCoefficients,
): Route => {
  if (group.size <= 1) return { perByteS: 0, why: 'one rank' };
  const inner = scaleUp(accelerator, group, coefficients);
  const inside = Math.max(1, Math.min(group.size, Math.floor(inner.domain / group.stride)));
  const within = inside > 1 ? (inside - 1) / inside / inner.bytesPerS : 0;
  if (inside >= group.size) return { perByteS: within, why: `${group.size} ranks over ${inner.name}` };
  const domains = group.size / inside;
  const across = (domains - 1) / domains / inside / (networkGBps * 1e9 * coefficients.network);
  return {
    perByteS: Math.max(within, across) + 0.3 * Math.min(within, across),
    why: `${inside} ranks over ${inner.name}, ${Math.ceil(domains)} groups over a network at ${networkGBps} GB/s a device`,
  };
};

/** All-to-all, per byte that a rank sends: what leaves the domain goes through the rank's own network port. */
export const exchangeRoute = (
  accelerator: Accelerator,
  networkGBps: number,
  group: Group,
  coefficients: TrainingCoefficients,
): Route => {
  if (group.size <= 1) return { perByteS: 0, why: 'one rank' };
  const inner = scaleUp(accelerator, group, coefficients);
  const inside = Math.max(1, Math.min(group.size, Math.floor(inner.domain / group.stride)));
  const near = (inside - 1) / group.size / inner.bytesPerS;
  const far = (group.size - inside) / group.size / (networkGBps * 1e9 * coefficients.network);
  return { perByteS: Math.max(near, far), why: `${group.size} ranks, ${inside} of them over ${inner.name}` };
};
