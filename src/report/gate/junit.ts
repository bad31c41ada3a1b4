import type { GateResult, GateRuleResult } from '../../plan/results.js';
import { ruleSentence } from '../view/gateView.js';

/**
 * JUnit XML, one test case a rule in the order of the rules. A failed error rule is a failure, an inconclusive one an
 * error; rules of level warn and info never break a build, so they pass or are skipped with their message.
 */
export function gateJunit(gate: GateResult): string {
  const cases = gate.rules.map(caseOf);
  const count = (kind: CaseKind): number => cases.filter((one) => one.kind === kind).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plimsoll gate" ${counts}>`,
    `  <testsuite name="${xml(gate.name)}" ${counts}>`,
    ...cases.map((one) => one.text),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type CaseKind = 'passed' | 'failure' | 'error' | 'skipped';

function caseOf(rule: GateRuleResult): { readonly kind: CaseKind; readonly text: string } {
  const kind = kindOf(rule);
  const head = `    <testcase classname="${xml(`plimsoll.${rule.level}`)}" name="${xml(`${rule.metric} (${rule.location})`)}"`;
  if (kind === 'passed') return { kind, text: `${head}/>` };
  const message = xml(ruleSentence(rule));
  const type = kind === 'skipped' ? '' : ` type="${rule.status}"`;
  return { kind, text: `${head}>\n      <${kind} message="${message}"${type}/>\n    </testcase>` };
}

function kindOf(rule: GateRuleResult): CaseKind {
  if (rule.status === 'pass') return 'passed';
  if (rule.level !== 'error') return 'skipped';
  return rule.status === 'fail' ? 'failure' : 'error';
}

/** Attribute text of XML 1.0: markup escaped, line ends kept as references, characters that XML cannot hold replaced. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
