/** The terminal's second screen, which leaves the user's scrollback alone, and its safe return. */
import process from 'node:process';

const ENTER = '\x1b[?1049h\x1b[2J\x1b[H\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

export interface AlternateScreen {
  /** Empties the screen and puts the cursor home. Scrollback stays. */
  readonly clear: () => void;
  /** Back to the first screen with a visible cursor; safe to call twice. */
  readonly leave: () => void;
}

/** Enters the alternate screen; leaves it on `leave`, when the process exits, and before an uncaught error is printed. */
export function enterAlternateScreen(stdout: NodeJS.WriteStream): AlternateScreen {
  let isInside = true;
  stdout.write(ENTER);
  const leave = (): void => {
    if (!isInside) return;
    isInside = false;
    process.off('exit', leave);
    process.off('uncaughtExceptionMonitor', leave);
    stdout.write(LEAVE);
  };
  process.once('exit', leave);
  process.once('uncaughtExceptionMonitor', leave);
  return { clear: () => isInside && stdout.write('\x1b[2J\x1b[H'), leave };
}
