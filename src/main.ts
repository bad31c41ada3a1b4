/** The program's entry: hands the command line to oclif, and speaks for what oclif does not know. */
import { Config } from '@oclif/core/config';
import { run } from '@oclif/core/run';
import { distance } from 'fastest-levenshtein';
import { PLANNED } from './planned.js';
import { BUILT } from './verbs.js';

/**
 * Runs the command line of this process and ends it; `root` is the folder of package.json. A process that is left to end by itself waits for
 * functions that V8 is still compiling, which nobody will call.
 */
export async function main(root: string): Promise<never> {
  await answer(root);
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit();
}

async function answer(root: string): Promise<void> {
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  // oclif takes SIGINT as success; an interrupted answer is none.
  process.once('SIGINT', () => process.exit(130));
  const [verb = '', topic = ''] = process.argv.slice(2);
  const planned = [verb, `${verb} ${topic}`].find((words) => Object.hasOwn(PLANNED, words));
  if (planned !== undefined) {
    refuse('E1501', `plimsoll ${planned} is not supported yet (${PLANNED[planned]})`, 'plimsoll --help lists what is');
    return;
  }
  try {
    await run(process.argv.slice(2), await configured(root));
  } catch (error) {
    const { oclif, message } = error as Error & { oclif?: { exit?: number } };
    if (oclif?.exit === 0) return;
    if (/command .* not found/.test(message)) refuseUnknown(verb, topic);
    else refuse('E2000', message, 'plimsoll --help');
  }
}

/** oclif's configuration from the manifest, with the verbs of this bundle. */
async function configured(root: string): Promise<Config> {
  const config = await Config.load(root);
  for (const plugin of config.getPluginsList()) {
    for (const command of plugin.commands) {
      const load = BUILT[command.id];
      if (load) command.load = async () => Object.assign((await load()).default, { id: command.id, plugin });
    }
  }
  return config;
}

/** Verbs of two words have a folder: there it is the second that is not known. */
function refuseUnknown(verb: string, topic: string): void {
  if (!builtVerbs().includes(verb)) refuse('E2000', `there is no verb "${verb}"`, nearest(verb));
  else refuse('E2000', `there is no verb "${verb} ${topic}"`, `plimsoll ${verb} --help lists what is`);
}

function builtVerbs(): string[] {
  return [...new Set(Object.keys(BUILT).map((id) => id.split(':')[0]!))];
}

/** The built verb nearest to what was typed. */
function nearest(verb: string): string {
  const near = builtVerbs().sort((a, b) => distance(verb, a) - distance(verb, b))[0]!;
  return distance(verb, near) <= 3
    ? `did you mean "${near}"? (plimsoll --help lists all)`
    : 'plimsoll --help lists all';
}

function refuse(code: string, message: string, hint: string): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { code, message, location: null, hint } }, null, 2)}\n`);
  } else process.stderr.write(`error[${code}]: ${message}\n   = ${hint}\n`);
  process.exitCode = 2;
}

/** Resolves once all that was written to `stream` so far is out. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** `plimsoll … | head` closes our output early: that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`cannot write the answer: ${error.code ?? error.message}\n`);
  process.exit(1);
}
