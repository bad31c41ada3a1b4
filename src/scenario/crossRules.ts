import type { Path } from './path.js';
import { find, valueAt } from './path.js';
import type { Finding } from './source.js';
import { didYouMean } from './suggest.js';

/**
 * Rules that involve more than one key. They run on the plain data, not on the schema's output, so that they report
 * beside other errors: each looks only at what it needs and leaves wrong types to the schema.
 */
export const crossFindings = (data: unknown): readonly Finding[] => [
  ...hidden(data),
  ...RULES.flatMap((rule) => rule(data)),
];

type Data = Readonly<Record<string, unknown>>;
type Rule = (data: unknown) => readonly Finding[];

const isMap = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);
const has = (value: unknown, key: string): boolean =>
  isMap(value) && Object.hasOwn(value, key) && value[key] !== undefined;
const maps = (data: unknown, pattern: string): readonly { readonly path: Path; readonly value: Data }[] =>
  find(data, pattern).flatMap(({ path, value }) => (isMap(value) ? [{ path, value }] : []));
const poolNames = (data: unknown): readonly string[] =>
  isMap(valueAt(data, ['pools'])) ? Object.keys(valueAt(data, ['pools']) as Data) : [];

/** Names with a meaning in JavaScript are never scenario keys; the schema cannot see them all. */
const hidden: Rule = (data) => {
  const findings: Finding[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      const below: Path = [...path, Array.isArray(value) ? Number(key) : key];
      const isRecord = path.length === 1 && ['services', 'pools', 'data'].includes(String(path[0]));
      if (key === '__proto__' || (isRecord && (key === 'constructor' || key === 'prototype'))) {
        findings.push({
          code: 'E1203',
          path: below,
          at: 'key',
          message: `unknown key "${key}"`,
          hint: 'this name cannot be used; choose another',
        });
      } else walk((value as Data)[key], below);
    }
  };
  walk(data, []);
  return findings;
};

const oneLoad: Rule = (data) =>
  maps(data, 'services.*.traffic').flatMap(({ path, value }): readonly Finding[] => {
    const given = ['rate', 'users', 'trace'].filter((key) => has(value, key));
    if (given.length === 1) return [];
    const hint = 'give rate: 6.45 /s, or users: { concurrent: 100 }, or trace: requests.csv';
    if (given.length === 0)
      return [{ code: 'E1301', path, at: 'key', message: `${dotted(path)} needs one of rate, users, trace`, hint }];
    return [
      {
        code: 'E1301',
        path: [...path, given[1]!],
        at: 'key',
        message: `${dotted(path)} has ${given.join(' and ')}; only one can drive the load`,
        hint: 'keep one of them',
      },
    ];
  });

const TRACE_BRINGS = ['shape', 'prompt_tokens', 'output_tokens', 'cv', 'batch_size'] as const;
const traceIsWhole: Rule = (data) =>
  maps(data, 'services.*.traffic').flatMap(({ path, value }): readonly Finding[] => {
    const process = value['arrivals'];
    if (!has(value, 'trace')) {
      return process === 'trace'
        ? [
            {
              code: 'E1303',
              path: [...path, 'arrivals'],
              message: 'arrivals: trace needs a trace',
              hint: 'add trace: requests.csv, or use poisson',
            },
          ]
        : [];
    }
    const keys: readonly string[] = [...TRACE_BRINGS, ...(process === 'trace' ? [] : ['arrivals'])];
    return keys
      .filter((key) => has(value, key))
      .map((key) => ({
        code: 'E1303',
        path: [...path, key],
        at: 'key',
        message: `"${key}" contradicts the trace, which gives each request`,
        hint: 'remove one of the two',
      }));
  });

const arrivalVariation: Rule = (data) =>
  maps(data, 'services.*.traffic').flatMap(({ path, value }): readonly Finding[] => {
    const nested = isMap(value['arrivals']) ? value['arrivals'] : undefined;
    const process = nested === undefined ? value['arrivals'] : nested['process'];
    const needsCv = process === 'gamma' || process === 'weibull';
    const at: Path = [...path, 'arrivals'];
    if (needsCv && !has(value, 'cv') && !has(nested, 'cv')) {
      return [
        {
          code: 'E1201',
          path: at,
          message: `${process} arrivals need their coefficient of variation`,
          hint: `write arrivals: { process: ${process}, cv: 2 }`,
        },
      ];
    }
    if (!needsCv && (has(value, 'cv') || has(nested, 'cv'))) {
      const where: Path = has(value, 'cv') ? [...path, 'cv'] : [...at, 'cv'];
      return [
        {
          code: 'E1303',
          path: where,
          at: 'key',
          message: `"cv" belongs to gamma and weibull arrivals`,
          hint: 'write arrivals: { process: gamma, cv: 2 }',
        },
      ];
    }
    if (has(value, 'cv') && has(nested, 'cv'))
      return [
        { code: 'E1303', path: [...path, 'cv'], at: 'key', message: '"cv" is given twice', hint: 'keep one of them' },
      ];
    return [];
  });

const runsOn: Rule = (data) => {
  const names = poolNames(data);
  return maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const pool = value['runs_on'];
    if (typeof pool === 'string') {
      if (names.includes(pool)) return [];
      const hint = names.length === 0 ? 'the scenario has no pools' : didYouMean(pool, names, 'pools');
      return [{ code: 'E1302', path: [...path, 'runs_on'], message: `no pool is named "${pool}"`, hint }];
    }
    if (pool !== undefined || !['llm', 'inference'].includes(String(value['kind'])) || names.length === 1) return [];
    const hint = names.length === 0 ? 'add a pool and runs_on' : `add runs_on with one of: ${names.join(', ')}`;
    return [
      {
        code: 'E1201',
        path: [...path, 'runs_on'],
        at: 'key',
        message: `"runs_on" is missing in ${dotted(path)}: a service of kind ${value['kind']} needs a pool`,
        hint,
      },
    ];
  });
};

const poolHardware: Rule = (data) =>
  maps(data, 'pools.*').flatMap(({ path, value }): readonly Finding[] => {
    if (has(value, 'instance') && has(value, 'accelerator')) {
      return [
        {
          code: 'E1303',
          path: [...path, 'accelerator'],
          at: 'key',
          message: 'an instance has its own accelerator',
          hint: 'keep instance, or accelerator with price',
        },
      ];
    }
    if (has(value, 'instance') || has(value, 'accelerator')) return [];
    return [
      {
        code: 'E1301',
        path,
        at: 'key',
        message: `${dotted(path)} needs an instance, or an accelerator with a price`,
        hint: 'for example instance: aws/g6e.xlarge, or accelerator: A100-80GB with price: 3.20 USD/h',
      },
    ];
  });

const replicaBounds: Rule = (data) =>
  maps(data, 'pools.*.replicas').flatMap(({ path, value }): readonly Finding[] => {
    const [min, max, initial] = [
      Number(value['min']),
      Number(value['max']),
      value['initial'] === undefined ? Number.NaN : Number(value['initial']),
    ];
    if (min > max)
      return [{ code: 'E1303', path: [...path, 'max'], message: `max (${max}) is less than min (${min})` }];
    if (initial > max || initial < min)
      return [
        {
          code: 'E1303',
          path: [...path, 'initial'],
          message: `initial (${initial}) is not between min (${min}) and max (${max})`,
        },
      ];
    return [];
  });

const tokenBounds: Rule = (data) =>
  ['prompt_tokens', 'output_tokens'].flatMap((key) =>
    maps(data, `services.*.traffic.${key}`).flatMap(({ path, value }): readonly Finding[] => {
      if (Number(value['min']) > Number(value['max']))
        return [
          {
            code: 'E1303',
            path: [...path, 'max'],
            message: `max (${value['max']}) is less than min (${value['min']})`,
          },
        ];
      if (Number(value['p50']) > Number(value['p99']))
        return [
          {
            code: 'E1303',
            path: [...path, 'p99'],
            message: `p99 (${value['p99']}) is less than p50 (${value['p50']})`,
          },
        ];
      return [];
    }),
  );

const priorityClasses: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const hasPriority = value['discipline'] === 'priority' || value['discipline'] === 'preemptive-priority';
    if (hasPriority && !has(value, 'classes')) {
      return [
        {
          code: 'E1201',
          path: [...path, 'classes'],
          at: 'key',
          message: `"classes" is missing in ${dotted(path)}: a priority discipline needs them`,
          hint: 'write classes: [{ name: urgent, share: 0.2 }, { name: normal, share: 0.8 }]',
        },
      ];
    }
    if (!hasPriority && has(value, 'classes') && value['kind'] === 'queue') {
      return [
        {
          code: 'E1303',
          path: [...path, 'classes'],
          at: 'key',
          message: 'classes have an effect only with a priority discipline',
          hint: 'add discipline: priority',
        },
      ];
    }
    return [];
  });

const empiricalSource: Rule = (data) =>
  ['service_time', 'patience', 'setup_time', 'traffic.users.think_time'].flatMap((key) =>
    maps(data, `services.*.${key}`).flatMap(({ path, value }): readonly Finding[] =>
      value['distribution'] === 'empirical' && has(value, 'values') === has(value, 'file')
        ? [
            {
              code: 'E1301',
              path,
              message: 'an empirical distribution needs either values or a file',
              hint: 'write values: [80 ms, 120 ms], or file: times.csv',
            },
          ]
        : [],
    ),
  );

const storePrice: Rule = (data) =>
  maps(data, 'data.*').flatMap(({ path, value }): readonly Finding[] =>
    has(value, 'storage') && has(value, 'price')
      ? [
          {
            code: 'E1303',
            path: [...path, 'price'],
            at: 'key',
            message: 'the storage catalog has its own price',
            hint: 'keep storage or price',
          },
        ]
      : [],
  );

const ruleLimits: Rule = (data) =>
  maps(data, 'rules.*').flatMap(({ path, value }): readonly Finding[] =>
    has(value, 'max') || has(value, 'min')
      ? []
      : [{ code: 'E1301', path, message: 'a rule needs max or min', hint: 'for example max: 800 ms' }],
  );

const hasServices: Rule = (data) => {
  const services = valueAt(data, ['services']);
  return isMap(services) && Object.keys(services).length === 0
    ? [
        {
          code: 'E1201',
          path: ['services'],
          at: 'key',
          message: 'the scenario has no services',
          hint: 'add at least one, with traffic',
        },
      ]
    : [];
};

const RULES: readonly Rule[] = [
  hasServices,
  oneLoad,
  traceIsWhole,
  arrivalVariation,
  runsOn,
  poolHardware,
  replicaBounds,
  tokenBounds,
  priorityClasses,
  empiricalSource,
  storePrice,
  ruleLimits,
];

const dotted = (path: Path): string => path.join('.');
