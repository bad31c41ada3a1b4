import type { Accelerator } from '../catalog/types.js';
import type { Coefficients } from './coefficients.js';

/** A collective as a floor and a slope: seconds = floorS + bytes·perByteS, where bytes is the message of one rank. */
export interface Collective {
  readonly floorS: number;
  readonly perByteS: number;
  readonly why: string;
}

/** Where a group of ranks meets: scale-up link, PCIe of one host, or the network between hosts. */
export interface Fabric {
  readonly accelerator: Accelerator;
  /** Network per accelerator and direction, GB/s. */
  readonly networkGBps: number;
}

/** Devices of one host that has no scale-up link: common servers hold 8 (assumed). */
const hostDevices = 8;
/** One 100 Gb/s adapter per accelerator where nothing else is known (assumed; clouds offer 12.5 to 50 GB/s). */
export const defaultNetworkGBps = 12.5;
/** PCIe per direction where none is published: Gen4 ×16 (assumed). */
const defaultPcieGBps = 32;
/** Latency of one more hierarchy level, over that of the profile's scale-up collectives: assumed from NCCL's 20–40 µs across hosts. */
const networkFloorS = 20e-6;

interface Reach {
  readonly gbps: number;
  /** Fraction of `gbps` that collectives reach. */
  readonly efficiency: number;
  readonly domain: number;
  readonly name: string;
}

const scaleUp = ({ accelerator }: Fabric, c: Coefficients): Reach => {
  const { linkGBps, scaleUpDomain } = accelerator;
  if (linkGBps !== undefined && scaleUpDomain > 1) {
    return { gbps: linkGBps, efficiency: c.allReduceLink, domain: scaleUpDomain, name: accelerator.interconnect };
  }
  return { gbps: accelerator.pcieGBps ?? defaultPcieGBps, efficiency: c.pcieLink, domain: hostDevices, name: 'PCIe' };
};

/** Beyond a small scale-up domain the next level is PCIe inside the host, then the network. */
const scaleOut = (fabric: Fabric, inner: Reach, ranks: number, c: Coefficients): Reach => {
  if (inner.domain < hostDevices && ranks <= hostDevices && fabric.accelerator.kind === 'gpu') {
    return {
      gbps: fabric.accelerator.pcieGBps ?? defaultPcieGBps,
      efficiency: c.pcieLink,
      domain: hostDevices,
      name: 'PCIe',
    };
  }
  return { gbps: fabric.networkGBps, efficiency: c.allReduceLink, domain: Number.POSITIVE_INFINITY, name: 'network' };
};

/**
 * How the ring-equivalent bandwidth of an all-reduce grows with its ranks, relative to the mean: two ranks exchange halves one way at a
 * time, eight reach 0.72–0.96 of the link where two reach 0.57–0.68 (NCCL 2.27 on A100, H100 and B200, 64–268 MB, collected 2026-08).
 */
const rankGain = (ranks: number): number => (ranks <= 2 ? 0.9 : ranks <= 4 ? 1.05 : 1.2);

/**
 * All-reduce over `ranks`: floor·(1 + 0.57·(log₂ ranks − 1)) + 2(ranks − 1)/ranks·bytes/(link·efficiency) (study of step-time models §1).
 * A group larger than the scale-up domain reduces inside it first, then across domains on each rank's share.
 */
export const allReduce = (fabric: Fabric, ranks: number, coefficients: Coefficients): Collective => {
  if (ranks <= 1) return { floorS: 0, perByteS: 0, why: 'one rank: nothing to reduce' };
  const inner = scaleUp(fabric, coefficients);
  const inside = Math.min(ranks, inner.domain);
  const floor = (size: number): number => coefficients.allReduceFloorS * (1 + 0.57 * (Math.log2(size) - 1));
  const perByte = (size: number, { gbps, efficiency }: Reach): number =>
    (2 * (size - 1)) / size / (gbps * 1e9 * Math.min(0.95, efficiency * rankGain(size)));
  const within = `${inside} ranks over ${inner.name} at ${inner.gbps} GB/s`;
  if (ranks <= inner.domain) return { floorS: floor(ranks), perByteS: perByte(ranks, inner), why: within };
  const outer = scaleOut(fabric, inner, ranks, coefficients);
  const domains = Math.ceil(ranks / inside);
  return {
    floorS: floor(ranks) + networkFloorS,
    perByteS: perByte(inside, inner) + perByte(domains, outer) / inside,
    why: `${within}, then ${domains} groups over ${outer.name} at ${outer.gbps} GB/s`,
  };
};

/** All-to-all over `ranks`: the share that leaves the rank, at the slowest link that it crosses. */
export const allToAll = (fabric: Fabric, ranks: number, coefficients: Coefficients): Collective => {
  if (ranks <= 1) return { floorS: 0, perByteS: 0, why: 'one rank: nothing to exchange' };
  const inner = scaleUp(fabric, coefficients);
  const outer = ranks > inner.domain ? scaleOut(fabric, inner, ranks, coefficients) : inner;
  const leaving = ranks > inner.domain ? (ranks - inner.domain) / ranks : (ranks - 1) / ranks;
  return {
    floorS:
      coefficients.allReduceFloorS * (1 + 0.57 * (Math.log2(ranks) - 1)) + (ranks > inner.domain ? networkFloorS : 0),
    perByteS: leaving / (outer.gbps * 1e9 * outer.efficiency),
    why: `${ranks} ranks over ${outer.name} at ${outer.gbps} GB/s`,
  };
};

/** Handing activations to the next pipeline stage. Stages sit in one scale-up domain when the whole replica fits in it. */
export const pointToPoint = (fabric: Fabric, accelerators: number, coefficients: Coefficients): Collective => {
  const inner = scaleUp(fabric, coefficients);
  const reach = accelerators <= inner.domain ? inner : scaleOut(fabric, inner, accelerators, coefficients);
  return {
    floorS: coefficients.allReduceFloorS + (reach.name === 'network' ? networkFloorS : 0),
    perByteS: 1 / (reach.gbps * 1e9 * reach.efficiency),
    why: `${reach.name} at ${reach.gbps} GB/s`,
  };
};
