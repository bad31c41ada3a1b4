import { evaluateAutoscalerCase } from '../autoscalerConformance.js';
import { runCase } from '../queueing/runCase.js';
import { type AnyCase, isRecord } from './referenceFile.js';

/** What became of one case, ready to print. */
export interface Verdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Lines about misses and skipped values, without the case's id. */
  readonly notes: readonly string[];
}

/** Whether a case must be simulated: a case of queueing theory. Others are decisions and cost nothing. */
export function isQueueingCase(one: AnyCase): boolean {
  return isRecord(one['params']) && typeof (one['model'] ?? one['kind']) === 'string';
}

/** Evaluates a case of either schema. A bug of ours is a failure with its message, so that one case cannot hide the others. */
export function evaluateCase(one: AnyCase, seed: number): Verdict {
  try {
    if (isQueueingCase(one)) return queueingVerdict(one, seed);
    if (typeof one['kind'] === 'string') return autoscalerVerdict({ ...one, kind: one['kind'] });
    return { status: 'skipped', notes: ['neither a kind with input nor a model with params'] };
  } catch (error) {
    return { status: 'failed', notes: [`error: ${(error as Error).message}`] };
  }
}

function queueingVerdict(one: AnyCase, seed: number): Verdict {
  const expected = one['expected'];
  if (!isRecord(expected)) return { status: 'skipped', notes: ['no expected values'] };
  const model = String(one['model'] ?? one['kind']);
  const { status, misses, skips } = runCase(
    { id: one.id, model, params: one['params'] as Readonly<Record<string, unknown>>, expected },
    seed,
  );
  const missed = misses.map(({ key, got, expected: wanted }) => `${key}: got ${got}, expected ${wanted}`);
  return { status, notes: [...missed, ...skips.map((why) => (status === 'skipped' ? why : `skipped ${why}`))] };
}

function autoscalerVerdict(one: AnyCase & { readonly kind: string }): Verdict {
  const { status, got, expected, why } = evaluateAutoscalerCase(one);
  if (status === 'passed') return { status, notes: [] };
  if (status === 'skipped') return { status, notes: [why] };
  return { status, notes: [`${why}: got ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`] };
}
