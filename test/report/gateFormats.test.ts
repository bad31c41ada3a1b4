import { describe, expect, test } from 'vitest';
import { GATE_FORMATS, renderGateFormat } from '../../src/report/gate/format.js';
import { placeOf } from '../../src/report/view/gateView.js';
import { context, failedGate, inconclusiveGate, nastyContext, nastyGate, passedGate, rule } from './gateFixtures.js';
import { NASTY } from './hostileFixtures.js';

/** A strict reader of the little XML that JUnit needs: throws on anything unbalanced or unescaped. */
function readXml(xml: string): { name: string; attributes: Record<string, string>; depth: number }[] {
  const found: { name: string; attributes: Record<string, string>; depth: number }[] = [];
  const open: string[] = [];
  const body = xml.replace(/^<\?xml [^?]*\?>\n/, '');
  const tag = /<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>/g;
  expect(body.replace(tag, '').trim()).toBe('');
  for (const [, close, name = '', attributes = '', self] of body.matchAll(tag)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else {
      const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, unescapeXml(value)] as const,
      );
      found.push({ name, attributes: Object.fromEntries(pairs), depth: open.length });
      if (self !== '/') open.push(name);
    }
  }
  expect(open).toEqual([]);
  return found;
}

function unescapeXml(value: string): string {
  expect(value.replace(/&#\d+;/g, '')).not.toMatch(/[&<>]/);
  return value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

describe('junit', () => {
  test('counts a failed error as a failure, an inconclusive one as an error, and skips warnings', () => {
    const [suites, suite, ...rest] = readXml(renderGateFormat('junit', failedGate));
    expect(suites!.attributes).toMatchObject({ tests: '6', failures: '2', errors: '0', skipped: '1' });
    expect(suite!.attributes['name']).toBe('chat-prod');
    expect(rest.filter(({ name }) => name === 'failure').map(({ attributes }) => attributes['message'])).toEqual([
      'forecast.cost.peak_month_usd is $206,700, limit ≤ $200,000',
      'services.chat.ttft_ms.p99 is 3.84 s, limit ≤ 2 s',
    ]);
    expect(readXml(renderGateFormat('junit', inconclusiveGate))[0]!.attributes).toMatchObject({
      failures: '0',
      errors: '1',
      skipped: '0',
    });
    expect(readXml(renderGateFormat('junit', passedGate))[0]!.attributes).toMatchObject({ failures: '0', errors: '0' });
  });

  test('keeps hostile names whole and well-formed', () => {
    const text = renderGateFormat('junit', nastyGate);
    const cases = readXml(text).filter(({ name }) => name === 'testcase');
    expect(cases).toHaveLength(NASTY.length);
    expect(cases[0]!.attributes['name']).toContain(NASTY[0]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold them
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });
});

describe('sarif', () => {
  const read = (text: string) =>
    JSON.parse(text) as {
      version: string;
      runs: [{ tool: { driver: { rules: { id: string }[] } }; results: Result[] }];
    };
  interface Result {
    ruleId: string;
    ruleIndex: number;
    level: string;
    message: { text: string };
    locations?: [{ physicalLocation: { artifactLocation: { uri: string }; region?: { startLine: number } } }];
    partialFingerprints: Record<string, string>;
  }

  test('has one located result for each rule that did not pass', () => {
    const { version, runs } = read(renderGateFormat('sarif', failedGate));
    const { tool, results } = runs[0];
    expect(version).toBe('2.1.0');
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['forecast.cost.peak_month_usd', 'error'],
      ['services.chat.ttft_ms.p99', 'error'],
      ['services.chat.slo_attainment.ttft.p95.share_within', 'warning'],
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    expect(results[0]!.locations![0].physicalLocation).toEqual({
      artifactLocation: { uri: 'budgets.yaml' },
      region: { startLine: 4 },
    });
    expect(read(renderGateFormat('sarif', passedGate)).runs[0].results).toEqual([]);
  });

  test('an alert keeps its fingerprint while its value moves', () => {
    const print = (value: number) =>
      read(renderGateFormat('sarif', { ...failedGate, rules: [rule({ status: 'fail', value })] })).runs[0].results[0]!
        .partialFingerprints;
    expect(print(206_700)).toEqual(print(300_000));
  });

  test('paths are URIs', () => {
    for (const { locations } of read(renderGateFormat('sarif', nastyGate)).runs[0].results) {
      expect(locations![0].physicalLocation.artifactLocation.uri).toMatch(/^[A-Za-z0-9%._~!'()*/-]*$/);
    }
  });
});

describe('github annotations', () => {
  test('are worst first, one a line, each with its place', () => {
    expect(renderGateFormat('github', failedGate)).toMatchInlineSnapshot(`
      "::error file=budgets.yaml,line=4,title=plimsoll gate%3A limit missed::forecast.cost.peak_month_usd is $206,700, limit ≤ $200,000
      ::error file=budgets.yaml,line=9,title=plimsoll gate%3A limit missed::services.chat.ttft_ms.p99 is 3.84 s, limit ≤ 2 s
      ::warning file=budgets.yaml,line=12,title=plimsoll gate%3A inconclusive::services.chat.slo_attainment.ttft.p95.share_within is 99.48 %25, its 95 %25 interval straddles the limit ≥ 99.5 %25
      "
    `);
    expect(renderGateFormat('github', passedGate)).toBe('');
  });

  test('are ten at most and count what they leave out', () => {
    const rules = Array.from({ length: 25 }, (_, index) =>
      rule({ status: 'fail', level: index === 24 ? 'error' : 'warn', location: `b.yaml:${index + 1}` }),
    );
    const lines = renderGateFormat('github', { ...failedGate, rules })
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^::error file=b\.yaml,line=25,/);
    expect(lines[9]).toContain('16 more rules do not pass');
  });

  test('a name cannot start a command of its own', () => {
    const lines = renderGateFormat('github', nastyGate).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) (file=[^,:]*,line=\d+,)?title=[^,:]*::/);
  });
});

test('json is the result itself', () => expect(JSON.parse(renderGateFormat('json', failedGate))).toEqual(failedGate));

test.each(GATE_FORMATS)('%s repeats byte for byte, with hostile names too', (format) => {
  expect(renderGateFormat(format, failedGate, context)).toBe(renderGateFormat(format, failedGate, context));
  expect(renderGateFormat(format, nastyGate, nastyContext)).toBe(renderGateFormat(format, nastyGate, nastyContext));
});

test.each([
  ['budgets.yaml:4', { file: 'budgets.yaml', line: 4 }],
  ['budgets.yaml:4:7', { file: 'budgets.yaml', line: 4 }],
  ['C:\\x\\b.yaml:12', { file: 'C:/x/b.yaml', line: 12 }],
  ['budgets.yaml', { file: 'budgets.yaml', line: null }],
  ['', null],
])('the place of %j is read', (location, place) => expect(placeOf(location)).toEqual(place));
