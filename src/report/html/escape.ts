import { oneLine } from '../text/width.js';

/** Text for an element or a quoted attribute: markup as character references, one line, no direction overrides. */
export const html = (text: string): string => references(oneLine(text));

/** As `html`, but with its lines and indentation, for preformatted text. */
export const htmlLines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => (/^[ \t]*/.exec(line)?.[0] ?? '') + references(oneLine(line)))
    .join('\n');

const references = (text: string): string =>
  text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
