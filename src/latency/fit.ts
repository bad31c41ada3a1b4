import type { ServingConfig } from './config.js';
import { kvBytesLeft, type MemoryNeeds, memoryNeeds } from './memory.js';
import { partsOf } from './modelParts.js';
import { placementOf } from './placement.js';
import { resolveProfile } from './resolveProfile.js';
import type { DoesNotFit } from './types.js';

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

const fits = (config: ServingConfig, needTokens: number, memoryGiB: number): boolean => {
  const placement = placementOf(config, config.accelerators);
  if (typeof placement === 'string' || config.model.heads % config.tensor !== 0) return false;
  const needs = memoryNeeds(
    config,
    partsOf(config.model),
    placement,
    resolveProfile(config).traits,
    memoryGiB * 2 ** 30,
  );
  return kvBytesLeft(needs) > 0 && kvBytesLeft(needs) >= needTokens * needs.kvBytesPerToken;
};

/** The smallest memory that would hold it, by bisection; GiB. */
const enoughGiB = (config: ServingConfig, needTokens: number): number => {
  let low = 1;
  let high = 2;
  while (!fits(config, needTokens, high) && high < 2 ** 20) high *= 2;
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    if (fits(config, needTokens, middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high);
};

/** The most adapters that leave room for `needTokens`; undefined where even one does not, or there are none. */
const adaptersThatFit = (config: ServingConfig, needTokens: number, memoryGiB: number): number | undefined => {
  const { adapters } = config;
  if (adapters === undefined) return undefined;
  const fit = (loaded: number): boolean =>
    fits({ ...config, adapters: { ...adapters, loaded } }, needTokens, memoryGiB);
  if (!fit(1)) return undefined;
  let [low, high] = [1, adapters.loaded];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fit(middle)) low = middle;
    else high = middle;
  }
  return low;
};

/** Why `config` does not fit, and the nearest configurations that do: more tensor parallelism, fewer bits, more memory, less context. */
export const whatFits = (
  config: ServingConfig,
  needs: MemoryNeeds,
  needTokens: number,
  lengthStated: boolean,
): DoesNotFit => {
  const { model, accelerator, accelerators: _fixed, ...rest } = config;
  const memoryGiB = needs.totalBytes / 2 ** 30;
  const open: ServingConfig = { model, accelerator, ...rest };
  const options: string[] = [];
  const tensor = [2, 4, 8, 16, 32].find(
    (degree) => degree > config.tensor && fits({ ...open, tensor: degree }, needTokens, memoryGiB),
  );
  if (tensor !== undefined) options.push(`tensor: ${tensor}`);
  const bits = (['fp8', 'int4'] as const).find(
    (weights) => weights !== config.weights && fits({ ...config, weights }, needTokens, memoryGiB),
  );
  if (bits !== undefined) options.push(`weights: ${bits}`);
  const fewer = adaptersThatFit(config, needTokens, memoryGiB);
  if (fewer !== undefined) options.push(`adapters.max_loaded: ${fewer}`);
  options.push(`an accelerator with at least ${enoughGiB(config, needTokens)} GiB`);
  const leftTokens = needs.kvBytesPerToken === 0 ? 0 : Math.floor(kvBytesLeft(needs) / needs.kvBytesPerToken);
  if (lengthStated && leftTokens >= 16) options.push(`max_model_len: ${leftTokens - (leftTokens % 16)} or less`);
  const left = kvBytesLeft(needs);
  return {
    kind: 'does-not-fit',
    message:
      `${model.name} (${config.weights}) does not fit on ${accelerator.name} (${memoryGiB.toFixed(0)} GiB) with tensor ${config.tensor}, ` +
      `pipeline ${config.pipeline}: weights ${gib(needs.weightBytes)} GiB${needs.adapterBytes > 0 ? `, ${config.adapters?.loaded} adapters ${gib(needs.adapterBytes)} GiB` : ''} and activations ${gib(needs.activationBytes)} GiB a rank ` +
      (left > 0
        ? `leave room for ${leftTokens} tokens of KV cache, ${needTokens} are needed`
        : `exceed what utilisation ${config.batching.gpu_memory_utilization} and the engine's reserve leave by ${gib(-left)} GiB`),
    hint: `what would fit: ${options.join('; or ')}`,
  };
};
