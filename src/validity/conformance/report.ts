import type { Verdict } from './evaluateCase.js';
import type { AnyCase } from './referenceFile.js';

export interface Evaluated {
  readonly file: string;
  readonly one: AnyCase;
  readonly verdict: Verdict;
}

/**
 * The report: every miss with what was got and expected, everything skipped with why, and the count at the end.
 * Skips for one reason are named together.
 */
export function conformanceReport(results: readonly Evaluated[]): string {
  const lines: string[] = [];
  for (const file of new Set(results.map((result) => result.file))) {
    const own = results.filter((result) => result.file === file);
    lines.push(`${file} (${own.length} cases)`);
    for (const { one, verdict } of own) {
      if (verdict.status === 'skipped') continue;
      for (const note of verdict.notes)
        lines.push(`  ${verdict.status === 'failed' ? 'FAILED ' : ''}${one.id}: ${note}`);
    }
    const byReason = new Map<string, string[]>();
    for (const { one, verdict } of own) {
      if (verdict.status !== 'skipped') continue;
      const why = verdict.notes.join('; ');
      byReason.set(why, [...(byReason.get(why) ?? []), one.id]);
    }
    for (const [why, ids] of byReason) lines.push(`  skipped (${why}): ${ids.join(', ')}`);
  }
  lines.push(countsOf(results));
  return `${lines.join('\n')}\n`;
}

function countsOf(results: readonly Evaluated[]): string {
  const of = (status: Verdict['status']): number => results.filter((result) => result.verdict.status === status).length;
  return `${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped`;
}
