/** The terminal's second screen, which leaves the user's scrollback alone, and its safe return. */
import process from 'node:process';

const CLEAR = '\x1b[H\x1b[J';
const ENTER = `\x1b[?1049h${CLEAR}\x1b[?25l`;
// Cleared first: after a resize tmux 3.3 moves what is left of the alternate screen into the scrollback.
const LEAVE = `${CLEAR}\x1b[?25h\x1b[?1049l`;

export interface AlternateScreen {
  readonly isInside: () => boolean;
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
  return { isInside: () => isInside, clear: () => isInside && stdout.write(CLEAR), leave };
}
