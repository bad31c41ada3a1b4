import { oneLine } from '../text/width.js';

/** Names are cut to this many characters, so that none can push the rest of a comment out; sentences get more. */
const NAME_CHARACTERS = 160;
export const SENTENCE_CHARACTERS = 1_000;

/**
 * What Markdown, GitHub's extensions (tables, math, emoji, autolinks) or HTML take for markup, and no more, so that the
 * source stays readable: `_` inside a word, `$` before a digit and `:` before a space mean nothing to them.
 */
const MARKUP = /[&<>`|*~[\]#\\@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\$(?!\d)|:(?=\S)/g;
/** At the start of a list item: a list in the list. */
const LIST_SIGN = /^[-+]|(?<=^\d{1,9})[.)](?=\s|$)/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * User text as literal text of GitHub-flavoured Markdown: one line, markup as character references, and a zero-width
 * space wherever GitHub would link on its own (`@name`, `#1`, `GH-1`, `www.`), so that posting it notifies nobody.
 */
export const mdText = (text: string, longest = NAME_CHARACTERS): string =>
  entities(shorten(text, longest))
    .replace(/&#(64|35);(?=\S)/g, '&#$1;&#8203;')
    .replace(/\bGH-(?=\d)/gi, (match) => `${match}&#8203;`)
    .replace(/\bwww\./gi, (match) => `${match.slice(0, -1)}&#8203;.`);

/** User text in code style. A tag with character references, because a code span cannot hold every text in a table. */
export const mdCode = (text: string, longest = NAME_CHARACTERS): string =>
  `<code>${entities(shorten(text, longest)).replace(/\bwww\./gi, 'www&#46;')}</code>`;

/** A block of code whose fence is longer than any inside. `text` keeps its lines; other control characters go. */
export function mdFence(text: string, language = ''): string {
  const body = text.split(/\r?\n/).map(visible).join('\n').replace(/\n+$/, '');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** The text of a hidden HTML comment: nothing in it can end the comment. */
export const mdMarker = (name: string): string =>
  encodeURIComponent(name.replace(LONE_SURROGATE, '\ufffd'))
    .slice(0, 200)
    .replaceAll('--', '-%2D')
    .replace(/-$/, '%2D');

/** An address that is safe as a link target, or null for anything but http and https. */
export function safeUrl(url: string): string | null {
  if (!/^https?:\/\/[^\s<>"'`|\\]+$/i.test(url)) return null;
  return entitiesOf(url, /[&()[\]*_~]/g);
}

function shorten(text: string, longest: number): string {
  const line = oneLine(text).replace(LONE_SURROGATE, '\ufffd');
  return line.length <= longest ? line : `${[...line.slice(0, longest)].slice(0, -1).join('')}…`;
}

const entities = (text: string): string => entitiesOf(entitiesOf(text, MARKUP), LIST_SIGN);

const entitiesOf = (text: string, characters: RegExp): string =>
  text.replace(characters, (character) => `&#${character.charCodeAt(0)};`);

/** Indentation stays, control characters and direction overrides go. */
const visible = (line: string): string => (/^[ \t]*/.exec(line)?.[0] ?? '') + oneLine(line);
