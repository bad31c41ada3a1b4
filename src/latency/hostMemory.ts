import type { ServingConfig } from './config.js';
import { blockBytesOf, lanesOf } from './planLanes.js';
import type { ServingPlan } from './types.js';

/** PCIe per direction where none is published: Gen4 ×16 (assumed). */
const defaultPcieGBps = 32;
/**
 * Share of the published PCIe rate that copies between pinned host memory and a device reach (assumed: 25 of 32 GB/s is common on
 * Gen4 ×16). Engines that copy block by block reach less.
 */
const copyShare = 0.8;

/**
 * Host memory for preempted sequences: what `bytes` for each accelerator hold, and how long a block takes one way. Every accelerator moves
 * its own share of a block over its own PCIe link at the same time.
 */
export const hostMemory = (
  config: ServingConfig,
  plan: ServingPlan,
  bytes: number,
): NonNullable<ServingPlan['swap']> => {
  const perBlock = blockBytesOf(config, plan);
  return {
    hostBlocks: Math.floor(bytes / perBlock / lanesOf(config)),
    secondsPerBlock: perBlock / ((config.accelerator.pcieGBps ?? defaultPcieGBps) * 1e9 * copyShare),
  };
};
