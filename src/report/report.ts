/** A planning report in one of its formats; the HTML part, with its charts, loads only when it is asked for. */
import { forecastCsv } from './csv/forecast.js';
import type { ReportInput } from './document/types.js';
import { reportMarkdown } from './markdown/report.js';

export const REPORT_FORMATS = ['html', 'md', 'json', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export async function renderReport(format: ReportFormat, input: ReportInput): Promise<string> {
  switch (format) {
    case 'html': {
      const { reportHtml } = await import('./html/report.js');
      return reportHtml(input);
    }
    case 'md':
      return reportMarkdown(input);
    case 'csv':
      return forecastCsv(input.forecast);
    case 'json': {
      const { simulation, forecast, recommendation } = input;
      return `${JSON.stringify({ schema_version: '1', simulation, forecast, recommendation: recommendation ?? null }, null, 2)}\n`;
    }
  }
}
