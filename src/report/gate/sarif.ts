import { sha256 } from '../../catalog/sha256.js';
import type { GateResult, GateRuleResult } from '../../plan/results.js';
import { limitText, placeOf, ruleSentence, worstFirst } from '../view/gateView.js';

const LEVEL = { error: 'error', warn: 'warning', info: 'note' } as const;

/**
 * SARIF 2.1.0 (OASIS, 2020-03) with one result for each rule that did not pass. An inconclusive rule is at most a
 * warning: SARIF has a kind `open` for it, but code scanning shows results by level only.
 */
export function gateSarif(gate: GateResult): string {
  const broken = worstFirst(gate.rules).filter((rule) => rule.status !== 'pass');
  const ids = [...new Set(broken.map((rule) => rule.metric))];
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'plimsoll',
            semanticVersion: gate.fingerprint.version,
            rules: ids.map((id) => ({ id, shortDescription: { text: `Limit on ${id}` } })),
          },
        },
        results: broken.map((rule) => resultOf(rule, ids.indexOf(rule.metric))),
        columnKind: 'utf16CodeUnits',
        properties: {
          scenario: gate.name,
          verdict: gate.verdict,
          rulesChecked: gate.rules.length,
          fingerprint: gate.fingerprint,
        },
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resultOf(rule: GateRuleResult, ruleIndex: number): object {
  const place = placeOf(rule.location);
  return {
    ruleId: rule.metric,
    ruleIndex,
    level: rule.status === 'inconclusive' && rule.level === 'error' ? 'warning' : LEVEL[rule.level],
    message: { text: ruleSentence(rule) },
    ...(place === null
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(place.file) },
                ...(place.line === null ? {} : { region: { startLine: place.line } }),
              },
            },
          ],
        }),
    partialFingerprints: { 'plimsollRule/v1': hashOf(`${rule.metric}|${limitText(rule)}|${place?.file ?? ''}`) },
    properties: { status: rule.status, value: rule.value, limit: rule.limit, ci95: rule.ci95 },
  };
}

/** A path as a URI reference: relative ones stay relative, `C:\…` and `/…` become file URIs. */
function uriOf(file: string): string {
  const encoded = file
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  if (/^[A-Za-z]%3A\//.test(encoded)) return `file:///${encoded.replace('%3A', ':')}`;
  return encoded.startsWith('/') ? `file://${encoded}` : encoded.replace(/^(\.\/)+/, '');
}

/** Keeps an alert the same alert while its figure moves. */
const hashOf = (text: string): string => sha256().update(text).digest('hex').slice(0, 32);
