import { stripVTControlCharacters } from 'node:util';

/**
 * Latin with its accents, and the dashes, bullets, arrows, rules and marks that tables are made of: one cell each, none joins its
 * neighbour. Emoji presentation among them is left out (UAX #11 and emoji-data 15, 2023-09).
 */
const NARROW =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u2713\u2717]*$/;

/** East Asian wide and fullwidth blocks and emoji presentation, by Unicode 15 (UAX #11, 2023-09): two cells each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const MARK_ONLY = /^[\p{Mark}\p{Format}]+$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f]+/g;

let segmenter: Intl.Segmenter | undefined;

/** The parts of `text` that a terminal draws as one. Made when first needed: it takes as long to make as a small scenario to read. */
function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Terminal cells that `text` fills; escape sequences fill none. */
export function displayWidth(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (NARROW.test(bare)) return bare.length;
  let cells = 0;
  for (const { segment } of graphemes(bare)) cells += cellsOf(segment);
  return cells;
}

/** `text` cut to `width` cells, its last one `…` where something was left out. Takes text without escape sequences. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (NARROW.test(text)) return `${text.slice(0, width - 1)}…`;
  let kept = '';
  let cells = 0;
  for (const { segment } of graphemes(text)) {
    cells += cellsOf(segment);
    if (cells > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** As `truncate`, but what is left out is in the middle, so that both ends of a path stay readable. */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const parts = NARROW.test(text) ? text : [...graphemes(text)].map(({ segment }) => segment);
  const head = truncate(text, Math.ceil(width / 2));
  let tail = '';
  for (let index = parts.length - 1; index >= 0; index--) {
    if (displayWidth(head + parts[index] + tail) > width) break;
    tail = parts[index] + tail;
  }
  return head + tail;
}

/** Text of the user's made safe for a terminal: one line, no escape sequences, no direction overrides. */
export const oneLine = (text: string): string => stripVTControlCharacters(text).replace(CONTROL, ' ').trim();

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - displayWidth(text))) + text;

/** Words of `text` in lines of at most `width` cells; a longer word is cut into pieces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .split(/\s+/)
    .filter((part) => part !== '')
    .flatMap((part) => pieces(part, width))) {
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes(word)) {
    if (part !== '' && displayWidth(part + segment) > width) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}

function cellsOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return MARK_ONLY.test(grapheme) ? 0 : 1;
}
