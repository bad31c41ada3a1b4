import type { Path } from './path.js';
import { find } from './path.js';
import type { Finding } from './source.js';

/** A documented key whose effect is not built yet. Building it means removing its line. */
interface Unsupported {
  readonly pattern: string;
  readonly what: string;
  /** Only these values are unsupported; all, unless given. */
  readonly when?: (value: unknown) => boolean;
  readonly hint?: string;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UNSUPPORTED: readonly Unsupported[] = [
  { pattern: 'pools.*.parallelism.context', what: 'context parallelism', when: (value) => value !== 1 },
  {
    pattern: 'services.*',
    what: 'an engine of its own for kind: inference (batches are timed alike for all servers)',
    when: (value) =>
      isMap(value) && value['kind'] === 'inference' && value['engine'] !== undefined && value['engine'] !== 'generic',
    hint: 'leave engine out, or give a measured batch_time',
  },
  ...['services.*', 'services.*.stations.*'].flatMap((pattern): readonly Unsupported[] => [
    {
      pattern,
      what: 'setup times under processor sharing',
      when: (value) => isMap(value) && value['discipline'] === 'ps' && value['setup_time'] !== undefined,
      hint: 'use fcfs, or leave setup_time out',
    },
    {
      pattern,
      what: 'patience under limited processor sharing',
      when: (value) =>
        isMap(value) &&
        value['discipline'] === 'ps' &&
        value['sharing_limit'] !== undefined &&
        value['patience'] !== undefined,
      hint: 'use fcfs, or leave patience out',
    },
    {
      pattern,
      what: 'patience, setup times or feedback together with batching',
      when: (value) =>
        isMap(value) &&
        (value['kind'] === 'queue' || value['kind'] === undefined) &&
        value['batching'] !== undefined &&
        ['patience', 'setup_time', 'feedback'].some((key) => value[key] !== undefined && value[key] !== 0),
      hint: 'leave one of them out',
    },
  ]),
  {
    pattern: 'services.*.traffic.client.hedge.max',
    what: 'more than one copy beside the first',
    when: (value) => value !== 1,
    hint: 'write max: 1, or leave it out',
  },
  { pattern: 'training', what: 'training jobs' },
];

/** Every unsupported key that the scenario uses. */
export const unsupportedKeys = (data: unknown): readonly Finding[] =>
  UNSUPPORTED.flatMap(({ pattern, what, when, hint }) =>
    find(data, pattern).flatMap(({ path, value }): readonly Finding[] =>
      when === undefined || when(value) ? [unsupported(path, what, hint)] : [],
    ),
  );

const unsupported = (path: Path, what: string, hint = 'remove the key to use the rest of the scenario'): Finding => ({
  code: 'E1501',
  path,
  at: 'key',
  message: `not supported yet: ${what}`,
  hint,
});
