import { reportDocument } from '../document/build.js';
import type { Block, ReportInput } from '../document/types.js';
import type { Tone } from '../view/table.js';
import { verdictLine } from '../view/verdict.js';
import { mdFence, mdText, SENTENCE_CHARACTERS } from './escape.js';
import { mdTable } from './table.js';

/** The planning report in GitHub-flavoured Markdown, all user text escaped. Charts are left to HTML: tables say the same. */
export function reportMarkdown(input: ReportInput): string {
  const report = reportDocument(input);
  const sign = { good: '✅', caution: '⚠️', bad: '❌', quiet: 'ℹ️' }[report.verdict.tone];
  const parts = [
    `# Capacity plan: ${mdText(report.name)}`,
    `${sign} **${prose(verdictLine(report.verdict))}**`,
    report.facts.map((fact) => mdText(fact)).join(' · '),
    '## Decision',
    ...report.decision.map(blockMarkdown),
    ...report.sections.flatMap((section) => [`## ${mdText(section.title)}`, ...section.blocks.map(blockMarkdown)]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return toned(prose(block.text), block.tone);
    case 'list':
      return block.items.map((item) => `- ${prose(item)}`).join('\n');
    case 'facts':
      return block.facts.map(([label, text]) => `- **${mdText(label)}:** ${prose(text)}`).join('\n');
    case 'table':
      return [
        block.title === '' ? '' : `### ${mdText(block.title)}`,
        mdTable(block.table),
        block.legend === '' ? '' : `_${mdText(block.legend)}_`,
      ]
        .filter((part) => part !== '')
        .join('\n\n');
    case 'chart':
      return '';
    case 'code':
      return mdFence(block.text, block.language);
    case 'folded': {
      const body = block.blocks.map(blockMarkdown).join('\n\n');
      return `<details><summary>${mdText(block.summary)}</summary>\n\n${body}\n\n</details>`;
    }
  }
}

const toned = (text: string, tone: Tone | undefined): string =>
  tone === 'strong' || tone === 'caution' || tone === 'bad' ? `**${text}**` : text;

const prose = (text: string): string => mdText(text, SENTENCE_CHARACTERS);
