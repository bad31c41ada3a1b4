import type { Block } from '../document/types.js';
import { cellMark, cellText, pruned, type Table, type Tone } from '../view/table.js';
import { html, htmlLines } from './escape.js';

/** A block of the report as HTML, all text escaped. `drawn` gives the SVG of a chart block, which is markup of ours. */
export function blockHtml(block: Block, drawn: (block: Block & { readonly kind: 'chart' }) => string): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p${toneClass(block.tone)}>${html(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>`;
    case 'facts':
      return `<dl>${block.facts.map(([label, text]) => `<dt>${html(label)}</dt><dd>${html(text)}</dd>`).join('')}</dl>`;
    case 'table': {
      const title = block.title === '' ? '' : `<h3>${html(block.title)}</h3>\n`;
      const legend = block.legend === '' ? '' : `\n<p class="legend">${html(block.legend)}</p>`;
      return `${title}${tableHtml(block.table)}${legend}`;
    }
    case 'chart': {
      const svg = drawn(block);
      if (svg === '') return '';
      const caption = html(block.caption);
      return `<figure role="img" aria-label="${caption}"><figcaption>${caption}</figcaption><div class="scroll">${svg}</div></figure>`;
    }
    case 'code':
      return `<pre>${htmlLines(block.text.replace(/\n+$/, ''))}</pre>`;
    case 'folded':
      return `<details><summary>${html(block.summary)}</summary>${block.blocks.map((inner) => blockHtml(inner, drawn)).join('\n')}</details>`;
  }
}

function tableHtml(whole: Table): string {
  const { columns, rows } = pruned(whole);
  const side = columns.map((column) => (column.align === 'right' ? 'r' : column.shrinks === true ? 'w' : ''));
  const head = columns
    .map((column, index) => `<th scope="col"${classes(side[index])}>${html(column.header)}</th>`)
    .join('');
  const body = rows.map((row) => {
    const cells = columns.map((_, index) => {
      const cell = row[index];
      const tone = typeof cell === 'object' && cell.tone !== undefined ? `t-${cell.tone}` : '';
      return `<td${classes(side[index], tone)}>${html(`${cellText(cell)} ${cellMark(cell)}`)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table></div>`;
}

const classes = (...names: readonly (string | undefined)[]): string => {
  const given = names.filter((name) => name !== undefined && name !== '');
  return given.length === 0 ? '' : ` class="${given.join(' ')}"`;
};

const toneClass = (tone: Tone | undefined): string => (tone === undefined ? '' : ` class="t-${tone}"`);
