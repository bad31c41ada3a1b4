import { parseArgs } from 'node:util';

export interface Arguments {
  readonly folders: readonly string[];
  readonly seed: number;
  /** Document whose table is replaced; absent: to the output. */
  readonly write?: string;
  /** Source file that gets the bands which the left-out rows imply. */
  readonly bands?: string;
}

export const USAGE = `Usage: npm run accuracy -- [--seed N] [--write README.md] [--bands src/latency/profiles/bands.ts] FOLDER|TABLE.csv…

Predicts every row of the measurement tables, then refits all coefficients without each device and without each family of
models, and prints the errors as a Markdown table; --write puts it between the markers of a document. --bands writes the bands that the rows left
out imply. Takes minutes.`;

/** Reads the command line; a message instead where it cannot be used. */
export const readArguments = (argv: readonly string[]): Arguments | string => {
  let parsed: {
    values: { seed?: string | undefined; write?: string | undefined; bands?: string | undefined };
    positionals: string[];
  };
  try {
    const options = { seed: { type: 'string' }, write: { type: 'string' }, bands: { type: 'string' } } as const;
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    return `${(error as Error).message}\n\n${USAGE}`;
  }
  const { seed: text = '1', write, bands } = parsed.values;
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) return `--seed is not a whole number\n\n${USAGE}`;
  if (parsed.positionals.length === 0) return USAGE;
  return {
    folders: parsed.positionals,
    seed,
    ...(write === undefined ? {} : { write }),
    ...(bands === undefined ? {} : { bands }),
  };
};
