import { parseArgs } from 'node:util';

export interface Arguments {
  readonly files: readonly string[];
  readonly seed: number;
  readonly workers: number;
}

export const USAGE = `Usage: npm run conformance -- [--seed N] [--workers N] FILE.json…

Simulates or evaluates every case of reference files (queueing theory, autoscaler decisions) and compares.
Exit code 0 when nothing failed, 3 when a case failed, 2 for a file or an argument that cannot be used.`;

/** Reads the command line; a message instead where it cannot be used. */
export function readArguments(argv: readonly string[], cores: number): Arguments | string {
  let parsed: { values: { seed?: string | undefined; workers?: string | undefined }; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      options: { seed: { type: 'string' }, workers: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    return `${(error as Error).message}\n\n${USAGE}`;
  }
  const seed = Number(parsed.values.seed ?? 1);
  const workers = Number(parsed.values.workers ?? Math.max(1, cores));
  if (!Number.isSafeInteger(seed)) return `--seed is not a whole number\n\n${USAGE}`;
  if (!Number.isInteger(workers) || workers < 1) return `--workers is not a positive whole number\n\n${USAGE}`;
  if (parsed.positionals.length === 0) return USAGE;
  return { files: parsed.positionals, seed, workers };
}
