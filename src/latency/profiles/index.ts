import type { Profile } from '../profile.js';
import { base } from './base.js';
import { hardware } from './hardware.js';
import { otherEngines } from './otherEngines.js';
import { tensorrtLlm } from './tensorrtLlm.js';
import { vllm } from './vllm.js';

/** Every built-in layer, from the general to the particular: base, engine and era, device family. */
export const builtInProfiles: readonly Profile[] = [base, ...vllm, ...tensorrtLlm, ...otherEngines, ...hardware];
