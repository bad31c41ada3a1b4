/** What of a long list or a long text is shown in a small place. */

/** The first of `total` lines to show in `room`, so that `selected` is visible and lines above stay as long as possible. */
export function windowOf(total: number, room: number, selected: number): number {
  const last = Math.max(0, total - room);
  return Math.max(0, Math.min(last, selected - Math.floor(room / 2)));
}

/** A text in lines of at most `width` characters, broken between words, cut with … after `most` lines. */
export function wrapWords(text: string, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length ? `  ${word}` : word);
  }
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]} …`];
}
