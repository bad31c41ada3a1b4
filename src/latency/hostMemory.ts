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
const hostMemory = (config: ServingConfig, plan: ServingPlan, bytes: number): NonNullable<ServingPlan['swap']> => {
  const perBlock = blockBytesOf(config, plan);
  return {
    hostBlocks: Math.floor(bytes / perBlock / lanesOf(config)),
    secondsPerBlock: perBlock / ((config.accelerator.pcieGBps ?? defaultPcieGBps) * 1e9 * copyShare),
  };
};

/**
 * A plan whose preempted sequences are copied to host memory of `bytes` for each accelerator. Nothing measured stands behind the copies;
 * vLLM has them in its V0 engine only (V1 guide, "GPU <> CPU KV cache swapping": no longer there).
 */
export const withSwap = (config: ServingConfig, plan: ServingPlan, bytes: number): ServingPlan => {
  const swap = hostMemory(config, plan, bytes);
  const gigabytesPerS = blockBytesOf(config, plan) / swap.secondsPerBlock / 1e9;
  const noted = `swapping is not calibrated: blocks move at ${gigabytesPerS.toFixed(1)} GB/s`;
  const engine = config.engine === 'vllm' ? '; of vLLM, only the V0 engine swaps (up to 0.10)' : '';
  const { profile } = plan;
  return { ...plan, swap, profile: { ...profile, extrapolates: [...profile.extrapolates, `${noted}${engine}`] } };
};
