// Do 95 % intervals contain the truth in 95 % of experiments? 1,000 M/M/c experiments against Erlang's formula, as users run them:
// a window with five replications after a detected warm-up, and a single counted run with batch means.
// Usage: npm run bench:coverage [-- --experiments 1000]
import { parseArgs } from 'node:util';
import { parseScenario, simulate } from '../../dist/index.js';

const { values } = parseArgs({ options: { experiments: { type: 'string', default: '1000' } } });
const experiments = Number(values.experiments);

/** Mean wait of M/M/c in seconds (Erlang C). */
function meanWait(c, lambda, mu) {
  const a = lambda / mu;
  let blocked = 1;
  for (let n = 1; n <= c; n++) blocked = (a * blocked) / (n + a * blocked);
  const waits = blocked / (1 - (a / c) * (1 - blocked));
  return waits / (c * mu - lambda);
}

const cases = [
  { c: 1, load: 0.5 },
  { c: 1, load: 0.8 },
  { c: 2, load: 0.7 },
  { c: 5, load: 0.8 },
];
const ways = {
  'window, 5 replications': 'window: 1 h',
  'window, 20 replications': 'window: 1 h\nreplications: 20',
  'one run of 50,000 requests': '',
};

console.log('interval of       way                          covers   experiments');
for (const [way, keys] of Object.entries(ways)) {
  const hits = { mean: 0, count: 0 };
  for (let i = 0; i < experiments; i++) {
    const { c, load } = cases[i % cases.length];
    const mu = 2;
    const lambda = load * c * mu;
    const capped = keys === '' ? ', requests: 50000' : '';
    const text = `version: 1\nname: coverage\nseed: ${i + 1}\n${keys}\nservices:\n  q:\n    kind: queue\n    servers: ${c}\n    service_time: { distribution: exponential, mean: ${1 / mu} s }\n    traffic: { rate: ${lambda} /s${capped} }\n`;
    const loaded = parseScenario(text, 'coverage.yaml');
    if (!loaded.ok) throw new Error(loaded.problems[0].message);
    const result = await simulate(loaded.scenario);
    const [low, high] = result.services.q.wait_ms.ci95.mean;
    const truth = 1000 * meanWait(c, lambda, mu);
    hits.mean += low <= truth && truth <= high ? 1 : 0;
    hits.count++;
  }
  console.log(`mean wait         ${way.padEnd(28)} ${((100 * hits.mean) / hits.count).toFixed(1)} %   ${hits.count}`);
}
