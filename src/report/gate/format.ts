import type { GateResult } from '../../plan/results.js';
import { plainTheme } from '../format/theme.js';
import { renderGate } from '../text/gate.js';
import type { TextOptions } from '../text/layout.js';
import { gateAnnotations } from './annotations.js';
import type { GateContext } from './context.js';
import { gateJunit } from './junit.js';
import { gateMarkdown } from './markdown.js';
import { gateSarif } from './sarif.js';

export const GATE_FORMATS = ['text', 'json', 'junit', 'sarif', 'github', 'markdown'] as const;
export type GateFormat = (typeof GATE_FORMATS)[number];

/** The gate's result in one of the formats of `gate --format`. `options` only matter for text; default 80 columns, plain. */
export function renderGateFormat(
  format: GateFormat,
  gate: GateResult,
  context: GateContext = {},
  options: TextOptions = { width: 80, theme: plainTheme },
): string {
  switch (format) {
    case 'text':
      return renderGate(gate, options, context);
    case 'json':
      return `${JSON.stringify(gate, null, 2)}\n`;
    case 'junit':
      return gateJunit(gate);
    case 'sarif':
      return gateSarif(gate);
    case 'github':
      return gateAnnotations(gate);
    case 'markdown':
      return gateMarkdown(gate, context);
  }
}
