import { describe, expect, test } from 'vitest';
import { forecastCsv } from '../../src/report/csv/forecast.js';
import type { ReportInput } from '../../src/report/document/types.js';
import { reportHtml } from '../../src/report/html/report.js';
import {
  bareForecast,
  forecast,
  infeasible,
  longForecast,
  mixedSimulation,
  recommendation,
  simulation,
} from './fixtures.js';
import { NASTY, nastyForecast, nastyRecommendation, nastySimulation } from './hostileFixtures.js';
import { brokenSource, validation } from './validationFixtures.js';

const inputs: Readonly<Record<string, ReportInput>> = {
  full: {
    simulation,
    forecast,
    recommendation,
    scenarioText: brokenSource,
    command: 'plimsoll report x.yaml',
    assumptions: validation.assumptions,
  },
  long: { simulation: mixedSimulation, forecast: longForecast, recommendation: infeasible },
  bare: { simulation: mixedSimulation, forecast: bareForecast },
  hostile: {
    ...{ simulation: nastySimulation, forecast: nastyForecast, recommendation: nastyRecommendation },
    ...{ scenarioText: NASTY.join('\n'), command: NASTY.join('\n') },
  },
};

/** Drawn once: most tests only read. */
const drawn = new Map(
  await Promise.all(Object.entries(inputs).map(async ([name, input]) => [name, await reportHtml(input)] as const)),
);

const VOID = new Set(['meta']);
const ATTRIBUTES = new Set(
  `lang charset name content http-equiv class id href download role aria-label scope style fill stroke d transform viewBox xmlns opacity
   fill-opacity stroke-opacity stroke-width stroke-dasharray stroke-miterlimit stroke-linecap text-anchor font-family font-size font-weight
   pointer-events x y x1 x2 y1 y2 dx dy width height cx cy r clip-path dy rx ry display`.split(/\s+/),
);

/** Reads every tag, checks that they nest and that each attribute is one we write. Returns the names used. */
function readHtml(text: string): Set<string> {
  const names = new Set<string>();
  const open: string[] = [];
  const body = text.replace('<!doctype html>\n', '').replace(/<style>[\s\S]*?<\/style>/, '');
  const tag = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z0-9:-]+="[^"<]*")*)\s*(\/?)>/g;
  expect(body.replace(tag, '')).not.toMatch(/[<>]/);
  for (const [, close, name = '', attributes = '', self] of body.matchAll(tag)) {
    names.add(name);
    for (const [, key = ''] of attributes.matchAll(/\s([A-Za-z0-9:-]+)="/g))
      expect(ATTRIBUTES, `${key} of ${name}`).toContain(key);
    if (close === '/') expect(open.pop()).toBe(name);
    else if (self !== '/' && !VOID.has(name)) open.push(name);
  }
  expect(open).toEqual([]);
  return names;
}

describe.each(Object.entries(inputs))('the HTML report, %s', (name, input) => {
  test('is well-formed, self-contained and below 500 KB', () => {
    const text = drawn.get(name)!;
    const names = readHtml(text);
    for (const forbidden of ['script', 'img', 'link', 'iframe', 'b64', 'object'])
      expect(names).not.toContain(forbidden);
    expect(Buffer.byteLength(text)).toBeLessThan(500_000);
    expect(
      [...text.matchAll(/href="([^"]{0,8})/g)]
        .map((match) => match[1])
        .filter((href) => !/^(#|data:)/.test(href ?? '')),
    ).toEqual([]);
    expect(text.replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/url\((?!#)|@import|#fe00/);
    expect(text.replaceAll(/<pre>[\s\S]*?<\/pre>/g, '')).not.toMatch(/\bundefined\b|\bNaN\b|\[object/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    if (name !== 'bare') expect(names).toContain('svg');
  });

  test('repeats byte for byte, after other reports were drawn', async () => {
    expect(await reportHtml(input)).toBe(drawn.get(name));
  });

  test('gives every id once', () => {
    const ids = [...drawn.get(name)!.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('a report says what matters first: verdict, plan, cost, date, risks', () => {
  const text = drawn.get('full')!;
  const order = [
    'Action needed',
    'Recommended',
    'Present plan, whole horizon',
    'Holds until',
    'Main risks',
    '<h3>By month',
    '<h2>Reproduce',
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places.every((place) => place > 0)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  for (const colour of ['--s1', '--bad', '--grid', '--muted']) expect(text).toContain(`"var(${colour})"`);
});

test('a report without a recommendation, a budget or a breach says so instead of leaving a gap', () => {
  const text = drawn.get('bare')!;
  expect(text).toContain('No budget set; no SLO stated.');
  expect(text).toContain('For information');
  expect(text).not.toContain('Options compared');
  expect(text).not.toContain('Recommended');
});

test('a scenario too long to embed is left out with a word, and the limit holds', async () => {
  const text = await reportHtml({ ...inputs['full']!, scenarioText: `# ${'x'.repeat(100)}\n`.repeat(6_000) });
  expect(Buffer.byteLength(text)).toBeLessThan(500_000);
  expect(text).toContain('Left out to stay below 500 KB');
  expect(text).toContain('<svg');
});

describe('the forecast as CSV', () => {
  test('has a row a period with as many cells as the header', () => {
    const [header, ...rows] = forecastCsv(longForecast).trimEnd().split('\r\n');
    expect(rows).toHaveLength(24);
    for (const row of rows) expect(row.split(',')).toHaveLength(header!.split(',').length);
    expect(header).toContain('chat.ttft.p95.share_within');
    expect(rows[0]).toMatch(/^2027-01-01,124160,128000,131840,1480,/);
  });

  test('quotes names and defuses formulas', () => {
    const services = { '=cmd,"x"': forecast.periods[0]!.services['chat']! };
    const text = forecastCsv({ ...forecast, periods: [{ ...forecast.periods[0]!, services }] });
    expect(text).toContain(`"'=cmd,""x"".rate_per_s"`);
  });
});
