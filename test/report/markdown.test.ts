import { describe, expect, test } from 'vitest';
import { COMMENT_LIMIT, gateMarkdown } from '../../src/report/gate/markdown.js';
import { mdCode, mdFence, mdMarker, mdText, safeUrl } from '../../src/report/markdown/escape.js';
import { reportMarkdown } from '../../src/report/markdown/report.js';
import { bareForecast, forecast, longForecast, mixedSimulation, recommendation, simulation } from './fixtures.js';
import { context, failedGate, nastyContext, nastyGate, passedGate, rule } from './gateFixtures.js';
import { NASTY, nastyForecast, nastyRecommendation, nastySimulation } from './hostileFixtures.js';
import { brokenSource, validation } from './validationFixtures.js';

/** What GitHub reads for mentions, links and markup: not fenced blocks, not code tags. */
const outsideFences = (markdown: string): string => markdown.replace(/^(`{3,}).*\n[\s\S]*?\n\1$/gm, '');

const withoutCode = (markdown: string): string => markdown.replace(/<code>[^<]*<\/code>/g, '');

describe('escaping', () => {
  test.each([
    ['a|b', 'a&#124;b'],
    ['<b>', '&#60;b&#62;'],
    ['`x`', '&#96;x&#96;'],
    ['[x](y)', '&#91;x&#93;(y)'],
    ['@octocat', '&#64;&#8203;octocat'],
    ['#12', '&#35;&#8203;12'],
    ['GH-2', 'GH-&#8203;2'],
    ['https://x.y', 'https&#58;//x.y'],
    ['www.x.y', 'www&#8203;.x.y'],
    ['a\nb\r\nc', 'a b c'],
    ['- item', '&#45; item'],
    ['12. item', '12&#46; item'],
    ['$x$', '&#36;x&#36;'],
    ['&amp;', '&#38;amp;'],
    ['*a* _b_ ~c~ \\', '&#42;a&#42; &#95;b&#95; &#126;c&#126; &#92;'],
    ['\ud800', '\ufffd'],
  ])('%j becomes %s', (text, escaped) => expect(mdText(text)).toBe(escaped));

  test.each(['services.chat.ttft_ms.p99', '$12,480 a month', 'budget: 3.84 s (+7.3 %)', 'pools.us-gpu.replicas.min'])(
    '%j stays readable',
    (text) => expect(mdText(text)).toBe(text),
  );

  test('a name is cut, a code tag keeps its text', () => {
    expect(mdText('x'.repeat(10_000)).length).toBeLessThan(200);
    expect(mdCode('a`b|c@d')).toBe('<code>a&#96;b&#124;c&#64;d</code>');
  });

  test('a fence is longer than any inside', () => {
    expect(mdFence('a\n````\nb', 'yaml')).toBe('`````yaml\na\n````\nb\n`````');
  });

  test.each(NASTY)('the marker of %j cannot end its comment', (name) => {
    expect(`<!-- plimsoll:${mdMarker(`${name}--`)} -->`).toMatch(/^<!-- [^<>\s]*(?<!-) -->$/);
    expect(mdMarker(`${name}--`)).not.toContain('--');
  });

  test('only web addresses become links', () => {
    expect(safeUrl('javascript:alert(1)')).toBeNull();
    expect(safeUrl('https://x.y/a"onclick=')).toBeNull();
    expect(safeUrl('https://x.y/r?a=1&b=2')).toBe('https://x.y/r?a=1&#38;b=2');
  });
});

describe('the comment of a gate', () => {
  test('reads as the golden text', async () => {
    await expect(gateMarkdown(failedGate, context)).toMatchFileSnapshot('golden/gate-failed.md');
    await expect(gateMarkdown(passedGate)).toMatchFileSnapshot('golden/gate-passed.md');
  });

  test('starts with the marker and repeats byte for byte', () => {
    expect(gateMarkdown(failedGate, context).startsWith('<!-- plimsoll:chat-prod -->\n### ❌')).toBe(true);
    expect(gateMarkdown(failedGate, context)).toBe(gateMarkdown(failedGate, context));
  });

  test('lets no markup of the user through', () => {
    const text = outsideFences(gateMarkdown(nastyGate, nastyContext));
    const tags = new Set([...text.matchAll(/<\/?([^\s>]*)/g)].map((match) => match[1]));
    expect([...tags].sort()).toEqual(['!--', 'code', 'details', 'sub', 'summary']);
    expect(withoutCode(text)).not.toMatch(/@\w|(?<!&)#\d|https?:|www\.|\]\(|GH-\d/);
    const rows = text.split('\n').filter((line) => line.startsWith('| <code>'));
    expect(rows).toHaveLength(NASTY.length);
    for (const row of rows) expect(row.split('|')).toHaveLength(6);
  });

  test('every table row has as many cells as its header', () => {
    const all = [gateMarkdown(failedGate, context), gateMarkdown(nastyGate, nastyContext), gateMarkdown(failedGate)];
    for (const text of all) expect(raggedRows(text)).toEqual([]);
  });

  const many = (count: number, text: string): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${text} ${index}`);

  test('drops assumptions first, then the forecast, and says so', () => {
    const first = gateMarkdown(failedGate, { ...context, assumptions: many(2_000, 'an assumption that changed') });
    expect(first.length).toBeLessThan(COMMENT_LIMIT);
    expect(first).not.toContain('Assumptions changed');
    expect(first).toContain('Forecast by month');
    expect(first).toContain('Left out to stay below 60,000 characters: assumptions.');
    const services = Object.fromEntries(
      many(60, 'service').map((name) => [name, forecast.periods[0]!.services['chat']!]),
    );
    const wide = { ...forecast, periods: longForecast.periods.map((period) => ({ ...period, services })) };
    const second = gateMarkdown(failedGate, { ...context, forecast: wide });
    expect(second).not.toContain('Forecast by month');
    expect(second).toContain('Cost diff by line item');
  });

  test('keeps the twenty largest cost items before the diff goes', () => {
    const costDiff = many(1_500, 'item').map((item, index) => ({ item, beforeUsd: 1, afterUsd: index + 2 }));
    const text = gateMarkdown(failedGate, { ...context, costDiff });
    expect(text).toContain('item 1499');
    expect(text).toContain('1480 smaller ones');
  });

  test('never grows too long however many rules there are, and the worst stay', () => {
    const rules = many(3_000, 'a.metric.with.a.rather.long.name'.repeat(3)).map((metric, index) =>
      rule({ metric, status: index === 2_999 ? 'fail' : 'pass' }),
    );
    const text = gateMarkdown({ ...failedGate, rules }, context);
    expect(text.length).toBeLessThan(COMMENT_LIMIT);
    expect(text).toContain('❌ |');
    expect(text).toMatch(/the last [\d,]+ rules, the least severe/);
  });
});

describe('the planning report', () => {
  const full = {
    simulation,
    forecast,
    recommendation,
    scenarioText: brokenSource,
    command: 'plimsoll report x.yaml --seed 42',
  };

  test('reads as the golden text', async () => {
    await expect(reportMarkdown({ ...full, assumptions: validation.assumptions })).toMatchFileSnapshot(
      'golden/report.md',
    );
    await expect(reportMarkdown({ simulation: mixedSimulation, forecast: bareForecast })).toMatchFileSnapshot(
      'golden/report-bare.md',
    );
  });

  test('lets no markup of the user through', () => {
    const nasty = { simulation: nastySimulation, forecast: nastyForecast, recommendation: nastyRecommendation };
    const text = outsideFences(reportMarkdown({ ...nasty, scenarioText: NASTY.join('\n'), command: NASTY.join('\n') }));
    const tags = new Set([...text.matchAll(/<\/?([^\s>]*)/g)].map((match) => match[1]));
    expect([...tags].sort()).toEqual(['details', 'summary']);
    expect(withoutCode(text)).not.toMatch(/@\w|(?<!&)#\d|https?:|www\.|\]\(|GH-\d/);
    expect(raggedRows(text)).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

/** Rows whose number of cells differs from the row above in the same table. */
function raggedRows(markdown: string): string[] {
  const lines = markdown.split('\n');
  return lines.filter((line, index) => {
    const above = lines[index - 1] ?? '';
    return line.startsWith('|') && above.startsWith('|') && line.split('|').length !== above.split('|').length;
  });
}
