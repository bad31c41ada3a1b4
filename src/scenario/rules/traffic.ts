import { shapeNames } from '../../workload/shapes.js';
import { isShapeFile } from '../files.js';
import { find, formatPath, type Path } from '../path.js';
import type { Finding } from '../source.js';
import { didYouMean } from '../suggest.js';
import { has, isMap, maps, type Rule } from './rule.js';

const eachTraffic = (data: unknown) => maps(data, 'services.*.traffic');

/** Exactly one of rate, users and trace drives the load. */
export const oneLoad: Rule = (data) =>
  eachTraffic(data).flatMap(({ path, value }): readonly Finding[] => {
    const present = ['rate', 'users', 'trace'].filter((key) => has(value, key));
    if (present.length === 1) return [];
    if (present.length === 0) {
      const hint = 'give rate: 6.45 /s, or users: { concurrent: 100 }, or trace: requests.csv';
      return [{ code: 'E1301', path, at: 'key', message: `${formatPath(path)} needs one of rate, users, trace`, hint }];
    }
    const message = `${formatPath(path)} has ${present.join(' and ')}; only one can drive the load`;
    return [{ code: 'E1301', path: [...path, present[1]!], at: 'key', message, hint: 'keep one of them' }];
  });

/** Users of a closed population wait for their answers. */
export const clientsOfOpenLoops: Rule = (data) =>
  eachTraffic(data).flatMap(({ path, value }): readonly Finding[] => {
    if (!has(value, 'client') || !has(value, 'users')) return [];
    const message = 'users of a closed population wait for their answers: client has no effect on them';
    const hint = 'describe the load by rate or trace, or remove client';
    return [{ code: 'E1303', path: [...path, 'client'], at: 'key', message, hint }];
  });

/** What a trace says of every request must not be said again. */
export const traceIsWhole: Rule = (data) =>
  eachTraffic(data).flatMap(({ path, value }): readonly Finding[] => {
    const process = value['arrivals'];
    if (!has(value, 'trace')) {
      if (process !== 'trace') return [];
      const hint = 'add trace: requests.csv, or use poisson';
      return [{ code: 'E1303', path: [...path, 'arrivals'], message: 'arrivals: trace needs a trace', hint }];
    }
    const keys = [
      'shape',
      'prompt_tokens',
      'output_tokens',
      'cv',
      'batch_size',
      ...(process === 'trace' ? [] : ['arrivals']),
    ];
    return keys
      .filter((key) => has(value, key))
      .map((key): Finding => {
        const message = `"${key}" contradicts the trace, which says it for each request`;
        return { code: 'E1303', path: [...path, key], at: 'key', message, hint: 'remove one of the two' };
      });
  });

/** Gamma and Weibull arrivals have a coefficient of variation, others have none. */
export const arrivalVariation: Rule = (data) =>
  eachTraffic(data).flatMap(({ path, value }): readonly Finding[] => {
    const nested = isMap(value['arrivals']) ? value['arrivals'] : undefined;
    const process = nested === undefined ? value['arrivals'] : nested['process'];
    const needsCv = process === 'gamma' || process === 'weibull';
    const at: Path = [...path, 'arrivals'];
    const [outside, inside] = [has(value, 'cv'), has(nested, 'cv')];
    if (needsCv && !outside && !inside) {
      const hint = `write arrivals: { process: ${process}, cv: 2 }`;
      return [{ code: 'E1201', path: at, message: `${process} arrivals need their coefficient of variation`, hint }];
    }
    if (!needsCv && (outside || inside) && !has(value, 'trace')) {
      const hint = 'write arrivals: { process: gamma, cv: 2 }';
      const message = '"cv" belongs to gamma and weibull arrivals';
      return [{ code: 'E1303', path: outside ? [...path, 'cv'] : [...at, 'cv'], at: 'key', message, hint }];
    }
    if (!outside || !inside) return [];
    return [
      { code: 'E1303', path: [...path, 'cv'], at: 'key', message: '"cv" is given twice', hint: 'keep one of them' },
    ];
  });

/** An image has a size or a number of tokens. */
export const imageSizes: Rule = (data) =>
  maps(data, 'services.*.traffic.images').flatMap(({ path, value }): readonly Finding[] => {
    if (!has(value, 'size') || !has(value, 'tokens')) return [];
    const hint = 'keep size, from which the model makes tokens, or tokens';
    const message = 'the tokens of an image follow from its size';
    return [{ code: 'E1303', path: [...path, 'tokens'], at: 'key', message, hint }];
  });

/** Bounds and quantiles of token lengths are in order. */
export const tokenOrder: Rule = (data) =>
  ['prompt_tokens', 'output_tokens', 'images.per_request'].flatMap((key) =>
    maps(data, `services.*.traffic.${key}`).flatMap(({ path, value }): readonly Finding[] =>
      [['min', 'max'] as const, ['p50', 'p99'] as const].flatMap(([low, high]): readonly Finding[] =>
        Number(value[low]) > Number(value[high])
          ? [
              {
                code: 'E1303',
                path: [...path, high],
                message: `${high} (${value[high]}) is less than ${low} (${value[low]})`,
              },
            ]
          : [],
      ),
    ),
  );

/** A shape that is neither a file nor known by name. */
export const shapeByName: Rule = (data) =>
  find(data, 'services.*.traffic.shape').flatMap(({ path, value }): readonly Finding[] => {
    if (typeof value !== 'string' || shapeNames.includes(value) || isShapeFile(value) || value.trim() === '') return [];
    const hint = didYouMean(value, shapeNames, 'shapes');
    return [{ code: 'E1105', path, message: `no shape is named "${value}"`, hint }];
  });
