import { Cron } from 'croner';

/** Descriptors of the common cron dialect; `@every` and `@reboot` have no calendar and are not among them. */
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** A schedule that can be asked for its next hit, or what is wrong with it. */
export type Schedule =
  | { readonly ok: true; readonly nextAfter: (timeMs: number) => number | null }
  | { readonly ok: false; readonly error: string };

/**
 * Reads a standard five-field cron expression (or a descriptor) in a time zone. `?` means `*`. Day of month and day of
 * week are alternatives if both are given. Six fields, `@every` and unknown zones are errors.
 */
export function parseCron(text: string, timeZone = 'UTC'): Schedule {
  const trimmed = text.trim();
  const expression = Object.hasOwn(DESCRIPTORS, trimmed) ? DESCRIPTORS[trimmed]! : trimmed.replaceAll('?', '*');
  if (expression.split(/\s+/).length !== 5)
    return { ok: false, error: `"${text}" is not a cron expression of five fields` };
  try {
    const cron = new Cron(expression, { timezone: timeZone, paused: true });
    const nextAfter = (timeMs: number): number | null => cron.nextRun(new Date(timeMs))?.getTime() ?? null;
    nextAfter(0);
    return { ok: true, nextAfter };
  } catch (error) {
    return {
      ok: false,
      error: `"${text}" is not a cron expression: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/**
 * Whether a window that opens at each hit and stays open for `durationMs` is open now. A hit exactly `durationMs` ago no
 * longer counts, one exactly now does.
 */
export function isWindowOpen(schedule: Extract<Schedule, { ok: true }>, durationMs: number, nowMs: number): boolean {
  const next = schedule.nextAfter(nowMs - durationMs);
  return next !== null && next <= nowMs;
}
