/** The disruption settings of a Karpenter NodePool manifest (`karpenter.sh/v1`). */
import * as z from 'zod';
import { once } from '../../../catalog/kept.js';
import type { Problem } from '../../../scenario/types.js';
import { parseCron } from '../cron.js';
import { goDurationS } from '../duration.js';
import { asMap, type Checked, check, problemAt, readDocuments } from '../manifest/document.js';
import type { Budget } from './budgets.js';

export interface NodePoolDisruption {
  readonly policy: 'WhenEmpty' | 'WhenEmptyOrUnderutilized' | 'Balanced';
  /** `Infinity` for `Never`. */
  readonly afterS: number;
  readonly budgets: readonly Budget[];
  /** Parts of the manifest's spec that are not read. */
  readonly unread: readonly string[];
}

/** What a NodePool says nothing of (karpenter.sh, concepts/disruption, v1.15, read 2026-11). */
const DEFAULTS = { policy: 'WhenEmptyOrUnderutilized' as const, after: '0s', budgets: [{ nodes: '10%' }] };

const disruption = once(() =>
  z.strictObject({
    consolidationPolicy: z.enum(['WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced']).optional(),
    consolidateAfter: z.string().optional(),
    budgets: z
      .array(
        z.strictObject({
          nodes: z
            .string()
            .regex(/^(\d+|(100|\d{1,2})%)$/, 'a number of nodes or a whole percentage, in quotes: "20%"'),
          schedule: z.string().optional(),
          duration: z.string().optional(),
          reasons: z.array(z.enum(['Empty', 'Underutilized', 'Drifted'])).optional(),
        }),
      )
      .optional(),
  }),
);

const KEYS = ['consolidationPolicy', 'consolidateAfter', 'budgets', 'nodes', 'schedule', 'duration', 'reasons'];
const AT = ['spec', 'disruption'];

/** Reads the first NodePool of a YAML text. Problems are values, each with its position in `file`. */
export function nodePoolDisruption(text: string, file: string): Checked<NodePoolDisruption> {
  const documents = readDocuments(text, file);
  if (!documents.ok) return documents;
  const manifest = documents.value.find(({ data }) => asMap(data)?.['kind'] === 'NodePool');
  if (manifest === undefined) {
    const first = documents.value[0];
    const kind = String(asMap(first?.data)?.['kind'] ?? 'not given');
    const message = first === undefined ? 'the file is empty' : `no NodePool was found (kind ${kind})`;
    const hint = 'a Karpenter NodePool, or { policy, after, budgets } in the scenario';
    return {
      ok: false,
      problems: [{ code: 'E1402', message, hint, file, line: 1, column: 1, path: '', severity: 'error' }],
    };
  }
  const spec = asMap(asMap(manifest.data)?.['spec']) ?? {};
  const checked = check(manifest, AT, spec['disruption'] ?? {}, disruption(), KEYS);
  if (!checked.ok) return checked;
  const { consolidationPolicy, consolidateAfter = DEFAULTS.after, budgets = DEFAULTS.budgets } = checked.value;
  const problems: Problem[] = [];
  const afterS = consolidateAfter === 'Never' ? Infinity : goDurationS(consolidateAfter);
  if (afterS === null) {
    const message = `"${consolidateAfter}" is not a duration such as 30s, or Never`;
    problems.push(problemAt(manifest, [...AT, 'consolidateAfter'], 'E1102', message));
  }
  for (const [i, budget] of (budgets as readonly Budget[]).entries()) {
    const wrong = scheduleProblem(budget);
    if (wrong) problems.push(problemAt(manifest, [...AT, 'budgets', i, wrong.key], 'E1102', wrong.message));
  }
  if (problems.length > 0) return { ok: false, problems };
  const unread = Object.keys(spec).filter((key) => key !== 'disruption');
  return {
    ok: true,
    value: {
      policy: consolidationPolicy ?? DEFAULTS.policy,
      afterS: afterS!,
      budgets: budgets as readonly Budget[],
      unread,
    },
  };
}

/** What is wrong with the schedule of a budget, and under which key. */
export function scheduleProblem({
  schedule,
  duration,
}: Pick<Budget, 'schedule' | 'duration'>):
  | { readonly key: 'schedule' | 'duration'; readonly message: string }
  | undefined {
  if (schedule == null && duration == null) return undefined;
  if (schedule == null || duration == null)
    return { key: schedule == null ? 'duration' : 'schedule', message: 'a schedule and a duration go together' };
  const cron = parseCron(schedule);
  if (!cron.ok) return { key: 'schedule', message: cron.error };
  return goDurationS(duration) === null
    ? { key: 'duration', message: `"${duration}" is not a duration such as 1h30m` }
    : undefined;
}
