import type { GateResult, GateRuleResult } from '../../plan/results.js';
import { gateCounts, placeOf, ruleSentence, worstFirst } from '../view/gateView.js';

/** GitHub shows ten annotations of a kind in a step (docs.github.com, workflow commands, 2026-07). */
const MOST = 10;

const COMMAND = { error: 'error', warn: 'warning', info: 'notice' } as const;

/** Workflow commands for GitHub Actions, worst first, at most ten; more are counted in the last one. */
export function gateAnnotations(gate: GateResult): string {
  const broken = worstFirst(gate.rules).filter((rule) => rule.status !== 'pass');
  const shown = broken.length > MOST ? broken.slice(0, MOST - 1) : broken;
  const rest = broken.length - shown.length;
  const worst = broken[shown.length];
  const lines = shown.map(annotation);
  if (worst !== undefined) {
    lines.push(
      `::${commandOf(worst)} title=plimsoll gate::${data(`${rest} more rules do not pass: ${gateCounts(gate)}`)}`,
    );
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function annotation(rule: GateRuleResult): string {
  const place = placeOf(rule.location);
  const properties = [
    ...(place === null ? [] : [`file=${property(place.file)}`]),
    ...(place === null || place.line === null ? [] : [`line=${place.line}`]),
    `title=${property(`plimsoll gate: ${rule.status === 'fail' ? 'limit missed' : 'inconclusive'}`)}`,
  ];
  return `::${commandOf(rule)} ${properties.join(',')}::${data(ruleSentence(rule))}`;
}

const commandOf = (rule: GateRuleResult): string =>
  rule.status === 'inconclusive' && rule.level === 'error' ? 'warning' : COMMAND[rule.level];

/** The escapes of the runner (actions/toolkit, packages/core/src/command.ts). */
const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
