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
  {
    pattern: 'services.*.traffic',
    what: 'images or audio together with a trace, which has the lengths of whole prompts',
    when: (value) =>
      isMap(value) && value['trace'] !== undefined && (value['images'] !== undefined || value['audio'] !== undefined),
    hint: 'describe the load by rate or users, or leave images and audio out',
  },
  {
    pattern: 'services.*',
    what: 'adapters together with speculative decoding',
    when: (value) => isMap(value) && value['adapters'] !== undefined && value['speculative'] !== undefined,
    hint: 'leave one of them out',
  },
  {
    pattern: 'services.*',
    what: 'adapters together with a shared prefix (keys and values differ from adapter to adapter)',
    when: (value) =>
      isMap(value) &&
      value['adapters'] !== undefined &&
      isMap(value['traffic']) &&
      Number(value['traffic']['shared_prefix_tokens'] ?? 0) > 0,
    hint: 'leave shared_prefix_tokens out: each prompt is then computed whole',
  },
  {
    pattern: 'services.*',
    what: 'adapters together with prefill and decoding on pools of their own',
    when: (value) => isMap(value) && value['adapters'] !== undefined && isMap(value['runs_on']),
    hint: 'leave adapters out, or let one pool do both',
  },
  {
    pattern: 'training',
    what: 'a list of training jobs',
    hint: 'write jobs: { NAME: { kind: training, … } }: a job on what services leave of a pool',
  },
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
