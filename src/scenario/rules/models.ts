import { modelFromInline } from '../../catalog/models.js';
import type { Finding } from '../source.js';
import { maps, type Rule } from './rule.js';

/** An architecture written in the scenario is checked like a model card. Names are looked up later, by `simulate`. */
export const inlineModels: Rule = (data) =>
  [...maps(data, 'services.*.model'), ...maps(data, 'jobs.*.model')].flatMap(({ path, value }): readonly Finding[] => {
    const model = modelFromInline(value);
    if (model.kind === 'found') return [];
    return model.problems.map(({ field, message, hint }): Finding => {
      const isPresent = Object.hasOwn(value, field);
      const isUnknown = message.startsWith('unknown key');
      return {
        code: isUnknown ? 'E1203' : isPresent ? 'E1101' : 'E1201',
        path: [...path, field],
        ...((isUnknown || !isPresent) && { at: 'key' as const }),
        message,
        ...(hint !== undefined && { hint }),
      };
    });
  });
