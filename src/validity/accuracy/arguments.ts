import { parseArgs } from 'node:util';

export interface Arguments {
  readonly folders: readonly string[];
  readonly seed: number;
  /** Document whose table is replaced; absent: to the output. */
  readonly write?: string;
}

export const USAGE = `Usage: npm run accuracy -- [--seed N] [--write README.md] FOLDER|TABLE.csv…

Predicts every row of the measurement tables, then refits all coefficients without each device and without each family of
models, and prints the errors as a Markdown table; --write puts it between the markers of a document. Takes minutes.`;

/** Reads the command line; a message instead where it cannot be used. */
export const readArguments = (argv: readonly string[]): Arguments | string => {
  let parsed: { values: { seed?: string | undefined; write?: string | undefined }; positionals: string[] };
  try {
    const options = { seed: { type: 'string' }, write: { type: 'string' } } as const;
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    return `${(error as Error).message}\n\n${USAGE}`;
  }
  const { seed: text = '1', write } = parsed.values;
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) return `--seed is not a whole number\n\n${USAGE}`;
  if (parsed.positionals.length === 0) return USAGE;
  return { folders: parsed.positionals, seed, ...(write === undefined ? {} : { write }) };
};
