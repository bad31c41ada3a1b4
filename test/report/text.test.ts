import { describe, expect, test } from 'vitest';
import { colourTheme, plainTheme, type Theme } from '../../src/report/format/theme.js';
import { renderCompare } from '../../src/report/text/compare.js';
import { renderForecast } from '../../src/report/text/forecast.js';
import { renderGate } from '../../src/report/text/gate.js';
import type { TextOptions } from '../../src/report/text/layout.js';
import { renderRecommendation } from '../../src/report/text/recommendation.js';
import { renderSimulation } from '../../src/report/text/simulation.js';
import { renderValidation } from '../../src/report/text/validation.js';
import { displayWidth } from '../../src/report/text/width.js';
import * as plain from './fixtures.js';
import * as gates from './gateFixtures.js';
import * as hostile from './hostileFixtures.js';
import * as validity from './validationFixtures.js';

const scenarioPath = 'scenarios/chat-prod.yaml';

const ordinary: Readonly<Record<string, (options: TextOptions) => string>> = {
  simulation: (options) => renderSimulation(plain.simulation, options),
  'simulation-mixed': (options) => renderSimulation(plain.mixedSimulation, options),
  'simulation-chain': (options) => renderSimulation(plain.chainSimulation, options),
  forecast: (options) => renderForecast(plain.forecast, { ...options, scenarioPath }),
  'forecast-long': (options) => renderForecast(plain.longForecast, { ...options, scenarioPath }),
  'forecast-bare': (options) => renderForecast(plain.bareForecast, options),
  recommendation: (options) => renderRecommendation(plain.recommendation, { ...options, scenarioPath }),
  'recommendation-infeasible': (options) => renderRecommendation(plain.infeasible, options),
  compare: (options) => renderCompare(plain.comparison, options),
  'compare-three': (options) => renderCompare(plain.threeWay, options),
  'gate-failed': (options) => renderGate(gates.failedGate, options, gates.context),
  'gate-passed': (options) => renderGate(gates.passedGate, options),
  'gate-inconclusive': (options) => renderGate(gates.inconclusiveGate, options),
  validation: (options) => renderValidation(validity.validation, options),
};

const nasty: typeof ordinary = {
  simulation: (options) => renderSimulation(hostile.nastySimulation, options),
  forecast: (options) => renderForecast(hostile.nastyForecast, { ...options, scenarioPath: hostile.NASTY.join(' ') }),
  recommendation: (options) => renderRecommendation(hostile.nastyRecommendation, options),
  compare: (options) => renderCompare(hostile.nastyComparison, options),
  gate: (options) => renderGate(gates.nastyGate, options, gates.nastyContext),
  validation: (options) => renderValidation(hostile.nastyValidation, options),
};

const linesOf = (text: string): string[] => text.split('\n');
const themes: readonly Theme[] = [plainTheme, colourTheme()];

describe.each(Object.entries(ordinary))('%s', (name, render) => {
  test.each([80, 120])('reads as the golden text at %d columns', async (width) => {
    await expect(render({ width, theme: plainTheme })).toMatchFileSnapshot(`golden/${name}-${width}.txt`);
  });

  test('has the same characters with colour as without', () => {
    const painted = render({ width: 100, theme: colourTheme() });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is removed
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(render({ width: 100, theme: plainTheme }));
    if (!name.startsWith('forecast-bare')) expect(painted).toContain('\u001b[');
  });

  test('gives equal bytes for equal input', () => {
    const options = { width: 90, theme: plainTheme };
    expect(render(options)).toBe(render(options));
  });
});

describe.each([
  ...Object.entries(ordinary),
  ...Object.entries(nasty).map(([name, render]) => [`hostile ${name}`, render] as const),
])('%s', (_, render) => {
  test.each([40, 59, 72, 80, 100, 120, 200])('has no line longer than %d', (width) => {
    for (const theme of themes) {
      for (const line of linesOf(render({ width, theme }))) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test('has no trailing spaces and ends with one newline', () => {
    const text = render({ width: 80, theme: plainTheme });
    expect(text.endsWith('\n')).toBe(true);
    expect(linesOf(text).filter((line) => / $/.test(line))).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

test.each(Object.entries(nasty))(
  '%s lets no control character and no workflow command of the user through',
  (_, render) => {
    const text = render({ width: 100, theme: plainTheme });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(linesOf(text).filter((line) => /^\s*(::|##\[)/.test(line))).toEqual([]);
  },
);

test('a long forecast keeps the first month that misses something and says how much it hides', () => {
  const { periods } = plain.longForecast;
  const late = {
    ...plain.longForecast,
    budget_monthly_usd: 500_000,
    periods: periods.map((period) => ({ ...period, services: {} })),
  };
  const text = renderForecast(late, { width: 100, theme: plainTheme });
  const firstMiss = periods.find((period) => period.cost_usd.p50 > 500_000)!.start.slice(0, 7);
  expect(text).toContain(`  ${firstMiss}`);
  expect(text).toMatch(/\(\d+ more; --all\)/);
  expect(renderForecast(late, { width: 100, theme: plainTheme, allPeriods: true })).not.toContain('--all');
});

test.each([
  ['pass', gates.passedGate, /^PASS {2}6 passed +exit 0$/],
  ['fail', gates.failedGate, /^FAIL {2}2 failed, 1 inconclusive, 3 passed +exit 3$/],
  ['inconclusive', gates.inconclusiveGate, /^INCONCLUSIVE {2}1 inconclusive, 3 passed +exit 4$/],
])('the last line of a gate that is %s says counts and exit code', (_, gate, line) => {
  expect(linesOf(renderGate(gate, { width: 80, theme: plainTheme })).at(-2)).toMatch(line);
});
