/** The door of the what-if screen. Importing it is cheap: Ink and React load only when the screen opens. */
import process from 'node:process';
import type { WhatIfWorld } from './session.js';

export type * from './session.js';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type ScreenCheck = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Whether the screen can be shown here; where not, print the text twin and the reason. */
export function canShowScreen(
  stdin: { readonly isTTY?: boolean },
  stdout: { readonly isTTY?: boolean },
  env: Terminal['env'] = process.env,
): ScreenCheck {
  if (!stdin.isTTY) return { ok: false, reason: 'the input is not a terminal' };
  if (!stdout.isTTY) return { ok: false, reason: 'the output is not a terminal' };
  if (env['TERM'] === 'dumb') return { ok: false, reason: 'the terminal cannot move its cursor (TERM=dumb)' };
  // Ink draws nothing before the end where it believes to be in CI.
  const isCi = ['CI', 'CONTINUOUS_INTEGRATION'].some(
    (name) => name in env && env[name] !== '0' && env[name] !== 'false',
  );
  if (isCi) return { ok: false, reason: 'CI is set, nobody is there to press keys' };
  return { ok: true };
}

/**
 * Opens the what-if screen and answers the exit code: 0 after q, 130 after Ctrl-C, SIGTERM or SIGHUP. Ask `canShowScreen`
 * first: without a terminal this throws.
 */
export async function runWhatIf(
  world: WhatIfWorld,
  terminal: Omit<Terminal, 'env'> & Partial<Pick<Terminal, 'env'>>,
): Promise<number> {
  const env = terminal.env ?? process.env;
  const check = canShowScreen(terminal.stdin, terminal.stdout, env);
  if (!check.ok) throw new Error(`cannot open the screen: ${check.reason}`);
  // React picks its build on import; the development one keeps every update in memory.
  process.env['NODE_ENV'] = 'production';
  const { showScreen } = await import('./screen.js');
  return showScreen(world, { ...terminal, env });
}
