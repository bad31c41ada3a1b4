/** What stays on the user's own screen after quitting: how to repeat the edits that were not saved. */
import { editsKey } from './leverValues.js';
import type { WhatIfWorld } from './session.js';
import type { State } from './state.js';

/** Quotes an argument for a shell where it needs it. */
const quoted = (text: string): string => (/^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The command that repeats unsaved edits, or nothing. */
export function farewell(world: WhatIfWorld, { edits, savedKey }: State): string {
  if (!edits.length || editsKey(edits) === savedKey) return '';
  const flags = edits.map(
    ({ path, to }) => ` --set ${quoted(`${path}=${typeof to === 'object' ? JSON.stringify(to) : String(to)}`)}`,
  );
  return `Not saved. The same edits again:\n  ${world.command}${flags.join('')}\n`;
}
