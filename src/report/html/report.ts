import { forecastCsv } from '../csv/forecast.js';
import { reportDocument } from '../document/build.js';
import type { Block, ReportDocument, ReportInput } from '../document/types.js';
import { verdictLine } from '../view/verdict.js';
import { blockHtml } from './blocks.js';
import { type ChartBlock, chartKey, drawCharts } from './charts.js';
import { html } from './escape.js';
import { STYLE } from './style.js';

/** The contract: one file below 500 KB (of 1,000 bytes). */
const LIMIT_BYTES = 500_000;

/** Nothing may be loaded and nothing may run, whatever a name in a scenario says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The planning report as one self-contained HTML file: no network, no scripts, light, dark and print, charts as SVG.
 * Below 500 KB; where it would be larger the embedded downloads go first, then the scenario's text and the charts by
 * service, then all charts, then all but decision and cost, and the page says so. Equal input gives equal bytes.
 */
export async function reportHtml(input: ReportInput): Promise<string> {
  const whole = reportDocument(input);
  const charts = await drawCharts(whole, input);
  const { scenarioText: _, ...rest } = input;
  const short = reportDocument(rest);
  const every = (block: ChartBlock): string => charts.get(chartKey(block)) ?? '';
  const bySystem = (block: ChartBlock): string => (block.service === undefined ? every(block) : '');
  const none = (): string => '';
  const attempts: readonly (() => string)[] = [
    () => page(whole, every, downloads(input)),
    () => page(whole, every, note('downloads (--format json and csv give them)')),
    () => page(short, bySystem, note('downloads, the text of the scenario and the charts by service')),
    () => page(short, none, note('downloads, the text of the scenario and the charts')),
  ];
  for (const attempt of attempts) {
    const text = attempt();
    if (Buffer.byteLength(text) < LIMIT_BYTES) return text;
  }
  return page(
    { ...short, sections: short.sections.slice(0, 1) },
    none,
    note('everything but the decision and the cost'),
  );
}

function page(report: ReportDocument, drawn: (block: ChartBlock) => string, extras: string): string {
  const blocks = (all: readonly Block[]): string =>
    all
      .map((block) => blockHtml(block, drawn))
      .filter((text) => text !== '')
      .join('\n');
  const verdict = verdictLine(report.verdict);
  const word = { good: 'On course', caution: 'Watch', bad: 'Action needed', quiet: 'For information' }[
    report.verdict.tone
  ];
  const links = report.sections.map(({ id, title }) => `<a href="#${id}">${html(title)}</a>`).join('\n');
  const sections = report.sections.map(
    ({ id, title, blocks: all }) => `<section id="${id}">\n<h2>${html(title)}</h2>\n${blocks(all)}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${html(report.name)} – capacity plan</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">Capacity plan</p>
<h1>${html(report.name)}</h1>
<p class="facts-line">${html(report.facts.join(' · '))}</p>
<p class="verdict ${report.verdict.tone}"><b>${word}</b>${html(sentence(verdict))}</p>
</header>
<section class="box" id="decision">
<h2>Decision</h2>
${blocks(report.decision)}
</section>
<nav>
${links}
</nav>
${sections.join('\n')}
<footer>
${extras}
</footer>
</main>
</body>
</html>
`;
}

function downloads({ forecast, simulation, recommendation }: ReportInput): string {
  const json = JSON.stringify({ simulation, forecast, ...(recommendation === undefined ? {} : { recommendation }) });
  const link = (type: string, content: string, name: string, label: string): string =>
    `<a download="${name}" href="data:${type};base64,${Buffer.from(content).toString('base64')}">${label}</a>`;
  const links = [
    link('application/json', json, 'plimsoll-report.json', 'all results as JSON'),
    link('text/csv', forecastCsv(forecast), 'plimsoll-forecast.csv', 'the forecast as CSV'),
  ];
  return `<p class="downloads">Download ${links.join(' or ')}.</p>`;
}

const note = (parts: string): string => `<p>Left out to stay below 500 KB: ${html(parts)}.</p>`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
