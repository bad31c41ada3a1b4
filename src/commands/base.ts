/**
 * What every verb has in common: flags, where the answer goes, how errors look, and which exit code they give. Only this file decides
 * exit codes: 0 answered or passed, 1 a bug of ours, 2 invalid input, 3 gate failed, 4 gate inconclusive, 5 infeasible, 130 interrupted.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { colourTheme, plainTheme, type Theme } from '../report/format/theme.js';
import { problemsToJson, renderProblems, textOf } from '../scenario/renderProblems.js';
import type { ScenarioSource } from '../scenario/source.js';
import type { Problem } from '../scenario/types.js';

export interface Answer {
  readonly json: unknown;
  readonly text: () => string | Promise<string>;
}

/** Input that cannot be answered: carries every located problem. */
export class InvalidInput extends Error {
  constructor(
    readonly problems: readonly Problem[],
    readonly source?: ScenarioSource,
  ) {
    super(problems.map((problem) => problem.message).join('; '));
  }
}

/** A problem without a place in a file (flags, missing files, names). */
export function inputProblem(message: string, options: { hint?: string; file?: string; code?: string } = {}): Problem {
  return {
    code: options.code ?? 'E2001',
    message,
    file: options.file ?? '',
    line: 0,
    column: 0,
    path: '',
    severity: 'error',
    ...(options.hint === undefined ? {} : { hint: options.hint }),
  };
}

export abstract class BaseCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'print one JSON document', helpGroup: 'GLOBAL' }),
    seed: Flags.integer({ description: "seed of the run (the scenario's unless given)", helpGroup: 'GLOBAL', min: 0 }),
    set: Flags.string({
      description: 'change a value of the scenario: path=value (repeatable)',
      helpGroup: 'GLOBAL',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    quiet: Flags.boolean({ description: 'no progress, no notes on stderr', helpGroup: 'GLOBAL' }),
    'no-color': Flags.boolean({ description: 'no colours (also NO_COLOR, TERM=dumb)', helpGroup: 'GLOBAL' }),
    output: Flags.string({
      char: 'o',
      description: 'write the answer to a file',
      helpGroup: 'GLOBAL',
      helpValue: 'FILE',
    }),
  };

  private wantsJson = false;
  private outputPath: string | undefined;
  protected quiet = false;

  /** Remembers the common flags; every verb calls it first with what it parsed. */
  protected begin(flags: { json?: boolean; output?: string | undefined; quiet?: boolean }): void {
    this.wantsJson = flags.json ?? false;
    this.outputPath = flags.output;
    this.quiet = flags.quiet ?? false;
  }

  protected get colour(): boolean {
    const off = this.argv.includes('--no-color') || process.env.NO_COLOR || process.env.TERM === 'dumb';
    return !off && this.outputPath === undefined && process.stdout.isTTY === true;
  }

  protected get width(): number {
    return Math.max(60, Math.min(process.stdout.columns ?? 100, 140));
  }

  /** Width and colours for text answers. */
  protected get look(): { width: number; theme: Theme } {
    return { width: this.width, theme: this.colour ? colourTheme() : plainTheme };
  }

  /** Opens a file for writing in pieces. @throws InvalidInput when it cannot be written */
  protected openFile(path: string): { write: (piece: string) => void; close: () => void } {
    try {
      const file = openSync(path, 'w');
      return { write: (piece) => void writeSync(file, piece), close: () => closeSync(file) };
    } catch (error) {
      throw new InvalidInput([inputProblem(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code}`)]);
    }
  }

  /** Gives the answer: JSON or text, to stdout or a file. */
  protected async answer(answer: Answer, exitCode = 0): Promise<void> {
    const body = this.wantsJson ? `${JSON.stringify(answer.json, null, 2)}\n` : withNewline(await answer.text());
    await this.write(body);
    process.exitCode = exitCode;
  }

  protected async write(body: string): Promise<void> {
    if (this.outputPath === undefined) {
      process.stdout.write(body);
      return;
    }
    try {
      await writeFile(this.outputPath, body);
    } catch (error) {
      throw new InvalidInput([
        inputProblem(`cannot write ${this.outputPath}: ${(error as NodeJS.ErrnoException).code}`),
      ]);
    }
    this.note(`written to ${this.outputPath}`);
  }

  /** A remark on stderr, silent under --quiet. */
  protected note(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  protected override async catch(
    error: Error & { exitCode?: number; code?: string; oclif?: { exit?: number } },
  ): Promise<void> {
    const json = this.wantsJson || this.argv.includes('--json');
    if (error.oclif?.exit === 0 || error.code === 'EEXIT') {
      process.exitCode = error.oclif?.exit ?? 0;
      return;
    }
    const isUsage = error.oclif !== undefined || 'parse' in error;
    const problems =
      error instanceof InvalidInput
        ? error.problems
        : isUsage
          ? [
              inputProblem(firstLines(error.message), {
                code: 'E2000',
                hint: `plimsoll ${this.id ?? ''} --help`.replace(/:/g, ' '),
              }),
            ]
          : undefined;
    if (problems) {
      process.exitCode = 2;
      if (json) process.stdout.write(`${JSON.stringify(problemsToJson(problems), null, 2)}\n`);
      else
        process.stderr.write(
          withNewline(renderProblems(problems, textOf(error instanceof InvalidInput ? error.source : undefined))),
        );
      return;
    }
    process.exitCode = 1;
    const message = `internal error: ${error.message}`;
    const hint = 'this is a bug in plimsoll, not in your input; run again with PLIMSOLL_DEBUG=1 for the trace';
    if (json)
      process.stdout.write(`${JSON.stringify({ error: { code: 'E1', message, location: null, hint } }, null, 2)}\n`);
    else process.stderr.write(`${message}\n${hint}\n`);
    if (process.env.PLIMSOLL_DEBUG) process.stderr.write(`${error.stack ?? ''}\n`);
  }
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** The message on one line, without oclif's advice: the hint gives it already. */
function firstLines(message: string): string {
  return message
    .replace(/\nSee more help with --help\s*$/, '')
    .replace(/\n+Note: --\w+ allows multiple values[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
