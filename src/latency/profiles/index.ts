import type { Profile } from '../profile.js';
import { base } from './base.js';
import { hardware } from './hardware.js';
import { otherEngines } from './other-engines.js';
import { tensorrtLlm } from './tensorrt-llm.js';
import { vllm } from './vllm.js';

/** Every built-in layer, from the general to the particular: base, engine and era, device family. */
export const builtInProfiles: readonly Profile[] = [base, ...vllm, ...tensorrtLlm, ...otherEngines, ...hardware];
