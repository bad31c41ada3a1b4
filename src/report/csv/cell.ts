import { oneLine } from '../text/width.js';

/** Quoted where needed. Text that a spreadsheet would run as a formula starts with an apostrophe (OWASP, CSV injection). */
export function cell(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const line = oneLine(value);
  const text = /^[=+\-@]/.test(line) ? `'${line}` : line;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
