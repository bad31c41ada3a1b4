import { kvBytesPerTokenLayer } from './attentionCost.js';
import type { ServingConfig } from './config.js';
import { defaultNetworkGBps, pointToPoint } from './link.js';
import { attentionLayers } from './modelParts.js';
import { placementOf } from './placement.js';
import { resolveProfile } from './resolveProfile.js';
import type { Term } from './types.js';

/**
 * Handing the keys and values of one prompt from a replica that computed it to one of the same layout that decodes it (prefill and decode
 * pools apart). Every rank sends its own part at once, over the scale-up link where both replicas share its domain, else over the
 * network. Counted whole: engines that send layer by layer while computing hide all but the last layer (DistServe, Zhong et al. 2024, §3.3;
 * Splitwise, Patel et al. 2024, §4.3).
 *
 * @param promptTokens tokens of the prompt; a windowed layer hands over its window
 * @returns seconds and in words why; undefined where the model keeps no keys and values or the layout is not possible
 */
export const kvTransfer = (config: ServingConfig, promptTokens: number): Term | undefined => {
  const placement = placementOf(config, config.accelerators);
  if (typeof placement === 'string' || config.model.attention === 'none') return undefined;
  const { full, windowed, window } = attentionLayers(config.model);
  const rows = full * promptTokens + windowed * Math.min(promptTokens, window);
  const bytes = (rows * kvBytesPerTokenLayer(config, placement.attentionTensor)) / placement.stages;
  const fabric = { accelerator: config.accelerator, networkGBps: config.networkGBps ?? defaultNetworkGBps };
  const link = pointToPoint(fabric, 2 * placement.accelerators, resolveProfile(config).coefficients);
  return {
    name: 'KV transfer',
    seconds: link.floorS + bytes * link.perByteS,
    why: `${(bytes / 1e6).toPrecision(3)} MB of keys and values a rank over ${link.why}`,
  };
};
